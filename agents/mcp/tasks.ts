/**
 * The bucket TASKS: how each durable call stands, written by whoever made it. A receiver that is
 * away cannot tell; the bucket can, and it outlives the caller.
 */
import type { Address } from '#protocols/ids.ts';
import type { Caller } from '#protocols/roles.ts';
import { encodeToken } from '#protocols/subjects.ts';
import type { Bus } from '../bus/bus.ts';
import { bytesOf, isRecord, parseJson } from './json.ts';

const TASKS = 'TASKS';

export interface TaskEntry {
  readonly taskId: string;
  readonly caller: Caller;
  readonly target: Address | string;
  readonly tool: string;
  readonly status: 'working' | 'completed' | 'cancelled' | 'expired';
  /** Code of the refusal it ended in. */
  readonly refused: string | null;
  readonly issuedAt: number;
  readonly deadline: number;
}

export function noteTask(bus: Bus, entry: TaskEntry): void {
  // Nothing waits for it: the task event and the receiver's own record are what counts.
  bus.keyValue(TASKS).put(keyOf(entry), bytesOf(JSON.stringify(entry)), () => {});
}

/** Undefined when there is no such task, or the bucket cannot be read. */
export function readTaskEntry(
  bus: Bus,
  task: { readonly caller: Caller; readonly taskId: string },
  done: (entry: TaskEntry | undefined) => void,
): void {
  bus.keyValue(TASKS).get(keyOf(task), (found) => {
    const parsed = found.ok ? parseJson(found.value.value) : undefined;
    // Only callers write here, each under its own name, and only in this shape.
    done(parsed?.ok && isRecord(parsed.value) ? (parsed.value as unknown as TaskEntry) : undefined);
  });
}

/** Keys of a bucket take `=` where subjects take `%`. */
function keyOf({ caller, taskId }: { readonly caller: Caller; readonly taskId: string }): string {
  return `${caller}.${encodeToken(taskId).replaceAll('%', '=')}`;
}
