/** The standings of a tournament for a terminal. */
import type { Interval, Recovered, Standing } from '#bench/decide/tournament/standings.ts';
import { table } from '../table.ts';

export interface Strategy {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly turns: string;
}

export function standingLines(
  standings: readonly Standing[],
  strategies: readonly Strategy[],
): string[] {
  if (standings.length === 0) return [];
  const ranked = standings.toSorted((a, b) => b.utilityMbps.mean - a.utilityMbps.mean);
  const figures = ranked.map((one) => [
    one.strategy,
    withInterval(one.utilityMbps, 1),
    withInterval(one.fifthPercentileMbps, 1),
    one.jain.mean.toFixed(2),
    one.aggregateMbps.mean.toFixed(0),
    `${(100 * one.gapToBestKnown.mean).toFixed(1)} %`,
    one.changesPerRadioDay.mean.toFixed(2),
    `${(100 * one.worstNeighbourHarm.mean).toFixed(0)} %`,
  ]);
  const answers = ranked.map((one) => [
    one.strategy,
    recoveredText(one.interferer),
    recoveredText(one.radar),
    strategies.find(({ name }) => name === one.strategy)?.turns ?? '',
  ]);
  const sites = standings[0]!.sites;
  const heads = ['strategy', 'utility Mb/s', '5 % Mb/s', 'Jain', 'total', 'gap', 'moves', 'harm'];
  return [
    `${sites} generated sites on the fluid air: busy hours, means over sites, 95 % intervals.`,
    'gap: to the best of all strategies at each site. moves: a radio and day, after three hours.',
    'harm: what the worst hit network not ours lost against static.',
    '',
    ...table([heads, ...figures]),
    '',
    'Median seconds until clients that were hit fared nearly as before, and how many of them did',
    'within the hour:',
    '',
    ...table([['strategy', 'interferer', 'radar', 'decides'], ...answers]),
  ];
}

function withInterval({ mean, low, high }: Interval, digits: number): string {
  return `${mean.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

export function recoveredText({ hits, share, medianSeconds }: Recovered): string {
  if (hits === 0) return 'none hit';
  const seconds = medianSeconds === null ? 'most do not' : `${medianSeconds.toFixed(0)} s`;
  return `${seconds}, ${Math.round(share * hits)} of ${hits}`;
}
