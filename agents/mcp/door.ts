/**
 * The door of a host: every call from the bus comes in here, is checked in a fixed order, and only
 * then reaches its actor. This file has the live lane, the methods of MCP that are no tools, and
 * cancellation; `command-lane.ts` has the durable lane.
 */
import { type Timer, US_PER_MS } from '#protocols/clock.ts';
import { type Outcome, refuse } from '#protocols/errors.ts';
import { metaKey, protocolVersion, rpcError } from '#protocols/mcp.ts';
import type { Caller } from '#protocols/roles.ts';
import {
  everySubject,
  methodToken,
  type ParsedCallSubject,
  parseCallSubject,
  parseSubject,
} from '#protocols/subjects.ts';
import type { Tool } from '#protocols/tool.ts';
import type { BusMessage } from '../bus/bus.ts';
import { admit, type DoorOptions, type Doorway, handlerOf, nowMs } from './admission.ts';
import { CallRates } from './call-rates.ts';
import { CallRecords, recordKey } from './call-records.ts';
import { firstRefusal } from './checks.ts';
import { CommandLane } from './command-lane.ts';
import {
  encodeError,
  encodeNotification,
  encodeResult,
  METHOD_HEADER,
  PROGRESS,
  parseMessage,
  type Request,
  type RequestId,
  resultOfRefusal,
  unsupportedVersion,
} from './envelope.ts';
import { isRecord } from './json.ts';
import { describeActors, discoveryOf, toolListOf } from './listing.ts';
import { fetchPayload } from './payloads.ts';
import { shrinkOutcome, shrinkResult } from './shrink.ts';
import { type TaskState, taskResult } from './task-event.ts';

export type { DoorOptions } from './admission.ts';

export interface Door {
  /** Takes no further calls. */
  close(): void;
}

/** In an actor's place: the node as a whole, for `server/discover` alone. */
export const EVERY_ACTOR = 'all';

const PROGRESS_EVERY_MS = 1_000;
/** Subjects that were parsed, kept for those that come again and again. */
const ROUTES_MAX = 10_000;

const COMMANDS = 'COMMANDS';

const acknowledged = '{"resultType":"complete"}';

/** The text of a result, or a sentence that says what was wrong with the parameters. */
type Served = (outcome: Outcome<string, string>) => void;
type Method = (subject: ParsedCallSubject, params: Request['params'], done: Served) => void;

const noMeta: Readonly<Record<string, unknown>> = {};

export function openDoor(options: DoorOptions): Door {
  return new HostDoor(options);
}

/** A live call that was not answered at once. */
interface LongCall {
  isAbandoned: boolean;
  timer: Timer | undefined;
}

class HostDoor implements Door {
  readonly #door: Doorway;
  readonly #commands: CommandLane;
  readonly #long = new Map<string, LongCall>();
  readonly #open: { close(): void }[];
  #routes = new Map<string, ParsedCallSubject>();

