/**
 * Holds what was measured after a move against what was measured before, for the radio and for
 * those who share its air.
 */
import type { Measured } from '#machines/coordinator.ts';
import { channelKey } from '#protocols/channels.ts';
import type { Change } from '#protocols/events/coordinator.ts';
import { mean, type Picture, type Sample } from './picture.ts';

/** Differences below this are not worth a second move, however sure. */
const negligible = 0.02;

export function measureChange(picture: Picture, change: Change): Measured {
  const view = picture.views.get(change.radio);
  const before: number[] = [];
  const after: number[] = [];
  if (view !== undefined) {
    const from = change.from === null ? '' : channelKey(change.from);
    const to = channelKey(change.to);
    collect(view.samples, ({ channel }) => channel === from, before);
    collect(view.samples, ({ channel, atMs }) => channel === to && atMs > view.movedAtMs, after);
    for (const address of picture.neighboursOf(view)) {
      const samples = picture.views.get(address)?.samples ?? [];
      collect(samples, ({ atMs }) => atMs <= view.movedAtMs, before);
      collect(samples, ({ atMs }) => atMs > view.movedAtMs, after);
    }
  }
  const loss = mean(before) - mean(after);
  const interval = 2 * Math.sqrt(variance(before) + variance(after));
  return {
    changeId: change.changeId,
    before: mean(before),
    after: mean(after),
    worse: before.length > 0 && (after.length === 0 || loss > interval + negligible),
  };
}

function collect(
  samples: readonly Sample[],
  wanted: (sample: Sample) => boolean,
  into: number[],
): void {
  for (const sample of samples) {
    if (sample.clients > 0 && wanted(sample)) into.push(sample.utility);
  }
}

/** Variance of the mean of the values. */
function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0);
  return squares / (values.length - 1) / values.length;
}
