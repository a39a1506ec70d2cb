/** The figures that a tournament is to reach. */
import { atLeast, atMost, type Row, told } from '../../bench.ts';
import { comparisonsOf, standingsOf, strategiesOf } from './standings.ts';
import type { Entry } from './tournament.ts';

/** Who has to beat the others. */
export const CHAMPION = 'coordinator';
const LEAST_APS = 30;

/** Over sites of 30 access points and more, where there are any. */
export function tournamentRows(entries: readonly Entry[]): Row[] {
  const large = entries.filter(({ aps }) => aps >= LEAST_APS);
  const judged = large.length > 0 ? large : entries;
  const sites = new Set(judged.map(({ site }) => site)).size;
  const where = `${sites} sites of ${large.length > 0 ? `${LEAST_APS} access points and more` : 'any size'}`;
  if (!strategiesOf(judged).includes(CHAMPION)) {
    return standingsOf(judged).map(({ strategy, utilityMbps }) =>
      told(`${strategy}: utility, ${where}`, utilityMbps.mean, 'Mb/s'),
    );
  }
  const comparisons = comparisonsOf(judged, CHAMPION);
  const turbo = comparisons.find(({ over }) => over === 'turbo-ca');
  const own = standingsOf(judged).find(({ strategy }) => strategy === CHAMPION)!;
  return [
    ...comparisons.map(({ over, utility }) =>
      atLeast(
        `${CHAMPION} over ${over}: utility, lower end of the 95 % interval, ${where}`,
        utility.low,
        '',
        1,
      ),
    ),
    ...(turbo === undefined
      ? []
      : [
          atLeast(
            `${CHAMPION} over turbo-ca: 5th percentile, ${where}`,
            turbo.fifthPercentile.mean,
            '',
            1.05,
          ),
        ]),
    atMost(
      `${CHAMPION}: changes a radio and day, after three hours, ${where}`,
      own.changesPerRadioDay.mean,
      '',
      2,
    ),
  ];
}
