/**
 * A change that has to be confirmed: what a radio keeps of it, when it goes back by itself, and what
 * it says then.
 */
import { describeChannel } from '#protocols/channels.ts';
import { type ClientFare, lossBetween, servedShare } from '#protocols/fare.ts';
import type { LedgerNoted } from './effects.ts';
import {
  type BackInput,
  legalStateOf,
  type Made,
  type Published,
  type RadioContext,
  type Trial,
  type TrialEnd,
} from './radio-words.ts';

/** Surveys held against each other on either side of a change: a minute's. */
const COMPARED = 6;
/** Fewer say nothing of how they scatter. */
const NEEDED = 3;
/** Differences below this share are not worth a way back, however sure. */
const NEGLIGIBLE = 0.02;
/** It is looked at with every survey, and chance gets as many tries. */
const CONFIDENCE = 0.99;

/** What the move that arrives makes; null for the way back, and for home after a reset. */
export function madeByMove({ move, channel, cameFrom, eirpDbm }: RadioContext): Made | null {
  if (move === null || move.cause === 'back' || move.cause === 'start') return null;
  const from = channel ?? cameFrom;
  const was = from === null ? null : { channel: from, eirpDbm };
  return { confirming: move.confirming ?? null, was };
}

/** What the power that was taken makes; null for a step on the way back. */
export function madeByPower({ asked, channel, eirpDbm }: RadioContext): Made | null {
  if (asked === null || asked.callId === null || channel === null) return null;
  return { confirming: asked.confirming ?? null, was: { channel, eirpDbm } };
}

/** The trial after a change: one more change on trial goes back to before the first. */
export function trialAfter(
  { trial, served = [] }: RadioContext,
  { confirming, was }: Made,
): Trial | null {
  if (confirming === null || was === null) return null;
  const begun = trial?.goesBack === null ? trial : { from: was, before: served };
  return { ...confirming, from: begun.from, before: begun.before, goesBack: null };
}

/** Notes what clients got, and turns the radio back where that is worse than before. */
export function faresAfter(
  context: RadioContext,
  clients: readonly ClientFare[],
): Pick<RadioContext, 'served' | 'trial'> {
  const { trial = null, served = [] } = context;
  if (clients.length === 0) return { served, trial };
  const since = [...served.slice(1 - COMPARED), servedShare(clients)];
  const why = trial === null ? undefined : worse(trial, since);
  return { served: since, trial: why === undefined ? trial : turnedBack(context, why).trial };
}

function worse({ before, mayLose }: Trial, since: readonly number[]): string | undefined {
  if (before.length < NEEDED || since.length < NEEDED) return undefined;
  const { value, interval } = lossBetween(before, since, CONFIDENCE);
  if (value <= interval + Math.max(NEGLIGIBLE, mayLose)) return undefined;
  return `its clients get ${(100 * value).toFixed(0)} % less of their load than before`;
}

/** The first reason to go back is the one that is told. */
export function turnedBack({ trial = null }: RadioContext, why: string): { trial: Trial | null } {
  return { trial: trial === null ? null : { ...trial, goesBack: trial.goesBack ?? why } };
}

export const contactLost = 'the node lost the cloud before the change was confirmed';

export const notConfirmed = ({ trial }: RadioContext) =>
  `nobody confirmed the change within ${(trial?.confirmWithinMs ?? 0) / 1_000} s`;

export function wayBack(context: RadioContext): BackInput {
  const { trial = null } = context;
  if (trial === null) throw new Error('a radio goes back only from a change on trial');
  const { channel, eirpDbm } = trial.from;
  const reason = `Back to ${describeChannel(channel)} with ${eirpDbm} dBm: ${trial.goesBack}.`;
  return { legal: legalStateOf(context), to: trial.from, reason };
}

export const isBack = ({ trial }: RadioContext): TrialEnd => ({
  outcome: 'went-back',
  reason: `The radio is as it was before the change: ${trial?.goesBack}.`,
});

export const confirmed: TrialEnd = { outcome: 'confirmed', reason: 'The change was confirmed.' };

export const overtaken: TrialEnd = {
  outcome: 'overtaken',
  reason: 'The radio has changed since in a way that need not be confirmed.',
};

export const stays = (why: string) => `The radio stays though it should go back: ${why}`;

/** What the end of a trial is told by; nothing where there is none. */
export function endOf(
  { address, trial = null }: RadioContext,
  { outcome, reason }: TrialEnd,
): readonly (Extract<Published, { type: 'trial.ended' }> | LedgerNoted)[] {
  if (trial === null) return [];
  const { key, from } = trial;
  const body = { key, outcome, from };
  return [
    { type: 'trial.ended', key, outcome, reason },
    { type: 'ledger.noted', note: { kind: 'decision', subject: address, reason, body } },
  ];
}
