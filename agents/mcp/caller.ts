/**
 * Calls tools of other actors over the bus. Observe and propose go on the live lane and are answered
 * or refused at once; actuate and administer go on the durable lane, in `durable-calls.ts`.
 */
import type * as z from 'zod';
import type { CallRequested } from '#machines/effects.ts';
import { type Outcome, type Refusal, refuse } from '#protocols/errors.ts';
import { Address } from '#protocols/ids.ts';
import { metaKey, protocolVersion } from '#protocols/mcp.ts';
import type { Caller } from '#protocols/roles.ts';
import { callSubject, controlSubject } from '#protocols/subjects.ts';
import { laneOf, type Tool, type ToolInput, type ToolOutput } from '#protocols/tool.ts';
import { findTool } from '#protocols/tools/index.ts';
import type { BusMessage, RequestOptions } from '../bus/bus.ts';
import type { ToolCaller } from '../host/actor-host.ts';
import { issueOf, nowMs } from './admission.ts';
import { DurableCalls } from './durable-calls.ts';
import {
  type Answer,
  encodeNotification,
  METHOD_HEADER,
  PROGRESS,
  parseAnswer,
} from './envelope.ts';
import { bytesOf, isRecord, parseJson } from './json.ts';
import { type CallerOptions, type Progress, refusalOf, type SentCall } from './outgoing.ts';
import { fetchPayload, isOversized, storePayload } from './payloads.ts';

export interface RemoteCaller extends ToolCaller {
  call(...call: Parameters<ToolCaller['call']>): SentCall;
  /** Forgets what is under way: nothing calls back any more. */
  close(): void;
}

type Done = (outcome: Outcome<unknown>) => void;

export function createCaller(options: CallerOptions): RemoteCaller {
  return new BusCaller(options);
}

