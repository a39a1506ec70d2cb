import { type AggregationRule, meanOf } from './rule.ts';

/**
 * The mean of all but as many as may lie: of those whose nearest n − f − 2 neighbours are furthest away.
 * It holds where n > 2f + 2.
 */
export const multiKrum: AggregationRule = {
  name: 'multi-krum',
  about: 'The mean of those that lie near most others',
  source: 'Blanchard et al., NeurIPS 2017, section 4 and its multi-Krum',
  nodesMin: (liars) => 2 * liars + 3,
  aggregate(changes, liars) {
    const apart = changes.map((one) => changes.map((other) => squaredDistance(one, other)));
    const near = changes.length - liars - 2;
    const scored = apart.map((row, place) => {
      const nearest = row
        .filter((_, other) => other !== place)
        .sort((a, b) => a - b)
        .slice(0, near);
      return { place, score: nearest.reduce((sum, distance) => sum + distance, 0) };
    });
    scored.sort((a, b) => a.score - b.score || a.place - b.place);
    const kept = scored.slice(0, changes.length - liars).map(({ place }) => place);
    return meanOf(changes.filter((_, place) => kept.includes(place)));
  },
};

function squaredDistance(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) {
    const apart = one[at]! - other[at]!;
    sum += apart * apart;
  }
  return sum;
}
