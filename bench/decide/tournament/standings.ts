/** What a tournament shows: each strategy's figures, and each against one of them, site by site. */
import { createRandom } from '#agents/random/philox.ts';
import { exp, log } from '#protocols/math.ts';
import type { Recovery } from './recoveries.ts';
import type { Entry } from './tournament.ts';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Standing {
  readonly strategy: string;
  readonly sites: number;
  /** Over the busy hours, means over sites with 95 % intervals. */
  readonly utilityMbps: Interval;
  readonly fifthPercentileMbps: Interval;
  readonly jain: Interval;
  readonly aggregateMbps: Interval;
  readonly servedShare: Interval;
  readonly wholeDayUtilityMbps: Interval;
  /** What it lacks of the best that any strategy reached at a site, as a share. */
  readonly gapToBestKnown: Interval;
  readonly changesPerRadioDay: Interval;
  readonly powerChangesPerRadioDay: Interval;
  /** Of what the client of a network not ours got under `static`, the share the worst hit lost. */
  readonly worstNeighbourHarm: { readonly mean: number; readonly worst: number };
  readonly interferer: Recovered;
  readonly radar: Recovered;
  readonly refused: number;
  readonly cpuMsPerDecision: number;
}

export interface Recovered {
  readonly hits: number;
  /** Of those hit, the share that fared nearly as before within the hour. */
  readonly share: number;
  /** Null where fewer than half did. */
  readonly medianSeconds: number | null;
}

/** How one fares over another, as a ratio of geometric means over the same sites. */
export interface Comparison {
  readonly over: string;
  readonly sites: number;
  readonly utility: Interval;
  readonly fifthPercentile: Interval;
}

const RESAMPLES = 2_000;

export function standingsOf(entries: readonly Entry[]): Standing[] {
  const best = new Map<number, number>();
  const stay = new Map<number, Entry>();
  for (const entry of entries) {
    const { site, strategy, played } = entry;
    best.set(site, Math.max(best.get(site) ?? 0, played.busy.utilityMbps));
    if (strategy === 'static') stay.set(site, entry);
  }
  return strategiesOf(entries).map((strategy) => {
    const own = entries.filter((entry) => entry.strategy === strategy);
    const over = (value: (entry: Entry) => number) => meanInterval(own.map(value));
    const harms = own.map((entry) => harmOf(entry, stay.get(entry.site)));
    const recoveries = own.flatMap(({ played }) => played.recoveries);
    return {
      strategy,
      sites: own.length,
      utilityMbps: over(({ played }) => played.busy.utilityMbps),
      fifthPercentileMbps: over(({ played }) => played.busy.fifthPercentileMbps),
      jain: over(({ played }) => played.busy.jain),
      aggregateMbps: over(({ played }) => played.busy.aggregateMbps),
      servedShare: over(({ played }) => played.busy.servedShare),
      wholeDayUtilityMbps: over(({ played }) => played.wholeDay.utilityMbps),
      gapToBestKnown: over(({ site, played }) => 1 - played.busy.utilityMbps / best.get(site)!),
      changesPerRadioDay: over(({ played }) => played.changesPerRadioDay),
      powerChangesPerRadioDay: over(({ played }) => played.powerChangesPerRadioDay),
      worstNeighbourHarm: { mean: meanOf(harms), worst: Math.max(0, ...harms) },
      interferer: recovered(recoveries, 'interferer'),
      radar: recovered(recoveries, 'radar'),
      refused: own.reduce((sum, { played }) => sum + played.refused, 0),
      cpuMsPerDecision: meanOf(own.map(({ played }) => played.cpuMsPerDecision)),
    };
  });
}

/** In the order in which they first came. */
export function strategiesOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.map(({ strategy }) => strategy))];
}

export function comparisonsOf(entries: readonly Entry[], strategy: string): Comparison[] {
  const own = new Map(
    entries.filter((entry) => entry.strategy === strategy).map((entry) => [entry.site, entry]),
  );
  return strategiesOf(entries)
    .filter((other) => other !== strategy && own.size > 0)
    .map((over) => {
      const pairs = entries.flatMap((entry) => {
        const ours = entry.strategy === over ? own.get(entry.site) : undefined;
        return ours === undefined ? [] : [[ours.played.busy, entry.played.busy] as const];
      });
      const ratio = (name: 'utilityMbps' | 'fifthPercentileMbps') => {
        const logs = pairs.map(([ours, theirs]) => {
          return log(Math.max(FLOOR_MBPS, ours[name]) / Math.max(FLOOR_MBPS, theirs[name]));
        });
        const { mean, low, high } = meanInterval(logs);
        return { mean: exp(mean), low: exp(low), high: exp(high) };
      };
      return {
        over,
        sites: pairs.length,
        utility: ratio('utilityMbps'),
        fifthPercentile: ratio('fifthPercentileMbps'),
      };
    });
}

/** Where nobody in the lowest twentieth gets anything, a ratio has no meaning below this. */
const FLOOR_MBPS = 0.01;

/**
 * The mean and where it lies in 95 % of samples drawn anew from these, with replacement: the percentile bootstrap
 * (Efron, Annals of Statistics 7(1), 1979). Sites are drawn, so that strategies stay paired.
 */
export function meanInterval(values: readonly number[]): Interval {
  const mean = meanOf(values);
  if (values.length < 2) return { mean, low: mean, high: mean };
  const random = createRandom('bootstrap');
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let count = values.length; count > 0; count -= 1)
      sum += values[random.below(values.length)]!;
    return sum / values.length;
  }).sort((a, b) => a - b);
  return {
    mean,
    low: means[Math.floor(0.025 * RESAMPLES)]!,
    high: means[Math.ceil(0.975 * RESAMPLES) - 1]!,
  };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function harmOf({ played }: Entry, stay: Entry | undefined): number {
  const before = stay?.played.foreignMbps ?? {};
  const losses = Object.entries(before).map(([id, mbps]) =>
    mbps === 0 ? 0 : 1 - (played.foreignMbps[id] ?? 0) / mbps,
  );
  return Math.max(0, ...losses);
}

function recovered(all: readonly Recovery[], what: Recovery['what']): Recovered {
  const own = all.filter((one) => one.what === what);
  const seconds = own.map((one) => one.seconds ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const median = seconds[Math.floor((seconds.length - 1) / 2)];
  const back = seconds.filter(Number.isFinite).length;
  return {
    hits: own.length,
    share: own.length === 0 ? 0 : back / own.length,
    medianSeconds: median === undefined || !Number.isFinite(median) ? null : median,
  };
}
