import { mean } from './mean.ts';
import { median } from './median.ts';
import { multiKrum } from './multi-krum.ts';
import type { AggregationRule } from './rule.ts';

/** The first is the default. */
export const aggregationRules: readonly AggregationRule[] = [multiKrum, median, mean];

/** The one asked for where there are nodes enough, else the mean of clipped changes. */
export function ruleFor(name: string, nodes: number, liars: number): AggregationRule {
  const asked = aggregationRules.find((rule) => rule.name === name);
  return asked !== undefined && nodes >= asked.nodesMin(liars) ? asked : mean;
}
