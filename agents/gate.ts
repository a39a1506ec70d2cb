/**
 * The gate: what stands between a permitted caller and the air, or the system's own settings. The
 * rules live in `regulation/`; this is what a host's door asks.
 */
import type { Outcome } from '#protocols/errors.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { Address } from '#protocols/ids.ts';
import type { Caller } from '#protocols/roles.ts';
import type { Approval, Verdict } from '#protocols/verdict.ts';

interface Gated {
  readonly target: Address;
  readonly tool: string;
  readonly arguments: unknown;
  readonly caller: Caller;
  readonly idempotencyKey: string;
  readonly nowMs: number;
}

export interface Gate {
  /**
   * Verifies the verdict against this call and the pinned keys, then holds the rules against the
   * state as it is now. The stricter of the two decides.
   */
  admitActuation(
    call: Gated & { readonly verdict: Verdict | undefined; readonly state: RadioLegalState },
  ): Outcome<Verdict>;
  /** Verifies the approval against this call, and its base version against the present one. */
  admitAdministration(
    call: Gated & {
      readonly approval: Approval | undefined;
      /** Of a second person, where two approve. */
      readonly countersignature?: Approval | undefined;
      readonly baseVersion: number | null;
    },
  ): Outcome<Approval>;
  /** A node's own verdict for a move it makes by itself; refused when a rule forbids it. */
  judgeLocally(call: Gated & { readonly state: RadioLegalState }): Outcome<Verdict>;
}
