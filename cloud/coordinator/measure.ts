/**
 * Holds what was measured after a move against what was measured before: for the radio, and for
 * those who share its air. Each radio is held against itself, since they stand differently well.
 */
import type { Measured } from '#machines/coordinator-words.ts';
import { channelKey } from '#protocols/channels.ts';
import type { Change } from '#protocols/events/coordinator.ts';
import { mean, type Picture, type RadioView, type Sample } from './picture.ts';

/** Differences below this are not worth a second move, however sure. */
const negligible = 0.02;

/**
 * Reports held against each other, on either side of a move: a minute's. Longer ago the air was
 * another; what made the radio move may have come only just before.
 */
const compared = 6;

/**
 * What is known of the moment before a move may be so old. An order can wait for minutes at a cut
 * link, and whatever it was to lead away from may be gone when it is carried out.
 */
const freshMs = 60_000;

/** What was lost, as a share of demand, and how far that may be chance (two standard errors). */
interface Loss {
  readonly value: number;
  readonly interval: number;
}

export function measureChange(picture: Picture, change: Change): Measured {
  const { changeId } = change;
  const view = picture.views.get(change.radio);
  if (view === undefined) return { changeId, before: null, after: null, worse: true };
  const isPower = change.power !== undefined;
  const movedAtMs = isPower ? view.poweredAtMs : view.movedAtMs;
  const leftAtMs = isPower ? view.poweredAtMs : view.leftAtMs;
  const from = change.from === null ? '' : channelKey(change.from);
  const to = channelKey(change.to);
  const known = view.samples.filter(({ channel, atMs }) => channel === from && atMs <= movedAtMs);
  const isStale = known.length > 0 && (known.at(-1)?.atMs ?? 0) < leftAtMs - freshMs;
  const filled = change.from === null ? undefined : picture.worstFilled(view, change.from);
  // What clients got before something filled the channel is not what the move gave up.
  const before = isStale ? [] : known.filter(({ atMs }) => atMs >= (filled?.atMs ?? 0));
  const after = view.samples.filter(({ channel, atMs }) => channel === to && atMs > movedAtMs);
  const own = lossBetween(newest(before), newest(after));
  const lost = own.value > own.interval + negligible && !isMadeGood(picture, view, own, movedAtMs);
  const unheard = known.length > 0 && after.length === 0;
  return {
    changeId,
    before: meanOrNull(newest(before)),
    after: meanOrNull(newest(after)),
    // What something still fills is no place to go back to.
    worse: lost || unheard || (isStale && filled === undefined),
  };
}

/**
 * A radio may lose a little where its neighbours surely gain more. Of two that moved at once each may
 * look so by what the other did, so the site as a whole must not have lost.
 */
function isMadeGood(picture: Picture, view: RadioView, own: Loss, movedAtMs: number): boolean {
  const { address } = view;
  const near = lossOf(picture, picture.neighboursOf(view), movedAtMs);
  if (near.value + near.interval > -own.value) return false;
  const others = [...picture.views.keys()].filter((other) => other !== address);
  const site = lossOf(picture, others, movedAtMs);
  const interval = Math.sqrt(own.interval * own.interval + site.interval * site.interval);
  return own.value + site.value <= interval + negligible;
}

/** What these radios lost, all in all, since that moment. */
function lossOf(picture: Picture, radios: readonly string[], sinceMs: number): Loss {
  let value = 0;
  let squares = 0;
  for (const address of radios) {
    const samples = picture.views.get(address)?.samples ?? [];
    const loss = lossBetween(
      newest(samples.filter(({ atMs }) => atMs <= sinceMs)),
      newest(samples.filter(({ atMs }) => atMs > sinceMs)),
    );
    value += loss.value;
    squares += loss.interval * loss.interval;
  }
  return { value, interval: Math.sqrt(squares) };
}

/** What the newest reports say of clients that were there. */
function newest(samples: readonly Sample[]): number[] {
  return samples
    .filter(({ clients }) => clients > 0)
    .slice(-compared)
    .map(({ utility }) => utility);
}

/** Null where nobody was there to fare well or badly. */
function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values);
}

function lossBetween(before: readonly number[], after: readonly number[]): Loss {
  if (before.length === 0 || after.length === 0) return { value: 0, interval: 0 };
  return {
    value: mean(before) - mean(after),
    interval: 2 * Math.sqrt(varianceOfMean(before) + varianceOfMean(after)),
  };
}

function varianceOfMean(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0);
  return squares / (values.length - 1) / values.length;
}