  constructor(options: DoorOptions) {
    this.#door = {
      ...options,
      records: new CallRecords(options.host),
      rates: new CallRates(options.clock),
    };
    this.#commands = new CommandLane(this.#door);
    const { bus, durable = bus.client } = options;
    const { site, node } = options.host;
    const calls = (message: BusMessage) => this.#called(message);
    const filter = everySubject('cmd', { site, node });
    this.#open = [
      bus.subscribe(everySubject('call', { site, node }), calls, { queue: node }),
      bus.subscribe(everySubject('control', { site, node }), (message) => this.#steered(message)),
      bus.consume({ stream: COMMANDS, durable, filter }, (message) =>
        this.#commands.arrived(message),
      ),
    ];
  }

  close(): void {
    for (const part of this.#open) part.close();
    for (const call of this.#long.values()) call.timer?.cancel();
    this.#long.clear();
    this.#commands.close();
  }

  #called(message: BusMessage): void {
    const subject = this.#routeOf(message.subject);
    if (subject === undefined) {
      message.respond(
        encodeError(null, {
          code: rpcError.invalidRequest,
          message: 'expected a subject that ends in <tool>.<caller>',
        }),
      );
      return;
    }
    const request = parseMessage(message.data);
    if (request.kind === 'request') {
      if (request.method === 'tools/call') this.#call(subject, request, message);
      else this.#method(subject, request, message);
      return;
    }
    // A notification asks for no answer, and none is served on this subject.
    const isMalformed = request.kind === 'malformed';
    this.#note(subject, '', 'protocol_error');
    if (isMalformed) message.respond(encodeError(request.id, request));
  }

  #routeOf(subject: string): ParsedCallSubject | undefined {
    let route = this.#routes.get(subject);
    if (route === undefined) {
      route = parseCallSubject(subject);
      if (route === undefined) return undefined;
      if (this.#routes.size >= ROUTES_MAX) this.#routes = new Map();
      this.#routes.set(subject, route);
    }
    return route;
  }

  #call(subject: ParsedCallSubject, { id, params }: Request, message: BusMessage): void {
    const meta = isRecord(params._meta) ? params._meta : noMeta;
    const version = meta[metaKey.protocolVersion];
    if (version !== protocolVersion) {
      this.#fault(subject, id, message, unsupportedVersion(version));
      return;
    }
    if (params.name !== subject.tool) {
      const text = `expected the tool of the subject, '${subject.tool}'`;
      this.#fault(subject, id, message, { code: rpcError.invalidParams, message: text });
      return;
    }
    const { host, clock, clockTrusted } = this.#door;
    const body = host.body(subject.address);
    const tool = body && (handlerOf(body, subject.tool)?.tool as Tool | undefined);
    const isClockTrusted = clockTrusted();
    const refusal = firstRefusal({
      subject,
      meta,
      isActorHere: body !== undefined,
      tool,
      nowMs: nowMs(clock),
      isClockTrusted,
      rates: this.#door.rates,
    });
    if (refusal !== undefined || tool === undefined) {
      const error = refusal ?? refuse('unknown_tool');
      this.#answer(subject, id, message, { ok: false, error });
      return;
    }
    const reference = meta[metaKey.payload];
    if (reference === undefined) {
      this.#invoke(subject, id, message, tool, meta, params.arguments ?? {});
      return;
    }
    fetchPayload(this.#door.bus, reference, (fetched) => {
      if (fetched.ok) this.#invoke(subject, id, message, tool, meta, fetched.value);
      else {
        const error = refuse('invalid_arguments', fetched.error);
        this.#answer(subject, id, message, { ok: false, error });
      }
    });
  }

  #invoke(
    subject: ParsedCallSubject,
    id: RequestId,
    message: BusMessage,
    tool: Tool,
    meta: Readonly<Record<string, unknown>>,
    given: unknown,
  ): void {
    const call = { tool, arguments: given, meta, key: '', nowMs: nowMs(this.#door.clock) };
    const admitted = admit(this.#door, subject, call);
    if (!admitted.ok) {
      this.#answer(subject, id, message, admitted);
      return;
    }
    const { address, caller } = subject;
    const callId = `${caller}/${id}`;
    const isBrief = meta[metaKey.content] === 'structured';
    let hasEnded = false;
    let long: LongCall | undefined;
    this.#door.host.invoke(
      address,
      { call: { callId, caller, tool: tool.name, arguments: admitted.value.arguments } },
      (outcome) => {
        hasEnded = true;
        if (long === undefined) {
          this.#answer(subject, id, message, outcome, isBrief);
          return;
        }
        long.timer?.cancel();
        if (this.#long.get(callId) === long) this.#long.delete(callId);
        if (!long.isAbandoned) this.#answer(subject, id, message, outcome, isBrief);
      },
    );
    if (hasEnded) return;
    long = { isAbandoned: false, timer: undefined };
    this.#long.set(callId, long);
    const token = meta[metaKey.progressToken];
    if (typeof token === 'string' || typeof token === 'number') {
      this.#tellProgress(callId, long, message, token, 1);
    }
  }

  /** An answer on the live lane, refusals included. */
  #answer(
    subject: ParsedCallSubject,
    id: RequestId,
    message: BusMessage,
    outcome: Outcome<unknown>,
    isBrief = false,
  ): void {
    const { host, bus } = this.#door;
    const { address, tool, caller } = subject;
    const callId = `${caller}/${id}`;
    if (outcome.ok) {
      host.noteCall(address, { tool, caller, callId });
      const respond = (json: string) => message.respond(encodeResult(id, json));
      shrinkResult(bus, outcome.value, respond, isBrief);
      return;
    }
    host.noteCall(address, { tool, caller, callId, refused: outcome.error.code });
    message.respond(encodeResult(id, resultOfRefusal(outcome.error)));
  }

  #fault(
    subject: ParsedCallSubject,
    id: RequestId | null,
    message: BusMessage,
    error: { code: number; message: string },
  ): void {
    this.#note(subject, id, 'protocol_error');
    message.respond(encodeError(id, error));
  }

  #note({ address, tool, caller }: ParsedCallSubject, id: RequestId | null, refused: string): void {
    this.#door.host.noteCall(address, { tool, caller, callId: `${caller}/${id ?? ''}`, refused });
  }

  /** Says at intervals that a call is still under way; what is told must grow. */
  #tellProgress(
    callId: string,
    call: LongCall,
    message: BusMessage,
    progressToken: RequestId,
    count: number,
  ): void {
    const { clock, host, progressEveryMs = PROGRESS_EVERY_MS } = this.#door;
    const name = `door/${host.site}/${host.node}/${callId}`;
    const tell = () => {
      const progress = (count * progressEveryMs) / 1_000;
      const params = { progressToken, progress, message: `under way for ${progress} s` };
      message.respond(encodeNotification(PROGRESS, params), { [METHOD_HEADER]: PROGRESS });
      this.#tellProgress(callId, call, message, progressToken, count + 1);
    };
    const dueUs = clock.monotonic() + progressEveryMs * US_PER_MS;
    call.timer = clock.schedule(dueUs, tell, { target: name, source: name, seq: count });
  }

  #method(subject: ParsedCallSubject, request: Request, message: BusMessage): void {
    const { id, method, params } = request;
    const meta = isRecord(params._meta) ? params._meta : noMeta;
    const version = meta[metaKey.protocolVersion];
    if (version !== protocolVersion) {
      this.#fault(subject, id, message, unsupportedVersion(version));
      return;
    }
    const serve = this.#methods.get(method);
    if (
      serve === undefined ||
      methodToken(method as Parameters<typeof methodToken>[0]) !== subject.tool
    ) {
      const text = `expected a method that is served on '${subject.tool}', came ${method.slice(0, 64)}`;
      this.#fault(subject, id, message, { code: rpcError.methodNotFound, message: text });
      return;
    }
    serve(subject, params, (served) => {
      if (served.ok) message.respond(encodeResult(id, served.value));
      else {
        const error = { code: rpcError.invalidParams, message: served.error };
        this.#fault(subject, id, message, error);
      }
    });
  }

  readonly #methods: ReadonlyMap<string, Method> = new Map<string, Method>([
    ['server/discover', (subject, _, done) => done(this.#discover(subject))],
    ['tools/list', ({ address }, _, done) => done(this.#list(address))],
    ['tasks/get', (subject, params, done) => this.#task(subject, params, done)],
    // No tool of ours asks back, so there is nothing to hand over.
    ['tasks/update', (_subject, _params, done) => done({ ok: true, value: acknowledged })],
    ['tasks/cancel', (subject, params, done) => done(this.#cancel(subject, params))],
  ]);

  #discover({ address, actor }: ParsedCallSubject): Outcome<string, string> {
    const { host } = this.#door;
    if (actor !== EVERY_ACTOR && host.body(address) === undefined) {
      return { ok: false, error: nobodyAt(address) };
    }
    const actors = describeActors(host.addresses(), (each) => host.body(each));
    return { ok: true, value: discoveryOf(address, actors) };
  }

  #list(address: ParsedCallSubject['address']): Outcome<string, string> {
    const body = this.#door.host.body(address);
    return body === undefined
      ? { ok: false, error: nobodyAt(address) }
      : { ok: true, value: toolListOf(body) };
  }

  /** A task of the caller's own; another's is as unknown as one that never was. */
  #task({ caller }: ParsedCallSubject, { taskId }: Request['params'], done: Served): void {
    const { bus, clock } = this.#door;
    const known = typeof taskId === 'string' ? this.#commands.outcomeOf(caller, taskId) : undefined;
    if (known === undefined || typeof taskId !== 'string') {
      done({ ok: false, error: 'expected the id of a task that has come here' });
      return;
    }
    const now = nowMs(clock);
    const times = { createdMs: now, nowMs: now, deadlineMs: now };
    const tell = (state: TaskState) => done({ ok: true, value: taskResult(taskId, state, times) });
    if (known === 'working') tell({ status: 'working' });
    else shrinkOutcome(bus, known, tell);
  }

  #cancel(
    { caller, address }: ParsedCallSubject,
    { taskId }: Request['params'],
  ): Outcome<string, string> {
    if (typeof taskId !== 'string' || taskId === '' || taskId.length > 128) {
      return { ok: false, error: 'expected the id of a task' };
    }
    this.#commands.cancel(caller, taskId, address);
    return { ok: true, value: acknowledged };
  }

  /** `notifications/cancelled` for a live call: its answer will not be sent. */
  #steered(message: BusMessage): void {
    const [, sender] = parseSubject(message.subject)?.name ?? [];
    const notification = parseMessage(message.data);
    if (sender === undefined || notification.kind !== 'notification') return;
    if (notification.method !== 'notifications/cancelled') return;
    const { requestId } = notification.params;
    const call = this.#long.get(recordKey(sender as Caller, String(requestId)));
    if (call === undefined) return;
    call.isAbandoned = true;
    call.timer?.cancel();
  }
}

function nobodyAt(address: string): string {
  return `expected the address of an actor of this node, came ${address}`;
}
