/**
 * The autonomy rule: which plans need no person. It signs with the coordinator's own key, which is
 * good for nothing else.
 */
import { approve } from '#agents/regulation/approvals.ts';
import type { Proposed } from '#machines/coordinator-words.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import type { Approval, Signer } from '#protocols/verdict.ts';

export const autonomyRule = {
  id: 'clear-gain',
  text: 'A plan needs no person when each of its changes is expected to serve at least 5 % more of what clients ask, and it moves at most 64 radios.',
  gainAtLeast: 0.05,
  changesAtMost: 64,
} as const;

export const provenRule = {
  id: 'proven-gain',
  text: 'A plan needs no person when the twin is sure that it helps by the threshold of the site and takes no neighbour more than its policy says, or, where no twin answers, when the model promises its higher threshold; and it moves at most 64 radios.',
} as const;

export const tryRule = {
  id: 'measured-try',
  text: 'A try needs no person when the policy of the site allows tries: radios that hear each other never try at once, what they try is measured, and taken back where it is worse.',
} as const;

export interface Consent {
  readonly proposed: Proposed;
  readonly policy: SitePolicy;
  readonly target: string;
  readonly approvalId: string;
  readonly signer: Signer;
  readonly nowMs: number;
}

export function approveByRule({
  proposed,
  policy,
  target,
  approvalId,
  signer,
  nowMs,
}: Consent): Outcome<Approval, string> {
  const { plan, planHash } = proposed;
  const { gainAtLeast, changesAtMost } = autonomyRule;
  if (policy.observeOnly) return { ok: false, error: 'this site is only observed' };
  const isJoint = plan.prospect !== undefined;
  const isTry = plan.prospect?.by === 'exploration';
  if (isTry && policy.explorations === 0) {
    return { ok: false, error: 'the policy of this site allows no tries' };
  }
  const { id } = isTry ? tryRule : isJoint ? provenRule : autonomyRule;
  // What a plan gains in all may take a radio a little.
  const weak = isJoint
    ? undefined
    : plan.changes.find(
        ({ expectedAfter, expectedBefore }) => expectedAfter - expectedBefore < gainAtLeast,
      );
  if (weak !== undefined) {
    const gain = Math.round((weak.expectedAfter - weak.expectedBefore) * 100);
    return { ok: false, error: `${weak.radio} would gain ${gain} %, less than the rule asks` };
  }
  if (plan.changes.length > changesAtMost) {
    return { ok: false, error: `${plan.changes.length} changes are more than the rule allows` };
  }
  const approval = approve(
    {
      approvalId,
      approver: `rule:${id}`,
      target,
      tool: 'coordinator_apply_plan',
      arguments: { planId: plan.planId, planHash, baseVersion: plan.baseVersion },
      baseVersion: plan.baseVersion,
      nowMs,
    },
    signer,
  );
  return { ok: true, value: approval };
}
