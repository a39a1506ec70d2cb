/** Verdicts: how they are given, and how one is held against the call that carries it. */
import { type CommonRefusal, type Outcome, type Refusal, refuse } from '#protocols/errors.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { policyHash } from '#protocols/policy.ts';
import { type Keyring, type Signer, Verdict, verdictVersion } from '#protocols/verdict.ts';
import { describeBroken, firstBroken } from './judge.ts';
import type { Regdb } from './regdb.ts';
import { ruleSetHash } from './rule-set.ts';
import type { Asked } from './rules/rule.ts';
import { hashArguments, isSignedBy, signed } from './signed.ts';

/** The key that may sign a verdict for any radio. */
export const AUDITOR_KEY = 'auditor';

/** How long a verdict is good for: the time a call may wait for an edge, and no more. */
export const verdictValidMs = 300_000;

/** Clocks of two hosts that trust each other differ by up to this, so a verdict begins earlier. */
export const clockSkewMs = 60_000;

/** What a verdict is bound to. */
export interface BoundCall extends Pick<Asked, 'operator'> {
  readonly target: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly nowMs: number;
}

/** Holds a call against the rules and signs a verdict, or refuses with the rule that breaks. */
export function judge(
  call: BoundCall & { readonly state: RadioLegalState },
  by: { readonly signer: Signer; readonly regdb: Regdb },
): Outcome<Verdict, Refusal & { readonly rule: string }> {
  const broken = firstBroken(call, by.regdb);
  if (broken !== undefined) {
    const refusal = refuse('rule_broken', describeBroken(broken));
    return { ok: false, error: { ...refusal, rule: broken.rule.id } };
  }
  const { signer, regdb } = by;
  const fields: Omit<Verdict, 'signature'> = {
    version: verdictVersion,
    verdictId: `${signer.keyId}/${call.idempotencyKey}/${call.nowMs}`,
    keyId: signer.keyId,
    target: call.target,
    tool: call.tool,
    argumentsHash: hashArguments(call.tool, call.arguments),
    caller: call.caller,
    idempotencyKey: call.idempotencyKey,
    ruleSetHash,
    regdbHash: regdb.sha256,
    ...(call.operator === undefined ? {} : { policyHash: policyHash(call.operator.policy) }),
    notBefore: Math.max(0, call.nowMs - clockSkewMs),
    notAfter: call.nowMs + verdictValidMs,
    observed: { stateVersion: call.state.stateVersion },
  };
  return { ok: true, value: signed(fields, signer) };
}

/** Verifies a verdict against the call that carries it; undefined when it stands. */
export function faultOfVerdict(
  verdict: Verdict | undefined,
  call: BoundCall,
  by: { readonly keyring: Keyring; readonly regdb: Regdb },
): Refusal | undefined {
  if (verdict === undefined) return refuse('verdict_missing');
  const parsed = Verdict.safeParse(verdict);
  if (!parsed.success)
    return invalid(`Its ${parsed.error.issues[0]?.path.join('.')} is malformed.`);

  if (!maySign(verdict.keyId, call)) {
    return invalid(`The key '${verdict.keyId}' may not sign for this call.`);
  }
  if (!isSignedBy(verdict.keyId, verdict, by.keyring)) {
    return invalid(`The signature is not that of '${verdict.keyId}'.`);
  }
  if (verdict.target !== call.target) return differs('target', verdict.target, call.target);
  if (verdict.tool !== call.tool) return differs('tool', verdict.tool, call.tool);
  if (verdict.caller !== call.caller) return differs('caller', verdict.caller, call.caller);
  const argumentsHash = hashArguments(call.tool, call.arguments);
  if (verdict.argumentsHash !== argumentsHash) {
    return differs('arguments', verdict.argumentsHash, argumentsHash);
  }
  if (verdict.idempotencyKey !== call.idempotencyKey) {
    return differs('key', verdict.idempotencyKey, call.idempotencyKey, 'verdict_replayed');
  }
  if (verdict.ruleSetHash !== ruleSetHash) {
    return differs('rule set', verdict.ruleSetHash, ruleSetHash);
  }
  if (verdict.regdbHash !== by.regdb.sha256) {
    return differs('regulatory database', verdict.regdbHash, by.regdb.sha256);
  }
  if (call.nowMs < verdict.notBefore || call.nowMs > verdict.notAfter) {
    return refuse(
      'verdict_expired',
      `It is valid from ${verdict.notBefore} to ${verdict.notAfter}; it is ${call.nowMs} here.`,
    );
  }
  return undefined;
}

/** The auditor signs for any radio; a node only for its own, and only what it does by itself. */
function maySign(keyId: string, { target, caller }: BoundCall): boolean {
  if (keyId === AUDITOR_KEY) return true;
  return keyId === target.split('/')[1] && keyId === caller;
}

const invalid = (detail: string) => refuse('verdict_invalid', detail);

function differs(
  what: string,
  expected: string,
  came: string,
  code: CommonRefusal = 'verdict_invalid',
): Refusal {
  return refuse(code, `It was given for the ${what} ${expected}, and came with ${came}.`);
}
