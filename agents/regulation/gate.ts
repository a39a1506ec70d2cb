/** The gate of one host: pinned keys, the regulatory database, and the key it signs with itself. */
import { refuse } from '#protocols/errors.ts';
import type { Keyring, Signer } from '#protocols/verdict.ts';
import type { Gate } from '../gate.ts';
import { faultOfApproval, faultOfCountersignature } from './approvals.ts';
import { describeBroken, firstBroken } from './judge.ts';
import { type Regdb, shippedRegdb } from './regdb.ts';
import { faultOfVerdict, judge } from './verdicts.ts';

export interface GateParts {
  /** The keys this host trusts, pinned when it started. */
  readonly keyring: Keyring;
  /** Signs what the node decides by itself: the node's own key. */
  readonly selfSigner: Signer;
  readonly regdb?: Regdb;
}

export function createGate({ keyring, selfSigner, regdb = shippedRegdb() }: GateParts): Gate {
  return {
    admitActuation(call) {
      const fault = faultOfVerdict(call.verdict, call, { keyring, regdb });
      if (fault !== undefined) return { ok: false, error: fault };
      // What held when the verdict was given may not hold now: the stricter of the two decides.
      const broken = firstBroken(call, regdb);
      if (broken !== undefined) {
        return { ok: false, error: refuse('rule_broken', describeBroken(broken)) };
      }
      return { ok: true, value: call.verdict! };
    },
    admitAdministration(call) {
      const fault =
        faultOfApproval(call.approval, call, keyring) ??
        faultOfCountersignature(call.approval, call.countersignature, call, keyring);
      if (fault !== undefined) return { ok: false, error: fault };
      return { ok: true, value: call.approval! };
    },
    judgeLocally(call) {
      if (call.caller !== selfSigner.keyId || call.target.split('/')[1] !== selfSigner.keyId) {
        const detail = `'${selfSigner.keyId}' signs only for itself, not for ${call.caller} at ${call.target}.`;
        return { ok: false, error: refuse('not_granted', detail) };
      }
      const outcome = judge(call, { signer: selfSigner, regdb });
      if (outcome.ok) return outcome;
      const { rule: _, ...error } = outcome.error;
      return { ok: false, error };
    },
  };
}
