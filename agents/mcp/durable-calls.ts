/**
 * The caller's side of the durable lane. A call is appended to COMMANDS and ends with its task
 * event; should that be missed, the receiver is asked. The same `callId` handed in again, after a
 * restart too, attaches to the same task.
 */
import { type Timer, US_PER_MS } from '#protocols/clock.ts';
import { type Outcome, refuse } from '#protocols/errors.ts';
import { metaKey, protocolVersion } from '#protocols/mcp.ts';
import { callSubject, everySubject, methodToken } from '#protocols/subjects.ts';
import type { Tool } from '#protocols/tool.ts';
import type { Subscription } from '../bus/bus.ts';
import { nowMs } from './admission.ts';
import { recordKey } from './call-records.ts';
import { type Answer, encodeRequest } from './envelope.ts';
import { isRecord, parseJson } from './json.ts';
import {
  type CallerOptions,
  type Outgoing,
  type Progress,
  refusalOf,
  type SentCall,
} from './outgoing.ts';
import { POLL_INTERVAL_MS, parseTaskEvent, readTask, type TaskReport } from './task-event.ts';
import { noteTask, type TaskEntry } from './tasks.ts';

type Done = (outcome: Outcome<unknown>) => void;
type Take = (tool: Tool, answer: Answer, done: Done) => void;

/** How long after the deadline an outcome may still be on its way. */
const GRACE_MS = 2_000;
const ASK_TIMEOUT_MS = 2_000;

interface Waiting {
  readonly done: Done;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

interface Task {
  readonly call: Outgoing;
  readonly waiting: Set<Waiting>;
  isStored: boolean;
  /** Told to the receiver once; then it is asked how the call ended. */
  cancelling: 'no' | 'wanted' | 'told';
  timer: Timer | undefined;
  turns: number;
}

export class DurableCalls {
  readonly #options: CallerOptions;
  readonly #take: Take;
  readonly #tasks = new Map<string, Task>();
  #events: Subscription | undefined;

  constructor(options: CallerOptions, take: Take) {
    this.#options = options;
    this.#take = take;
  }

  close(): void {
    this.#events?.close();
    for (const task of this.#tasks.values()) task.timer?.cancel();
    this.#tasks.clear();
  }

  send(
    call: Outgoing,
    done: Done,
    onProgress: ((progress: Progress) => void) | undefined,
  ): SentCall {
    this.#listen();
    const id = recordKey(call.caller, call.request.callId);
    const waiting: Waiting = { done, onProgress };
    let task = this.#tasks.get(id);
    if (task !== undefined) task.waiting.add(waiting);
    else {
      task = {
        call,
        waiting: new Set([waiting]),
        isStored: false,
        cancelling: 'no',
        timer: undefined,
        turns: 0,
      };
      this.#tasks.set(id, task);
      this.#append(task);
      this.#schedule(task);
    }
    const attached = task;
    return {
      cancel: () => {
        attached.waiting.delete(waiting);
        if (attached.waiting.size === 0) this.#forget(attached);
      },
      revoke: () => this.#revoke(attached),
    };
  }

  #listen(): void {
    if (this.#events !== undefined) return;
    const { bus, site } = this.#options;
    this.#events = bus.subscribe(everySubject('task', { site }), ({ data }) => {
      const report = parseTaskEvent(data);
      if (report?.caller === undefined) return;
      const task = this.#tasks.get(recordKey(report.caller, report.taskId));
      if (task !== undefined) this.#report(task, report);
    });
  }

