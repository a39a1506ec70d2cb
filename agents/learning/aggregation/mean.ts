import { type AggregationRule, meanOf } from './rule.ts';

export const mean: AggregationRule = {
  name: 'mean',
  about: 'Each counts the same; one that lies can move it anywhere within the clipped norm',
  source: 'McMahan et al., AISTATS 2017 (federated averaging)',
  nodesMin: () => 1,
  aggregate: meanOf,
};
