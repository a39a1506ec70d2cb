/** Reads durable calls off the bus: what was asked for, and how it ended. */
import { isRecord, parseJson } from '#agents/mcp/json.ts';
import { parseTaskEvent } from '#agents/mcp/task-event.ts';
import { type Address, CLOUD, partsOf } from '#protocols/ids.ts';
import { metaKey } from '#protocols/mcp.ts';
import type { Caller } from '#protocols/roles.ts';
import { parseCallSubject, parseSubject } from '#protocols/subjects.ts';

export interface DurableCall {
  /** Unique among all calls of a run. */
  readonly key: string;
  readonly address: Address;
  readonly tool: string;
  readonly caller: Caller;
  readonly allowedMs: number;
}

/** Names a call by its caller and the caller's idempotency key. */
export function durableKey(caller: Caller, idempotencyKey: string): string {
  return `${caller} ${idempotencyKey}`;
}

/** The caller that an actor's calls go out as. */
export function callerOf(address: Address): Caller {
  const { node, actor } = partsOf(address);
  return node === CLOUD ? actor : node;
}

/** Undefined when the message is no durable call. */
export function readDurableCall(subject: string, data: Uint8Array): DurableCall | undefined {
  const call = parseCallSubject(subject);
  if (call?.lane !== 'durable') return undefined;
  const parsed = parseJson(data);
  const params = parsed.ok && isRecord(parsed.value) ? parsed.value.params : undefined;
  const meta = isRecord(params) && isRecord(params._meta) ? params._meta : {};
  const key = meta[metaKey.idempotencyKey];
  const deadline = meta[metaKey.deadline];
  const issued = meta[metaKey.issuedAt];
  if (typeof key !== 'string' || typeof deadline !== 'number') return undefined;
  return {
    key: durableKey(call.caller, key),
    address: call.address,
    tool: call.tool,
    caller: call.caller,
    // Both are read off the caller's clock, which may be wrong; their difference is not.
    allowedMs: typeof issued === 'number' ? Math.max(0, deadline - issued) : 0,
  };
}

/** How a durable call ended, by the event of its task; undefined while it has not. */
export function readDurableEnd(
  subject: string,
  data: Uint8Array,
): { readonly key: string; readonly isRefused: boolean } | undefined {
  if (parseSubject(subject)?.kind !== 'task') return undefined;
  const report = parseTaskEvent(data);
  if (report?.answer === undefined || report.caller === undefined) return undefined;
  return {
    key: durableKey(report.caller, report.taskId),
    isRefused: report.answer.kind === 'refusal',
  };
}
