/**
 * Three kinds of failure, told apart by what the receiver should do. A refusal is an answer:
 * understood and turned down. A transient error may pass. Anything else is a fault, an ordinary
 * thrown error, which ends the actor.
 */
import * as z from 'zod';

export const Refusal = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9_]*$/),
  hint: z.string(),
  /** Set when the same call may succeed later. */
  retryAfterMs: z.number().int().min(0).optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** What any tool may answer besides its own refusals, and the hint that goes with each. */
export const commonRefusals = {
  unknown_tool:
    'No actor at this address serves that tool. `airguard tools list` shows what it serves.',
  not_granted: 'This caller holds no grant for the tool.',
  wrong_site: 'The call names another site than the one it was sent to.',
  deadline_passed: 'The deadline passed before the call arrived. Send it again with a later one.',
  clock_untrusted:
    'The clocks of caller and receiver differ by more than 60 s. Set them and call again.',
  key_reused: 'The idempotency key was used for another call. Take a new key.',
  invalid_arguments: 'The arguments do not fit the input schema of the tool.',
  verdict_missing: 'A call that touches the air needs a verdict of the auditor.',
  verdict_invalid: 'The verdict does not belong to this call, or its signature does not hold.',
  verdict_expired: 'The verdict is not valid at this time. Ask the auditor again.',
  verdict_replayed: 'The verdict was used before, for another key.',
  rule_broken: 'A rule forbids this now, on the state of the radio as it is.',
  approval_missing: 'A call that changes what the system will do needs an approval.',
  approval_invalid: 'The approval does not belong to this call, or its signature does not hold.',
  approval_stale: 'The plan was approved on a state that has since changed. Propose it again.',
  second_approval_missing:
    'Two people approve this call, each with a key of their own. Send both approvals.',
  too_many_calls: 'This caller calls the actor more often than it may. Wait, and call again.',
  cancelled: 'The call was cancelled.',
  overloaded: 'The mailbox of the actor is full.',
  unavailable: 'The actor is restarting.',
  not_reachable: 'Nothing answers at this address.',
  timed_out: 'No answer came before the deadline.',
} as const;
export type CommonRefusal = keyof typeof commonRefusals;

export function refuse(code: CommonRefusal, detail?: string, retryAfterMs?: number): Refusal {
  const hint = detail === undefined ? commonRefusals[code] : `${commonRefusals[code]} ${detail}`;
  return retryAfterMs === undefined ? { code, hint } : { code, hint, retryAfterMs };
}

/** The value of something that may fail in a way its caller expects. */
export type Outcome<Value, Failure = Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

/** A person's mistake in input: one line that says what was expected, what came, what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode = 'usage', options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What a command's exit code means. */
export const exitCodes = {
  held: 0,
  crashed: 1,
  usage: 2,
  invariantBroke: 3,
  noConvergence: 4,
  refused: 5,
  notReachable: 6,
  interrupted: 130,
} as const;
export type ExitCode = keyof typeof exitCodes;
