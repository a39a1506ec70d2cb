/** Sites for which there is no plan, and why. */
import { proposePlan } from '#protocols/tools/coordinator.ts';
import type { Site } from '../site.ts';

const { empty_site, nothing_legal, all_pinned } = proposePlan.refusals;
export const refusals = { empty_site, nothing_legal, all_pinned } as const;
export type RefusalCode = keyof typeof refusals;

/** Undefined where at least one radio has a choice. */
export function refusalOf({ reports, choices }: Site): RefusalCode | undefined {
  if (reports.length === 0) return 'empty_site';
  const counts = reports.map(({ id }) => choices.get(id)?.length ?? 0);
  if (counts.every((count) => count === 0)) return 'nothing_legal';
  return counts.every((count) => count < 2) ? 'all_pinned' : undefined;
}
