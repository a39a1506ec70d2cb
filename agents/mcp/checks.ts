/**
 * What a call must pass at the door before its arguments are looked at, in this order: it is
 * addressed here, the actor runs, the tool is known, the caller holds a grant, it is in time, the clocks agree,
 * and it does not call too often.
 * The first that fails decides. Idempotency, schema, verdict and approval follow in `door.ts`.
 */
import { type Refusal, refuse } from '#protocols/errors.ts';
import { metaKey } from '#protocols/mcp.ts';
import { isGranted } from '#protocols/roles.ts';
import type { ParsedCallSubject } from '#protocols/subjects.ts';
import { laneOf, type Tool } from '#protocols/tool.ts';
import type { CallRates } from './call-rates.ts';

/** Clocks further apart than this cannot judge a deadline or a verdict. */
export const CLOCK_SKEW_MS_MAX = 60_000;

export interface Incoming {
  /** Where it came in; the caller is taken from here, never from the body. */
  readonly subject: ParsedCallSubject;
  readonly meta: Readonly<Record<string, unknown>>;
  /** False for an unknown address, and for a role that waits for its lease. */
  readonly isActorHere: boolean;
  /** The tool as the actor at the address serves it. */
  readonly tool: Tool | undefined;
  readonly nowMs: number;
  readonly isClockTrusted: boolean;
  readonly rates: CallRates;
}

type Check = (call: Incoming) => Refusal | undefined;

/** What the body says of target and caller may not contradict the subject. */
const isAddressedHere: Check = ({ subject, meta }) => {
  const target = meta[metaKey.target];
  if (target !== undefined && target !== subject.address) {
    return refuse(
      'wrong_site',
      `It names ${JSON.stringify(target)}, and came to ${subject.address}.`,
    );
  }
  const caller = meta[metaKey.caller];
  if (caller !== undefined && caller !== subject.caller) {
    return refuse('not_granted', `It claims another caller than '${subject.caller}', who sent it.`);
  }
  return undefined;
};

const isActorRunning: Check = ({ subject, isActorHere }) =>
  isActorHere ? undefined : refuse('not_reachable', `No actor ${subject.address} runs here now.`);

const isKnownTool: Check = ({ subject, tool }) => {
  if (tool === undefined) return refuse('unknown_tool', `Asked for: ${subject.tool}.`);
  const lane = laneOf[tool.effect];
  return lane === subject.lane
    ? undefined
    : refuse(
        'unknown_tool',
        `${tool.name} is called on the ${lane} lane, not the ${subject.lane} one.`,
      );
};

const isCallerGranted: Check = ({ subject }) =>
  isGranted(subject.caller, subject.tool)
    ? undefined
    : refuse('not_granted', `Caller: ${subject.caller}, tool: ${subject.tool}.`);

const isInTime: Check = ({ subject, meta, nowMs }) => {
  const deadline = meta[metaKey.deadline];
  if (typeof deadline !== 'number' || nowMs <= deadline) return undefined;
  if (subject.lane === 'live') {
    // Reads are what clocks are set by, so they are answered however the clocks differ.
    const issuedAt = meta[metaKey.issuedAt];
    if (typeof issuedAt === 'number' && Math.abs(nowMs - issuedAt) > CLOCK_SKEW_MS_MAX) {
      return undefined;
    }
  }
  return refuse('deadline_passed', `It was ${deadline} ms, the receiver's clock says ${nowMs} ms.`);
};

/**
 * A durable call may have waited for hours, so only an instant ahead of our clock shows skew; a
 * clock of ours that is ahead shows as a deadline that has passed.
 */
const doClocksAgree: Check = ({ subject, meta, nowMs, isClockTrusted }) => {
  if (subject.lane === 'live') return undefined;
  if (!isClockTrusted) {
    return refuse('clock_untrusted', 'The receiver has not learnt the time since it started.');
  }
  const issuedAt = meta[metaKey.issuedAt];
  return typeof issuedAt === 'number' && issuedAt - nowMs > CLOCK_SKEW_MS_MAX
    ? refuse(
        'clock_untrusted',
        `It was issued at ${issuedAt} ms, the receiver's clock says ${nowMs} ms.`,
      )
    : undefined;
};

/** Counted last: only what would be let through. */
const isNotTooOften: Check = ({ subject, tool, rates }) =>
  tool === undefined ? undefined : rates.take(tool.effect, subject.caller, subject.address);

const checks = [
  isAddressedHere,
  isActorRunning,
  isKnownTool,
  isCallerGranted,
  isInTime,
  doClocksAgree,
  isNotTooOften,
] as const;

export function firstRefusal(call: Incoming): Refusal | undefined {
  for (const check of checks) {
    const refusal = check(call);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/**
 * Refusals that say nothing about the call itself: there is no actor for it, or no grant. They are
 * not kept under its key, so that nobody fills the store with calls that were never allowed.
 */
export function isKeptUnderKey({ code }: Refusal): boolean {
  return (
    code !== 'not_reachable' &&
    code !== 'unknown_tool' &&
    code !== 'not_granted' &&
    code !== 'wrong_site' &&
    code !== 'key_reused'
  );
}

/** The call may pass a moment later, and still before its deadline. */
export function isPassing({ code }: Refusal): boolean {
  return code === 'unavailable' || code === 'overloaded' || code === 'too_many_calls';
}
