import type { AggregationRule } from './rule.ts';

export const median: AggregationRule = {
  name: 'median',
  about: 'Of each weight the middle of what nodes propose',
  source: 'Yin et al., ICML 2018, coordinate-wise median',
  nodesMin: (liars) => 2 * liars + 1,
  aggregate(changes) {
    const sorted = new Float32Array(changes.length);
    const middle = (changes.length - 1) / 2;
    return Float32Array.from(changes[0]!, (_, at) => {
      changes.forEach((change, place) => {
        sorted[place] = change[at]!;
      });
      sorted.sort();
      return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
    });
  },
};
