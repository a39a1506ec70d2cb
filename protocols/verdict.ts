/**
 * The two signed permissions. A verdict lets one call touch the air; an approval lets one call
 * change what the system will do. Both are Ed25519 (RFC 8032) signatures over the RFC 8785
 * canonical JSON of everything but `signature`.
 */
import * as z from 'zod';
import { EpochMs, Sha256 } from './units.ts';

export const verdictVersion = 1;

const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'an Ed25519 signature in base64url');

/** The auditor's word, or a node's own when it acts by itself, that a call keeps the rules. */
export const Verdict = z.strictObject({
  version: z.literal(verdictVersion),
  verdictId: z.string(),
  /** Which key signed: `auditor` or a node's name. */
  keyId: z.string(),
  /** Address of the actor that is called. */
  target: z.string(),
  tool: z.string(),
  /** SHA-256 of the RFC 8785 form of the arguments. */
  argumentsHash: Sha256,
  caller: z.string(),
  idempotencyKey: z.string(),
  ruleSetHash: Sha256,
  regdbHash: Sha256,
  /** The operator's policy that it was held against too; left out where there was none. */
  policyHash: Sha256.optional(),
  notBefore: EpochMs,
  notAfter: EpochMs,
  /** The state the rules were held against. */
  observed: z.strictObject({ stateVersion: z.number().int().min(0) }),
  signature: Signature,
});
export type Verdict = z.infer<typeof Verdict>;

/** A person's or a stated autonomy rule's consent. */
export const Approval = z.strictObject({
  version: z.literal(verdictVersion),
  /** The idempotency key of the one call it is good for. */
  approvalId: z.string(),
  keyId: z.string(),
  /** Who approved: `operator`, or `rule:<id>` for an autonomy rule. */
  approver: z.string(),
  target: z.string(),
  tool: z.string(),
  /** For a plan the arguments hold its hash, so this signs the plan. */
  argumentsHash: Sha256,
  /** The plan's base; null where the tool has none. Stale once the callee's has moved on. */
  baseVersion: z.number().int().min(0).nullable(),
  notBefore: EpochMs,
  notAfter: EpochMs,
  signature: Signature,
});
export type Approval = z.infer<typeof Approval>;

/** Signs with one key. Ed25519 is deterministic, so a seeded world signs the same bytes again. */
export interface Signer {
  readonly keyId: string;
  /** Raw 32-byte public key. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** The public keys a process trusts, pinned when it starts. */
export interface Keyring {
  verify(keyId: string, message: Uint8Array, signature: Uint8Array): boolean;
  keyIds(): readonly string[];
}
