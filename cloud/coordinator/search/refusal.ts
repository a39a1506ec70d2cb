/** Sites for which there is no plan, and why. */
import type { Site } from '../site.ts';

export const refusals = {
  empty_site: 'No radio of the site has reported yet. Ask again when they have.',
  nothing_legal:
    'No channel is legal for any radio of the site. Check their country, their antenna gain and what is closed since radar was heard.',
  all_pinned:
    'Every radio has to stay where it is: pinned, moved a short while ago, or at its limit of changes a day.',
} as const;
export type RefusalCode = keyof typeof refusals;

/** Undefined where at least one radio has a choice. */
export function refusalOf({ reports, choices }: Site): RefusalCode | undefined {
  if (reports.length === 0) return 'empty_site';
  const counts = reports.map(({ id }) => choices.get(id)?.length ?? 0);
  if (counts.every((count) => count === 0)) return 'nothing_legal';
  return counts.every((count) => count < 2) ? 'all_pinned' : undefined;
}
