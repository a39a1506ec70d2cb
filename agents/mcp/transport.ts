/**
 * A transport for the official MCP client: one actor of the bus is one server. The wire is always
 * revision 2026-07-28; a client of the revision before opens with `initialize`, which is answered
 * here from `server/discover`, since nothing on the bus has sessions.
 */
import type { JSONRPCMessage, Transport, TransportSendOptions } from '@modelcontextprotocol/client';
import { type Refusal, refuse } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import { metaKey, protocolVersion, rpcError } from '#protocols/mcp.ts';
import type { Caller } from '#protocols/roles.ts';
import { callSubject, methods, methodToken } from '#protocols/subjects.ts';
import { laneOf } from '#protocols/tool.ts';
import { findTool } from '#protocols/tools/index.ts';
import { Approval, Verdict } from '#protocols/verdict.ts';
import type { BusMessage, RequestOptions } from '../bus/bus.ts';
import { nowMs } from './admission.ts';
import type { RemoteCaller } from './caller.ts';
import {
  legacyProtocolVersion,
  METHOD_HEADER,
  PROGRESS,
  type RequestId,
  resultOf,
  resultOfRefusal,
  serverInfo,
} from './envelope.ts';
import { bytesOf, isRecord, parseJson } from './json.ts';
import { type CallerOptions, refusalOf } from './outgoing.ts';

export interface TransportOptions extends Omit<CallerOptions, 'pollEveryMs'> {
  /** The actor that is the server. */
  readonly target: Address;
  readonly caller: Caller;
  /** Carries the durable lane. */
  readonly tools: RemoteCaller;
  /** Obtains what a durable call needs, where the client does not bring it along in `_meta`. */
  readonly authorize?: (call: {
    readonly target: Address;
    readonly tool: string;
    readonly arguments: unknown;
    readonly callId: string;
  }) => Promise<
    { readonly verdict?: Verdict; readonly approval?: Approval } | { readonly refusal: Refusal }
  >;
  /** How long a durable call may wait for its node. */
  readonly durableTimeoutMs?: number;
}

/** A client's own timeout comes first; this only frees what a client forgot. */
const LIVE_TIMEOUT_MS = 300_000;
const DURABLE_TIMEOUT_MS = 120_000;

type Params = Readonly<Record<string, unknown>>;

export function createTransport(options: TransportOptions): Transport {
  return new BusTransport(options);
}

class BusTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly hasPerRequestStream = true;
  readonly #options: TransportOptions;
  readonly #underWay = new Map<RequestId, { cancel(): void }>();
  #isOpen = false;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#isOpen = true;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const request of this.#underWay.values()) request.cancel();
    this.#underWay.clear();
    this.onclose?.();
  }

  /** Settles when the request has been answered, so that what the bus reports reaches who asked. */
  async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    if (!this.#isOpen) throw new Error('expected an open transport; it is closed');
    if (!('method' in message)) return;
    const params: Params = message.params ?? {};
    if (!('id' in message)) {
      if (message.method === 'notifications/cancelled') this.#cancel(params.requestId);
      return;
    }
    const { id, method } = message;
    options.requestSignal?.addEventListener('abort', () => this.#cancel(id), { once: true });
    if (method === 'initialize') return this.#initialize(id, params);
    if (method === 'ping') return this.#answer(id, {});
    const tool = method === 'tools/call' ? findTool(String(params.name)) : undefined;
    if (tool !== undefined && laneOf[tool.effect] === 'durable') {
      return this.#callDurable(id, tool.name, params);
    }
    const token = method === 'tools/call' ? String(params.name) : tokenOf(method);
    if (token === undefined || !/^[a-z_-]+$/.test(token)) {
      const text = `expected a tool or a method that is served, came '${token ?? method}'`;
      this.#fail(id, token === undefined ? rpcError.methodNotFound : rpcError.invalidParams, text);
      return;
    }
    await this.#ask(id, token, { ...message, params });
  }

  /** A request on the live lane, as it came but for `_meta`. */
  #ask(id: RequestId, token: string, message: { params: Params }): Promise<void> {
    const { bus, target, caller } = this.#options;
    const data = bytesOf(JSON.stringify({ ...message, params: this.#stamped(message.params) }));
    const options: RequestOptions = {
      timeoutMs: LIVE_TIMEOUT_MS,
      isInterim: (reply) => reply.headers[METHOD_HEADER] === PROGRESS,
      onInterim: (reply) => this.#received(reply),
    };
    return new Promise((resolve, reject) => {
      const subject = callSubject('live', target, token, caller);
      const sent = bus.request(subject, data, options, (outcome) => {
        this.#underWay.delete(id);
        if (outcome.ok) {
          this.#received(outcome.value);
          resolve();
          return;
        }
        const { code, hint } = refusalOf(outcome.error, target);
        reject(new Error(`${code}: ${hint}`));
      });
      this.#underWay.set(id, {
        cancel: () => {
          sent.cancel();
          resolve();
        },
      });
    });
  }

  async #callDurable(id: RequestId, tool: string, params: Params): Promise<void> {
    const { tools, caller, target, authorize, durableTimeoutMs, random } = this.#options;
    const meta = isRecord(params._meta) ? params._meta : {};
    const key = meta[metaKey.idempotencyKey];
    const callId = typeof key === 'string' ? key : Buffer.from(random.bytes(16)).toString('hex');
    const verdict = Verdict.optional().safeParse(meta[metaKey.verdict]);
    const approval = Approval.optional().safeParse(meta[metaKey.approval]);
    const given = params.arguments ?? {};
    let permit: { verdict?: Verdict; approval?: Approval } = {
      ...(verdict.data === undefined ? {} : { verdict: verdict.data }),
      ...(approval.data === undefined ? {} : { approval: approval.data }),
    };
    if (permit.verdict === undefined && permit.approval === undefined && authorize !== undefined) {
      const obtained = await authorize({ target, tool, arguments: given, callId });
      if ('refusal' in obtained) return this.#answerJson(id, resultOfRefusal(obtained.refusal));
      permit = obtained;
    }
    await new Promise<void>((resolve) => {
      const timeoutMs = durableTimeoutMs ?? DURABLE_TIMEOUT_MS;
      const request = { callId, target, tool, arguments: given, timeoutMs, ...permit };
      const sent = tools.call({ actor: target, caller }, request, (outcome) => {
        this.#underWay.delete(id);
        this.#answerJson(
          id,
          outcome.ok
            ? resultOf(JSON.stringify(outcome.value) ?? 'null')
            : resultOfRefusal(outcome.error),
        );
        resolve();
      });
      this.#underWay.set(id, {
        cancel: () => {
          sent.revoke();
          sent.cancel();
          resolve();
        },
      });
    });
  }

  async #initialize(id: RequestId, params: Params): Promise<void> {
    const { bus, target, caller } = this.#options;
    const request = { jsonrpc: '2.0', id, method: 'server/discover', params: this.#stamped({}) };
    const subject = callSubject('live', target, methodToken('server/discover'), caller);
    const discovered = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const options = { timeoutMs: 5_000 };
      bus.request(subject, bytesOf(JSON.stringify(request)), options, (outcome) => {
        const parsed = outcome.ok ? parseJson(outcome.value.data) : undefined;
        const answer = parsed?.ok && isRecord(parsed.value) ? parsed.value.result : undefined;
        if (isRecord(answer)) resolve(answer);
        else {
          const { code, hint } = outcome.ok
            ? refuse('not_reachable', `It has no actor ${target}.`)
            : refusalOf(outcome.error, target);
          reject(new Error(`${code}: ${hint}`));
        }
      });
    });
    this.#answer(id, {
      // The older revision is offered whatever was asked for; the client decides, as MCP has it.
      protocolVersion: legacyProtocolVersion,
      capabilities: { tools: {} },
      serverInfo,
      ...(typeof discovered.instructions === 'string'
        ? { instructions: discovered.instructions }
        : {}),
      ...(params._meta === undefined ? {} : { _meta: {} }),
    });
  }

  /** Fills in what every request on the bus has, and keeps what the client said besides. */
  #stamped(params: Params): Params {
    const { clock, random } = this.#options;
    const now = nowMs(clock);
    const hex = Buffer.from(random.bytes(24)).toString('hex');
    const given = isRecord(params._meta) ? params._meta : {};
    return {
      ...params,
      _meta: {
        [metaKey.clientCapabilities]: {},
        [metaKey.traceparent]: `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`,
        [metaKey.issuedAt]: now,
        [metaKey.deadline]: now + LIVE_TIMEOUT_MS,
        [metaKey.protocolVersion]: protocolVersion,
        ...given,
      },
    };
  }

  #received({ data }: BusMessage): void {
    const parsed = parseJson(data);
    // The client holds every message against its own schemas.
    if (parsed.ok) this.onmessage?.(parsed.value as JSONRPCMessage);
    else this.onerror?.(new Error(parsed.error));
  }

  #cancel(requestId: unknown): void {
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return;
    this.#underWay.get(requestId)?.cancel();
    this.#underWay.delete(requestId);
  }

  #answer(id: RequestId, result: Record<string, unknown>): void {
    this.onmessage?.({ jsonrpc: '2.0', id, result });
  }

  #answerJson(id: RequestId, resultJson: string): void {
    this.#answer(id, JSON.parse(resultJson));
  }

  #fail(id: RequestId, code: number, message: string): void {
    this.onmessage?.({ jsonrpc: '2.0', id, error: { code, message } });
  }
}

function tokenOf(method: string): string | undefined {
  const known = methods.find((name) => name === method);
  return known && methodToken(known);
}
