/** Approvals: consent to a change of what the system will do, by a person or a stated rule. */
import { approverKey, dualControl } from '#protocols/agent-rules.ts';
import { type Refusal, refuse } from '#protocols/errors.ts';
import { OPERATOR } from '#protocols/roles.ts';
import { Approval, type Keyring, type Signer, verdictVersion } from '#protocols/verdict.ts';
import { hashArguments, isSignedBy, signed } from './signed.ts';
import { clockSkewMs } from './verdicts.ts';

/** How long consent lasts when nothing moves meanwhile. */
export const approvalValidMs = 900_000;

interface Approves {
  readonly approver: RegExp;
  readonly tools: readonly string[] | '*';
}

/**
 * Who may approve what. A person's key approves anything; an autonomy rule, which the coordinator
 * signs for, only the plans it makes itself.
 */
const approvers: Readonly<Record<string, Approves>> = {
  [OPERATOR]: { approver: /^operator$/, tools: '*' },
  coordinator: {
    approver: /^rule:[a-z0-9-]+$/,
    tools: ['coordinator_apply_plan', 'coordinator_revert_plan'],
  },
};

export interface Approving {
  /** The idempotency key of the one call it is good for. */
  readonly approvalId: string;
  /** `operator`, or `rule:<id>`. */
  readonly approver: string;
  readonly target: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly baseVersion: number | null;
  readonly nowMs: number;
}

export function approve(approving: Approving, signer: Signer): Approval {
  const { arguments: input, nowMs, ...bound } = approving;
  const fields: Omit<Approval, 'signature'> = {
    version: verdictVersion,
    ...bound,
    keyId: signer.keyId,
    argumentsHash: hashArguments(bound.tool, input),
    notBefore: Math.max(0, nowMs - clockSkewMs),
    notAfter: nowMs + approvalValidMs,
  };
  return signed(fields, signer);
}

/** Verifies an approval against the call that carries it; undefined when it stands. */
export function faultOfApproval(
  approval: Approval | undefined,
  call: {
    readonly target: string;
    readonly tool: string;
    readonly arguments: unknown;
    readonly baseVersion: number | null;
    readonly idempotencyKey: string;
    readonly nowMs: number;
  },
  keyring: Keyring,
): Refusal | undefined {
  if (approval === undefined) return refuse('approval_missing');
  const parsed = Approval.safeParse(approval);
  if (!parsed.success)
    return invalid(`Its ${parsed.error.issues[0]?.path.join('.')} is malformed.`);

  const allowed = approvesBy(approval.keyId);
  if (
    allowed === undefined ||
    !allowed.approver.test(approval.approver) ||
    (allowed.tools !== '*' && !allowed.tools.includes(call.tool))
  ) {
    return invalid(`'${approval.approver}' with the key '${approval.keyId}' may not approve this.`);
  }
  if (!isSignedBy(approval.keyId, approval, keyring)) {
    return invalid(`The signature is not that of '${approval.keyId}'.`);
  }
  if (approval.target !== call.target) {
    return invalid(`It was given for ${approval.target}, and came to ${call.target}.`);
  }
  if (approval.tool !== call.tool) {
    return invalid(`It was given for ${approval.tool}, and came with ${call.tool}.`);
  }
  if (approval.argumentsHash !== hashArguments(call.tool, call.arguments)) {
    return invalid('It was given for other arguments.');
  }
  if (approval.approvalId !== call.idempotencyKey) {
    return invalid(
      `It was given for the key ${approval.approvalId}, and came with ${call.idempotencyKey}.`,
    );
  }
  if (call.nowMs < approval.notBefore || call.nowMs > approval.notAfter) {
    return invalid(
      `It is valid from ${approval.notBefore} to ${approval.notAfter}; it is ${call.nowMs} here.`,
    );
  }
  if (approval.baseVersion !== call.baseVersion) {
    return refuse(
      'approval_stale',
      `It was given at version ${approval.baseVersion}; it is ${call.baseVersion} now.`,
    );
  }
  return undefined;
}

function approvesBy(keyId: string): Approves | undefined {
  // A person approves under the name of the key.
  if (approverKey.test(keyId)) return { approver: new RegExp(`^${keyId}$`), tools: '*' };
  return Object.hasOwn(approvers, keyId) ? approvers[keyId] : undefined;
}

/** For a call that two people approve: what is wrong with the second; undefined when both stand. */
export function faultOfCountersignature(
  approval: Approval | undefined,
  second: Approval | undefined,
  call: Parameters<typeof faultOfApproval>[1],
  keyring: Keyring,
): Refusal | undefined {
  const why = Object.hasOwn(dualControl, call.tool) ? dualControl[call.tool] : undefined;
  if (why === undefined) return undefined;
  if (second === undefined) return refuse('second_approval_missing', `For ${why}.`);
  if (second.keyId === approval?.keyId) {
    return refuse('second_approval_missing', `Both came with the key '${second.keyId}'.`);
  }
  return faultOfApproval(second, call, keyring);
}

const invalid = (detail: string) => refuse('approval_invalid', detail);