class BusCaller implements RemoteCaller {
  readonly #options: CallerOptions;
  readonly #durable: DurableCalls;
  readonly #targets = new Map<string, Address>();
  readonly #subjects = new Map<Address, Map<string, string>>();
  /** Ids differ between processes, so that no call is cancelled in another's name by chance. */
  readonly #firstId: number;
  /** Eight bytes each, in hexadecimal. */
  readonly #traceName: string;
  readonly #spanName: string;
  #count = 0;
  #isOpen = true;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#firstId = (options.random.uint32() & 0xf_ffff) * 0x1_0000_0000;
    const hex = Buffer.from(options.random.bytes(16)).toString('hex');
    this.#traceName = hex.slice(0, 16);
    this.#spanName = hex.slice(16);
    this.#durable = new DurableCalls(options, (tool, answer, done) =>
      this.#take(tool, answer, done),
    );
  }

  close(): void {
    this.#isOpen = false;
    this.#durable.close();
  }

  call(
    from: { readonly actor: Address; readonly caller: Caller },
    request: Omit<CallRequested, 'type'>,
    done: Done,
    onProgress?: (progress: Progress) => void,
  ): SentCall {
    const tool = findTool(request.tool);
    const target = this.#targetOf(request.target);
    if (tool === undefined)
      return this.#fail(refuse('unknown_tool', `Asked for: ${request.tool}.`), done);
    if (target === undefined) {
      return this.#fail(
        refuse('not_reachable', `Expected an address of this site, came '${request.target}'.`),
        done,
      );
    }
    const input = tool.input.safeParse(request.arguments);
    if (!input.success) return this.#fail(refuse('invalid_arguments', issueOf(input.error)), done);
    const json = JSON.stringify(input.data) ?? '{}';
    const run: Run = {
      from,
      request,
      tool,
      target,
      done,
      onProgress,
      sent: undefined,
      ending: undefined,
    };
    if (!isOversized(json)) return this.#send(run, json, undefined);
    storePayload(this.#options.bus, json, (stored) => {
      if (!stored.ok) done({ ok: false, error: refuse('not_reachable', stored.error) });
      else this.#send(run, undefined, stored.value);
    });
    const end = (how: 'cancel' | 'revoke') => {
      run.ending = how;
      run.sent?.[how]();
    };
    return { cancel: () => end('cancel'), revoke: () => end('revoke') };
  }

  #send(run: Run, json: string | undefined, payload: object | undefined): SentCall {
    const { clock } = this.#options;
    const { request, tool, target, from } = run;
    const id = this.#firstId + this.#count;
    this.#count += 1;
    const issuedMs = nowMs(clock);
    const deadlineMs = issuedMs + Math.max(1, Math.ceil(request.timeoutMs));
    const isDurable = laneOf[tool.effect] === 'durable';
    let extra = '';
    if (payload !== undefined) extra += `,"${metaKey.payload}":${JSON.stringify(payload)}`;
    if (run.onProgress !== undefined) extra += `,"${metaKey.progressToken}":${id}`;
    if (isDurable) {
      extra += `,"${metaKey.idempotencyKey}":${JSON.stringify(request.callId)}`;
      if (request.verdict) extra += `,"${metaKey.verdict}":${JSON.stringify(request.verdict)}`;
      if (request.countersignature) {
        extra += `,"${metaKey.countersignature}":${JSON.stringify(request.countersignature)}`;
      }
      if (request.approval) extra += `,"${metaKey.approval}":${JSON.stringify(request.approval)}`;
    }
    const given = json === undefined ? '' : `,"arguments":${json}`;
    const data = bytesOf(
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool.name}"${given},"_meta":{${fixedMeta},"${metaKey.traceparent}":"${this.#traceparent()}","${metaKey.issuedAt}":${issuedMs},"${metaKey.deadline}":${deadlineMs}${extra}}}}`,
    );
    if (isDurable) {
      const outgoing = { caller: from.caller, target, tool, request, deadlineMs, issuedMs, data };
      run.sent = this.#durable.send(outgoing, run.done, run.onProgress);
    } else {
      run.sent = this.#ask(run, id, data);
    }
    if (run.ending !== undefined) run.sent[run.ending]();
    return run.sent;
  }

  /** The live lane: one request, one answer. */
  #ask(run: Run, id: number, data: Uint8Array): SentCall {
    const { bus } = this.#options;
    const { target, tool, from, done, onProgress } = run;
    const options: RequestOptions =
      onProgress === undefined
        ? { timeoutMs: run.request.timeoutMs }
        : {
            timeoutMs: run.request.timeoutMs,
            isInterim,
            onInterim: (message) => passOn(message, onProgress),
          };
    let hasEnded = false;
    const sent = bus.request(
      this.#subjectOf(target, tool, from.caller),
      data,
      options,
      (outcome) => {
        if (hasEnded || !this.#isOpen) return;
        hasEnded = true;
        if (outcome.ok) this.#take(tool, parseAnswer(outcome.value.data), done);
        else done({ ok: false, error: refusalOf(outcome.error, target) });
      },
    );
    const abandon = () => {
      if (hasEnded) return false;
      hasEnded = true;
      sent.cancel();
      const notice = encodeNotification('notifications/cancelled', { requestId: id });
      bus.publish(controlSubject(target, 'cancel', from.caller), notice);
      return true;
    };
    const revoke = () => {
      if (abandon()) this.#later(() => done({ ok: false, error: refuse('cancelled') }));
    };
    return { cancel: abandon, revoke };
  }

  /** Turns an answer into an outcome. What another process says is held against the schema. */
  #take(tool: Tool, answer: Answer, done: Done): void {
    switch (answer.kind) {
      case 'refusal':
        done({ ok: false, error: answer.refusal });
        return;
      case 'task':
        done({ ok: false, error: misfit('a task on the live lane') });
        return;
      case 'value': {
        const reference = isRecord(answer.meta) ? answer.meta[metaKey.payload] : undefined;
        if (reference === undefined) done(checkOutput(tool, answer.value));
        else {
          fetchPayload(this.#options.bus, reference, (fetched) => {
            if (!this.#isOpen) return;
            done(
              fetched.ok
                ? checkOutput(tool, fetched.value)
                : { ok: false, error: misfit(fetched.error) },
            );
          });
        }
      }
    }
  }

  #targetOf(text: string): Address | undefined {
    const known = this.#targets.get(text);
    if (known !== undefined) return known;
    const parsed = Address.safeParse(text);
    if (!parsed.success || !text.startsWith(`${this.#options.site}/`)) return undefined;
    this.#targets.set(text, parsed.data);
    return parsed.data;
  }

  #subjectOf(target: Address, tool: Tool, caller: Caller): string {
    let ofTarget = this.#subjects.get(target);
    if (ofTarget === undefined) {
      ofTarget = new Map();
      this.#subjects.set(target, ofTarget);
    }
    const name = `${tool.name}.${caller}`;
    let subject = ofTarget.get(name);
    if (subject === undefined) {
      subject = callSubject('live', target, tool.name, caller);
      ofTarget.set(name, subject);
    }
    return subject;
  }

  /**
   * Each call is a trace of its own: half of its id is this caller's by chance, half is counted.
   *
   * @see W3C Trace Context §3.2: version, trace id, parent id, flags.
   */
  #traceparent(): string {
    const counted = this.#count.toString(16).padStart(16, '0');
    return `00-${this.#traceName}${counted}-${this.#spanName}-01`;
  }

  /** Never before `call` returns: who calls is in the middle of a step. */
  #fail(error: Refusal, done: Done): SentCall {
    let isWaiting = true;
    this.#later(() => isWaiting && done({ ok: false, error }));
    const cancel = () => {
      isWaiting = false;
    };
    return { cancel, revoke: () => {} };
  }

  #later(task: () => void): void {
    const { clock, bus } = this.#options;
    this.#count += 1;
    const tie = {
      target: `caller/${bus.client}`,
      source: `caller/${bus.client}`,
      seq: this.#count,
    };
    clock.schedule(clock.monotonic(), () => this.#isOpen && task(), tie);
  }
}

