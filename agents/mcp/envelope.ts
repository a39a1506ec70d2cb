/**
 * JSON-RPC 2.0 as MCP 2026-07-28 uses it: requests and notifications come in, answers go out. What
 * is the same in every answer is spelled out as text once, since JSON is most of what a call costs.
 */
import { Refusal } from '#protocols/errors.ts';
import { protocolVersion, rpcError } from '#protocols/mcp.ts';
import { bytesOf, isRecord, parseJson } from './json.ts';

export type RequestId = string | number;

/** The version before, which still opens with `initialize`; served by the transport alone. */
export const legacyProtocolVersion = '2025-11-25';

export const serverInfo = { name: 'airguard', version: '1' } as const;

/** The header that marks an interim answer. */
export const METHOD_HEADER = 'Mcp-Method';
export const PROGRESS = 'notifications/progress';

export interface Request {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Notification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Malformed {
  readonly kind: 'malformed';
  /** Null when it could not be read. */
  readonly id: RequestId | null;
  readonly code: number;
  readonly message: string;
}

const noParams: Readonly<Record<string, unknown>> = {};

export function parseMessage(data: Uint8Array): Request | Notification | Malformed {
  const parsed = parseJson(data);
  if (!parsed.ok) return malformed(null, rpcError.parse, parsed.error);
  const message = parsed.value;
  if (!isRecord(message)) {
    return malformed(
      null,
      rpcError.invalidRequest,
      'expected one JSON-RPC object, came another value',
    );
  }
  const { id, method, params = noParams } = message;
  const isId = typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id));
  if (id !== undefined && !isId) {
    return malformed(null, rpcError.invalidRequest, 'expected `id` to be text or a number');
  }
  const known = isId ? id : null;
  if (message.jsonrpc !== '2.0' || typeof method !== 'string') {
    return malformed(known, rpcError.invalidRequest, 'expected `jsonrpc` "2.0" and a `method`');
  }
  if (!isRecord(params)) {
    return malformed(known, rpcError.invalidRequest, 'expected `params` to be an object');
  }
  return known === null
    ? { kind: 'notification', method, params }
    : { kind: 'request', id: known, method, params };
}

function malformed(id: RequestId | null, code: number, message: string): Malformed {
  return { kind: 'malformed', id, code, message };
}

/** Any request; a call on the live lane has its own, quicker way in `caller.ts`. */
export function encodeRequest(id: RequestId, method: string, params: object): Uint8Array {
  return bytesOf(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
}

export function encodeNotification(method: string, params: object): Uint8Array {
  return bytesOf(JSON.stringify({ jsonrpc: '2.0', method, params }));
}

/** An answer around the text of its result. */
export function encodeResult(id: RequestId, resultJson: string): Uint8Array {
  const idJson = typeof id === 'number' ? id : JSON.stringify(id);
  return bytesOf(`{"jsonrpc":"2.0","id":${idJson},"result":${resultJson}}`);
}

export function encodeError(
  id: RequestId | null,
  error: { readonly code: number; readonly message: string; readonly data?: unknown },
): Uint8Array {
  return bytesOf(JSON.stringify({ jsonrpc: '2.0', id, error }));
}

/** −32022, with what is supported, so that the caller can choose again. */
export function unsupportedVersion(requested: unknown): {
  code: number;
  message: string;
  data: unknown;
} {
  return {
    code: rpcError.unsupportedProtocolVersion,
    message: `expected protocol version ${protocolVersion}, came ${JSON.stringify(requested) ?? 'none'}`,
    data: { supported: [protocolVersion], requested: requested ?? null },
  };
}

/** The result of a call that went well, around the text of its value; `brief` without its copy as text. */
export function resultOf(json: string, brief = false): string {
  if (brief) return `{"resultType":"complete","content":[],"structuredContent":${json}}`;
  return `{"resultType":"complete","content":[{"type":"text","text":${JSON.stringify(json)}}],"structuredContent":${json}}`;
}

/** The result of a call that was turned down: an answer with `isError`. */
export function resultOfRefusal({ code, hint, retryAfterMs }: Refusal): string {
  return JSON.stringify({
    resultType: 'complete',
    content: [{ type: 'text', text: `${code}: ${hint}` }],
    structuredContent: { code, hint, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    isError: true,
  });
}

export type Answer =
  | { readonly kind: 'value'; readonly value: unknown; readonly meta: unknown }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** A task was made instead. */
  | { readonly kind: 'task'; readonly task: Readonly<Record<string, unknown>> };

/** Reads an answer. What is not an answer becomes a refusal, `protocol_error`. */
export function parseAnswer(data: Uint8Array): Answer {
  const parsed = parseJson(data);
  if (!parsed.ok) return protocolError(parsed.error);
  const message = parsed.value;
  if (!isRecord(message)) return protocolError('expected a JSON-RPC answer');
  if (isRecord(message.error)) {
    const { code, message: text } = message.error;
    return protocolError(
      `${typeof text === 'string' ? text : 'a fault without a message'} (JSON-RPC ${code})`,
    );
  }
  return isRecord(message.result)
    ? readResult(message.result)
    : protocolError('expected a JSON-RPC answer with a result');
}

/** Reads the result of a call, from an answer or from a task that is completed. */
export function readResult(result: Readonly<Record<string, unknown>>): Answer {
  if (result.resultType === 'task') return { kind: 'task', task: result };
  if (result.isError === true) {
    const refusal = Refusal.safeParse(result.structuredContent);
    return refusal.success
      ? { kind: 'refusal', refusal: refusal.data }
      : protocolError('expected a refusal with code and hint');
  }
  if (result.resultType !== 'complete')
    return protocolError('expected a result of type `complete`');
  return { kind: 'value', value: result.structuredContent, meta: result._meta };
}

function protocolError(hint: string): Answer {
  return { kind: 'refusal', refusal: { code: 'protocol_error', hint } };
}
