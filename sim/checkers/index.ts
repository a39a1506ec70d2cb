import { actuationOnce } from './actuation-once.ts';
import { callsEnd } from './calls-end.ts';
import type { Checker } from './checker.ts';
import { clearingBeforeUse } from './clearing-before-use.ts';
import { domainLimits } from './domain-limits.ts';
import { eventsKept } from './events-kept.ts';
import { nonOccupancy } from './non-occupancy.ts';
import { oneLeaseHolder } from './one-lease-holder.ts';
import { planNotWorse } from './plan-not-worse.ts';
import { silenceAfterRadar } from './silence-after-radar.ts';
import { unconfirmedGoesBack } from './unconfirmed-goes-back.ts';
import { verdictBeforeActuation } from './verdict-before-actuation.ts';

/** Every invariant that is watched in every run. */
export const checkers: readonly Checker[] = [
  silenceAfterRadar,
  clearingBeforeUse,
  nonOccupancy,
  domainLimits,
  actuationOnce,
  callsEnd,
  oneLeaseHolder,
  verdictBeforeActuation,
  eventsKept,
  planNotWorse,
  unconfirmedGoesBack,
];