interface Run {
  readonly from: { readonly actor: Address; readonly caller: Caller };
  readonly request: Omit<CallRequested, 'type'>;
  readonly tool: Tool;
  readonly target: Address;
  readonly done: Done;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  sent: SentCall | undefined;
  /** Wanted before it was sent. */
  ending: 'cancel' | 'revoke' | undefined;
}

const fixedMeta = `"${metaKey.protocolVersion}":"${protocolVersion}","${metaKey.clientCapabilities}":{},"${metaKey.content}":"structured"`;

function isInterim(message: BusMessage): boolean {
  return message.headers[METHOD_HEADER] === PROGRESS;
}

function passOn(message: BusMessage, onProgress: (progress: Progress) => void): void {
  const parsed = parseJson(message.data);
  const params = parsed.ok && isRecord(parsed.value) ? parsed.value.params : undefined;
  if (!isRecord(params) || typeof params.progress !== 'number') return;
  const { progress, total, message: text } = params;
  onProgress({
    progress,
    ...(typeof total === 'number' ? { total } : {}),
    ...(typeof text === 'string' ? { message: text } : {}),
  });
}

function checkOutput(tool: Tool, value: unknown): Outcome<unknown> {
  const parsed = tool.output.safeParse(value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, error: misfit(`${tool.name}: ${issueOf(parsed.error as z.ZodError)}`) };
}

function misfit(hint: string): Refusal {
  return {
    code: 'protocol_error',
    hint: `The answer does not fit what the tool promises: ${hint}`,
  };
}

/** Calls a tool from where promises live: commands and tests. */
export function callTool<T extends Tool>(
  caller: RemoteCaller,
  call: {
    readonly from: { readonly actor: Address; readonly caller: Caller };
    readonly tool: T;
    readonly input: ToolInput<T>;
    readonly onProgress?: (progress: Progress) => void;
    readonly signal?: AbortSignal;
  } & Omit<CallRequested, 'type' | 'tool' | 'arguments'>,
): Promise<Outcome<ToolOutput<T>>> {
  const { from, tool, input, onProgress, signal, ...rest } = call;
  return new Promise((resolve) => {
    const sent = caller.call(
      from,
      { ...rest, tool: tool.name, arguments: input },
      // The caller has parsed it by the tool's own schema.
      (outcome) => resolve(outcome as Outcome<ToolOutput<T>>),
      onProgress,
    );
    if (signal?.aborted) sent.revoke();
    signal?.addEventListener('abort', () => sent.revoke(), { once: true });
  });
}
