/**
 * The durable lane: commands of a stream, which come until they are acknowledged. Each key takes
 * effect once and ends in one task event; a command is acknowledged when that event is stored.
 */
import { type Timer, US_PER_MS } from '#protocols/clock.ts';
import { type Outcome, type Refusal, refuse } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import { metaKey, protocolVersion, rpcError } from '#protocols/mcp.ts';
import type { Caller } from '#protocols/roles.ts';
import { type ParsedCallSubject, parseCallSubject, taskSubject } from '#protocols/subjects.ts';
import type { Tool } from '#protocols/tool.ts';
import type { StreamMessage } from '../bus/bus.ts';
import { admit, type Doorway, handlerOf, nowMs } from './admission.ts';
import { answerIn, contentHashOf, recordKey } from './call-records.ts';
import { firstRefusal, isKeptUnderKey, isPassing } from './checks.ts';
import { parseMessage, type Request, unsupportedVersion } from './envelope.ts';
import { isRecord } from './json.ts';
import { fetchPayload } from './payloads.ts';
import { shrinkOutcome } from './shrink.ts';
import { encodeTaskEvent, stateOfOutcome, TASK_KEPT_MS, type TaskState } from './task-event.ts';

/** Well under the time after which a broker delivers again what nobody acknowledged. */
const WORKING_EVERY_MS = 10_000;
/** When an answer could not be stored, or the actor could not take the call just now. */
const RETRY_MS = 1_000;
/** The latest instant a Date can hold (ECMA-262, time values). */
const INSTANT_MS_MAX = 8.64e15;

interface UnderWay {
  readonly subject: ParsedCallSubject;
  readonly key: string;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  readonly contentHash: string;
  /** The newest delivery: that one is acknowledged. */
  message: StreamMessage;
}

interface Command extends UnderWay {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly arguments: unknown;
}

export class CommandLane {
  readonly #door: Doorway;
  readonly #underWay = new Map<string, UnderWay>();
  #working: Timer | undefined;
  #isOpen = true;

  constructor(door: Doorway) {
    this.#door = door;
    door.host.onAnswered((address, id, outcome) => this.#answered(address, id, outcome));
  }

  close(): void {
    this.#isOpen = false;
    this.#working?.cancel();
    this.#underWay.clear();
  }

  /** How a call of this caller stands here; undefined when it has not come, or was forgotten. */
  outcomeOf(caller: Caller, key: string): Outcome<unknown> | 'working' | undefined {
    const record = this.#door.records.find(caller, key);
    if (record?.status === 'done') return answerIn(record);
    const isUnderWay = record !== undefined || this.#underWay.has(recordKey(caller, key));
    return isUnderWay ? 'working' : undefined;
  }

  /** A call that has not come yet will be refused; one that has is not taken back. */
  cancel(caller: Caller, key: string, address: Address): void {
    if (this.outcomeOf(caller, key) !== undefined) return;
    const { records, clock } = this.#door;
    const now = nowMs(clock);
    records.cancel(caller, key, clock.now() + 2 * TASK_KEPT_MS * US_PER_MS);
    const task = { caller, key, contentHash: '', arrivedMs: now, deadlineMs: now };
    this.#tell(address, task, { status: 'cancelled' }, () => {});
  }

  arrived(message: StreamMessage): void {
    const subject = parseCallSubject(message.subject);
    if (subject === undefined || subject.lane !== 'durable') {
      message.term('not the subject of a command');
      return;
    }
    const request = parseMessage(message.data);
    if (request.kind !== 'request') {
      this.#drop(
        subject,
        message,
        request.kind === 'malformed' ? request.message : 'a notification',
      );
      return;
    }
    this.#called(subject, request, message);
  }

