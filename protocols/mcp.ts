/**
 * The words of MCP, revision 2026-07-28, that travel on the bus: JSON-RPC 2.0 in UTF-8 JSON, one
 * request or answer a message, and the `_meta` keys of Airguard. docs/nats-binding.md is the
 * specification.
 */
import * as z from 'zod';
import { EpochMs } from './units.ts';
import { Approval, Verdict } from './verdict.ts';

export const protocolVersion = '2026-07-28';

/** Keys of `_meta`; the first two are MCP's, the third W3C Trace Context's, the rest Airguard's. */
export const metaKey = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  traceparent: 'traceparent',
  issuedAt: 'airguard/issuedAt',
  deadline: 'airguard/deadline',
  idempotencyKey: 'airguard/idempotencyKey',
  verdict: 'airguard/verdict',
  approval: 'airguard/approval',
  /** The approval of a second person, for a call that two approve. */
  countersignature: 'airguard/countersignature',
  /** The address a call means; the subject decides, and the two must agree where both are there. */
  target: 'airguard/target',
  /** Who calls. The subject alone counts; a body that names another is refused. */
  caller: 'airguard/caller',
  /** In place of arguments or `structuredContent` that were too large: where they are. */
  payload: 'airguard/payload',
  /** `structured`: the caller reads `structuredContent` alone, and wants no copy of it as text. */
  content: 'airguard/content',
  /** What a tool can do, in `tools/list`: its effect, and with it the lane it is called on. */
  effect: 'airguard/effect',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  progressToken: 'progressToken',
} as const;

export const CallMeta = z.looseObject({
  [metaKey.protocolVersion]: z.string(),
  [metaKey.issuedAt]: EpochMs.optional(),
  [metaKey.deadline]: EpochMs.optional(),
  [metaKey.idempotencyKey]: z.string().min(1).max(128).optional(),
  [metaKey.traceparent]: z.string().max(64).optional(),
  [metaKey.verdict]: Verdict.optional(),
  [metaKey.approval]: Approval.optional(),
  [metaKey.countersignature]: Approval.optional(),
});
export type CallMeta = z.infer<typeof CallMeta>;

/** What does not fit in a message is stored, and travels as this. */
export const inlineLimitBytes = 256 * 1024;

/** JSON-RPC error codes in use. */
export const rpcError = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  unsupportedProtocolVersion: -32022,
} as const;

/** Kind of subject a message travels under. */
export const extensions = { tasks: 'io.modelcontextprotocol/tasks' } as const;
