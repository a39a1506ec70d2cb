/**
 * The state of a durable call as the Tasks extension of MCP tells it: in `tasks/get`, and as
 * `notifications/tasks` on the kind `task`.
 */
import type { Outcome } from '#protocols/errors.ts';
import { metaKey } from '#protocols/mcp.ts';
import type { Caller } from '#protocols/roles.ts';
import { type Answer, readResult, resultOf, resultOfRefusal } from './envelope.ts';
import { bytesOf, isRecord, parseJson } from './json.ts';

/** How long a task is known after the call's deadline: as long as a stream may bring it again. */
export const TASK_KEPT_MS = 24 * 3_600_000;

/** How often it is worth asking. */
export const POLL_INTERVAL_MS = 5_000;

export interface TaskTimes {
  readonly createdMs: number;
  readonly nowMs: number;
  readonly deadlineMs: number;
}

export type TaskState =
  | { readonly status: 'working'; readonly message?: string }
  /** The text of the result of the call, a refusal included. */
  | { readonly status: 'completed'; readonly resultJson: string }
  | { readonly status: 'cancelled' }
  /** A protocol fault. */
  | {
      readonly status: 'failed';
      readonly error: { readonly code: number; readonly message: string };
    };

export function stateOfOutcome(outcome: Outcome<unknown>): TaskState {
  if (outcome.ok)
    return { status: 'completed', resultJson: resultOf(JSON.stringify(outcome.value) ?? 'null') };
  if (outcome.error.code === 'cancelled') return { status: 'cancelled' };
  return { status: 'completed', resultJson: resultOfRefusal(outcome.error) };
}

/** The members of a task, without the braces around them. */
function membersOf(taskId: string, state: TaskState, times: TaskTimes): string {
  const head = JSON.stringify({
    taskId,
    status: state.status,
    ...(state.status === 'working' && state.message !== undefined
      ? { statusMessage: state.message }
      : {}),
    createdAt: new Date(times.createdMs).toISOString(),
    lastUpdatedAt: new Date(times.nowMs).toISOString(),
    ttlMs: Math.max(0, times.deadlineMs + TASK_KEPT_MS - times.createdMs),
    pollIntervalMs: POLL_INTERVAL_MS,
    ...(state.status === 'failed' ? { error: state.error } : {}),
  }).slice(1, -1);
  return state.status === 'completed' ? `${head},"result":${state.resultJson}` : head;
}

/** The text of the result of `tasks/get`; with type `task`, of a call that made one. */
export function taskResult(
  taskId: string,
  state: TaskState,
  times: TaskTimes,
  resultType: 'complete' | 'task' = 'complete',
): string {
  return `{"resultType":"${resultType}",${membersOf(taskId, state, times)}}`;
}

export function encodeTaskEvent(
  taskId: string,
  caller: Caller,
  state: TaskState,
  times: TaskTimes,
): Uint8Array {
  const meta = JSON.stringify({ [metaKey.caller]: caller });
  return bytesOf(
    `{"jsonrpc":"2.0","method":"notifications/tasks","params":{${membersOf(taskId, state, times)},"_meta":${meta}}}`,
  );
}

export interface TaskReport {
  readonly taskId: string;
  readonly caller: string | undefined;
  readonly status: string;
  readonly message: string | undefined;
  /** Once it has ended. */
  readonly answer: Answer | undefined;
}

/** Undefined when the bytes tell of no task. */
export function parseTaskEvent(data: Uint8Array): TaskReport | undefined {
  const parsed = parseJson(data);
  if (!parsed.ok || !isRecord(parsed.value)) return undefined;
  const { method, params } = parsed.value;
  return method === 'notifications/tasks' && isRecord(params) ? readTask(params) : undefined;
}

export function readTask(task: Readonly<Record<string, unknown>>): TaskReport | undefined {
  const { taskId, status, statusMessage, _meta } = task;
  if (typeof taskId !== 'string' || typeof status !== 'string') return undefined;
  const caller = isRecord(_meta) ? _meta[metaKey.caller] : undefined;
  return {
    taskId,
    caller: typeof caller === 'string' ? caller : undefined,
    status,
    message: typeof statusMessage === 'string' ? statusMessage : undefined,
    answer: answerOf(status, task),
  };
}

function answerOf(status: string, task: Readonly<Record<string, unknown>>): Answer | undefined {
  switch (status) {
    case 'completed':
      return isRecord(task.result) ? readResult(task.result) : fault('a task without its result');
    case 'cancelled':
      return { kind: 'refusal', refusal: { code: 'cancelled', hint: 'The call was cancelled.' } };
    case 'failed': {
      const message = isRecord(task.error) ? task.error.message : undefined;
      return fault(typeof message === 'string' ? message : 'a task that failed without a message');
    }
    default:
      return undefined;
  }
}

function fault(hint: string): Answer {
  return { kind: 'refusal', refusal: { code: 'protocol_error', hint } };
}