  #append(task: Task): void {
    const { bus } = this.#options;
    const { caller, target, tool, request, data } = task.call;
    const subject = callSubject('durable', target, tool.name, caller);
    bus.append(subject, data, { id: recordKey(caller, request.callId) }, (stored) => {
      if (!this.#isOpen(task)) return;
      if (stored.ok) {
        task.isStored = true;
        noteTask(bus, this.#entryOf(task, 'working', null));
        // It was sent before, so it may have ended before anyone listened.
        if (stored.value.duplicate) this.#ask(task);
      } else if (stored.error.code === 'not_permitted' || stored.error.code === 'limit') {
        this.#settle(task, { ok: false, error: refusalOf(stored.error, target) });
      }
    });
  }

  #schedule(task: Task): void {
    const { clock, pollEveryMs = POLL_INTERVAL_MS } = this.#options;
    const { caller, request, deadlineMs } = task.call;
    task.turns += 1;
    const leftMs = deadlineMs + GRACE_MS - nowMs(clock);
    const dueUs = clock.monotonic() + Math.max(1, Math.min(pollEveryMs, leftMs)) * US_PER_MS;
    const name = `task/${recordKey(caller, request.callId)}`;
    const tie = { target: name, source: name, seq: task.turns };
    task.timer = clock.schedule(dueUs, () => this.#turn(task), tie);
  }

  #turn(task: Task): void {
    const { clock } = this.#options;
    const { deadlineMs, target } = task.call;
    if (nowMs(clock) >= deadlineMs + GRACE_MS) {
      const error = task.isStored
        ? refuse('timed_out', `${target} has told no outcome; it may yet be known there.`)
        : refuse('not_reachable', 'The command could not be stored.');
      this.#settle(task, { ok: false, error });
      return;
    }
    if (!task.isStored) this.#append(task);
    else this.#ask(task);
    this.#schedule(task);
  }

  /** Asks the receiver how it stands, or once more to cancel it. */
  #ask(task: Task): void {
    const { bus } = this.#options;
    const { caller, target, request } = task.call;
    const method = task.cancelling === 'wanted' ? 'tasks/cancel' : 'tasks/get';
    const params = {
      taskId: request.callId,
      _meta: { [metaKey.protocolVersion]: protocolVersion },
    };
    const data = encodeRequest(request.callId, method, params);
    const subject = callSubject('live', target, methodToken(method), caller);
    bus.request(subject, data, { timeoutMs: ASK_TIMEOUT_MS }, (outcome) => {
      if (!this.#isOpen(task) || !outcome.ok) return;
      const parsed = parseJson(outcome.value.data);
      const result = parsed.ok && isRecord(parsed.value) ? parsed.value.result : undefined;
      if (method === 'tasks/cancel' && isRecord(result)) task.cancelling = 'told';
      const report = isRecord(result) ? readTask(result) : undefined;
      if (report?.taskId === request.callId) this.#report(task, report);
    });
  }

  #report(task: Task, { status, message, answer }: TaskReport): void {
    if (answer === undefined) {
      for (const { onProgress } of task.waiting) {
        onProgress?.({ progress: task.turns, message: message ?? status });
      }
      return;
    }
    this.#take(task.call.tool, answer, (outcome) => this.#settle(task, outcome));
  }

  #settle(task: Task, outcome: Outcome<unknown>): void {
    if (!this.#isOpen(task)) return;
    this.#forget(task);
    const refused = outcome.ok ? null : outcome.error.code;
    const status =
      refused === 'cancelled' ? 'cancelled' : refused === 'timed_out' ? 'expired' : 'completed';
    noteTask(this.#options.bus, this.#entryOf(task, status, refused));
    for (const { done } of task.waiting) done(outcome);
  }

  /** The receiver decides: a call that it has begun ends as it ends. */
  #revoke(task: Task): void {
    if (!this.#isOpen(task) || task.cancelling !== 'no') return;
    task.cancelling = 'wanted';
    this.#ask(task);
  }

  #forget(task: Task): void {
    task.timer?.cancel();
    if (this.#isOpen(task)) this.#tasks.delete(idOf(task));
  }

  #isOpen(task: Task): boolean {
    return this.#tasks.get(idOf(task)) === task;
  }

  #entryOf(task: Task, status: TaskEntry['status'], refused: string | null): TaskEntry {
    const { caller, target, tool, request, issuedMs, deadlineMs } = task.call;
    return {
      taskId: request.callId,
      caller,
      target,
      tool: tool.name,
      status,
      refused,
      issuedAt: issuedMs,
      deadline: deadlineMs,
    };
  }
}

function idOf({ call: { caller, request } }: Task): string {
  return recordKey(caller, request.callId);
}