  #called(subject: ParsedCallSubject, request: Request, message: StreamMessage): void {
    const { host, clock, clockTrusted, records } = this.#door;
    const meta = isRecord(request.params._meta) ? request.params._meta : {};
    const key = meta[metaKey.idempotencyKey];
    if (typeof key !== 'string' || key === '' || key.length > 128) {
      this.#drop(subject, message, 'no idempotency key of 1 to 128 characters');
      return;
    }
    const id = recordKey(subject.caller, key);
    const known = this.#underWay.get(id);
    if (known !== undefined) {
      // The broker brings again what takes long; the first one is still at it.
      if (known.message.seq === message.seq) known.message = message;
      else message.nak(RETRY_MS);
      return;
    }
    const now = nowMs(clock);
    const reference = isRecord(meta) ? meta[metaKey.payload] : undefined;
    const sent = reference ?? request.params.arguments;
    const deadline = meta[metaKey.deadline];
    const hasDeadline = typeof deadline === 'number' && deadline >= 0 && deadline <= INSTANT_MS_MAX;
    const command: Command = {
      subject,
      key,
      arrivedMs: now,
      deadlineMs: hasDeadline ? deadline : now,
      contentHash: contentHashOf({
        target: subject.address,
        tool: subject.tool,
        caller: subject.caller,
        arguments: sent ?? null,
      }),
      message,
      meta,
      arguments: request.params.arguments,
    };
    const fault = faultOf(subject, request, meta, hasDeadline);
    if (fault !== undefined) {
      this.#note(command, 'protocol_error');
      this.#end(command, { status: 'failed', error: fault });
      return;
    }
    const body = host.body(subject.address);
    const tool = body && (handlerOf(body, subject.tool)?.tool as Tool | undefined);
    const record = records.find(subject.caller, key);
    const compared = records.compare(record, command.contentHash);
    // A repetition is no new call: it is answered as the first was, however late it comes.
    if (record?.status === 'done' && compared === 'again') {
      shrinkOutcome(this.#door.bus, answerIn(record), (state) => this.#end(command, state));
      return;
    }
    const isClockTrusted = clockTrusted();
    const refusal =
      compared === 'again'
        ? undefined
        : firstRefusal({
            subject,
            meta,
            isActorHere: body !== undefined,
            tool,
            nowMs: now,
            isClockTrusted,
            rates: this.#door.rates,
          });
    if (refusal !== undefined || tool === undefined) {
      this.#refuse(command, refusal ?? refuse('unknown_tool'));
      return;
    }
    if (compared === 'reused') {
      this.#refuse(command, refuse('key_reused', `Key: ${key}.`));
      return;
    }
    this.#underWay.set(id, command);
    this.#keepWorking();
    if (reference === undefined) {
      this.#admit(command, tool, request.params.arguments ?? {}, compared === 'again');
      return;
    }
    fetchPayload(this.#door.bus, reference, (fetched) => {
      if (fetched.ok) this.#admit(command, tool, fetched.value, compared === 'again');
      else this.#refuse(command, refuse('invalid_arguments', fetched.error));
    });
  }

  #admit(command: Command, tool: Tool, given: unknown, isAgain: boolean): void {
    const { host, clock } = this.#door;
    const { subject, key, meta, contentHash } = command;
    const now = nowMs(clock);
    const admitted = isAgain
      ? parseOnly(tool, given)
      : admit(this.#door, subject, { tool, arguments: given, meta, key, nowMs: now });
    if (!admitted.ok) {
      this.#refuse(command, admitted.error);
      return;
    }
    const { verdict } = admitted.value;
    const lastsMs = Math.max(command.deadlineMs, verdict?.notAfter ?? 0) + TASK_KEPT_MS;
    const callId = recordKey(subject.caller, key);
    host.invoke(
      subject.address,
      {
        call: {
          callId,
          caller: subject.caller,
          tool: subject.tool,
          arguments: admitted.value.arguments,
          ...(verdict === undefined ? {} : { verdictId: verdict.verdictId }),
        },
        once: { contentHash, expiresWallUs: lastsMs * US_PER_MS },
        accepted: () => {
          const task = { ...command, caller: subject.caller };
          this.#tell(subject.address, task, { status: 'working' }, () => {});
        },
      },
      (outcome) => this.#ended(command, outcome),
    );
  }

  #ended(command: Command, outcome: Outcome<unknown>): void {
    const { bus, clock } = this.#door;
    if (!outcome.ok && isPassing(outcome.error) && nowMs(clock) < command.deadlineMs) {
      this.#underWay.delete(recordKey(command.subject.caller, command.key));
      command.message.nak(outcome.error.retryAfterMs ?? RETRY_MS);
      return;
    }
    this.#note(command, outcome.ok ? undefined : outcome.error.code);
    shrinkOutcome(bus, outcome, (state) => this.#end(command, state));
  }

  /** A call from before a restart: whoever made it need not wait until its command comes again. */
  #answered(address: Address, id: string, outcome: Outcome<unknown>): void {
    const { host, bus, clock } = this.#door;
    const slash = id.indexOf('/');
    const record = host.inbox(id);
    if (!this.#isOpen || slash < 1 || record === undefined) return;
    const now = nowMs(clock);
    const task = {
      caller: id.slice(0, slash),
      key: id.slice(slash + 1),
      contentHash: record.contentHash,
      arrivedMs: now,
      deadlineMs: now,
    };
    shrinkOutcome(bus, outcome, (state) => this.#tell(address, task, state, () => {}));
  }

  #refuse(command: Command, refusal: Refusal): void {
    const { clock, records } = this.#door;
    const { subject, key, contentHash } = command;
    if (isPassing(refusal) && nowMs(clock) < command.deadlineMs) {
      this.#underWay.delete(recordKey(subject.caller, key));
      command.message.nak(refusal.retryAfterMs ?? RETRY_MS);
      return;
    }
    this.#note(command, refusal.code);
    if (isKeptUnderKey(refusal)) {
      const lastsMs = Math.max(command.deadlineMs, nowMs(clock)) + TASK_KEPT_MS;
      records.refuse(subject.caller, key, contentHash, refusal, lastsMs * US_PER_MS);
    }
    this.#end(command, stateOfOutcome({ ok: false, error: refusal }));
  }

  /** Tells the outcome, and acknowledges once it is stored. */
  #end(command: UnderWay, state: TaskState): void {
    const { subject, key } = command;
    const task = { ...command, caller: subject.caller };
    this.#tell(subject.address, task, state, (isStored) => {
      this.#underWay.delete(recordKey(subject.caller, key));
      if (isStored) command.message.ack();
      else command.message.nak(RETRY_MS);
    });
  }

  #tell(
    address: Address,
    task: Pick<UnderWay, 'key' | 'contentHash' | 'arrivedMs' | 'deadlineMs'> & { caller: Caller },
    state: TaskState,
    done: (isStored: boolean) => void,
  ): void {
    const { bus, clock } = this.#door;
    const { caller, key, contentHash, arrivedMs, deadlineMs } = task;
    const data = encodeTaskEvent(key, caller, state, {
      createdMs: arrivedMs,
      nowMs: nowMs(clock),
      deadlineMs,
    });
    const stage = state.status === 'working' ? 'working' : 'ended';
    // Another content under the same key is answered too, so it is part of the message's id.
    const id = `task/${address}/${recordKey(caller, key)}/${contentHash.slice(0, 16)}#${stage}`;
    bus.append(taskSubject(address, key), data, { id }, (stored) => done(stored.ok));
  }

  #drop(subject: ParsedCallSubject, message: StreamMessage, why: string): void {
    const { host } = this.#door;
    const { address, tool, caller } = subject;
    host.noteCall(address, { tool, caller, callId: '', refused: 'protocol_error' });
    message.term(`expected a request of tools/call with its key, came: ${why}`);
  }

  #note({ subject: { address, tool, caller }, key }: UnderWay, refused?: string): void {
    const callId = recordKey(caller, key);
    this.#door.host.noteCall(address, {
      tool,
      caller,
      callId,
      ...(refused === undefined ? {} : { refused }),
    });
  }

  /** Puts the next delivery of what is under way off, as long as something is. */
  #keepWorking(): void {
    if (this.#working !== undefined) return;
    const { clock, host } = this.#door;
    const again = () => {
      this.#working = undefined;
      if (this.#underWay.size === 0) return;
      for (const { message } of this.#underWay.values()) message.working();
      this.#keepWorking();
    };
    const name = `door/${host.site}/${host.node}`;
    const dueUs = clock.monotonic() + WORKING_EVERY_MS * US_PER_MS;
    this.#working = clock.schedule(dueUs, again, { target: name, source: name, seq: 0 });
  }
}

/** What keeps a request from being a call at all. */
function faultOf(
  { tool }: ParsedCallSubject,
  { method, params }: Request,
  meta: Readonly<Record<string, unknown>>,
  hasDeadline: boolean,
): { code: number; message: string } | undefined {
  const version = meta[metaKey.protocolVersion];
  if (version !== protocolVersion) return unsupportedVersion(version);
  if (method !== 'tools/call') {
    return {
      code: rpcError.methodNotFound,
      message: `expected tools/call, came ${method.slice(0, 64)}`,
    };
  }
  if (params.name !== tool) {
    return { code: rpcError.invalidParams, message: `expected the tool of the subject, '${tool}'` };
  }
  return hasDeadline
    ? undefined
    : {
        code: rpcError.invalidParams,
        message: `expected ${metaKey.deadline} in _meta, in ms since 1970`,
      };
}

/** A call that was admitted before: its host knows it, and only attaches. */
function parseOnly(tool: Tool, given: unknown): ReturnType<typeof admit> {
  const parsed = tool.input.safeParse(given);
  return parsed.success
    ? { ok: true, value: { arguments: parsed.data } }
    : { ok: false, error: refuse('invalid_arguments') };
}
