/**
 * How much of a site is planned at a time: the whole of it once a day, in a quiet hour; otherwise radios whose clients
 * lack something, and those around them.
 */
import type { Memory } from '#agents/body.ts';
import { isWithin, type SitePolicy } from '#protocols/site-policy.ts';
import type { Picture } from './picture.ts';

/** Share of what its clients ask, below which a radio is looked at: a choice of ours. */
const CONTENT = 0.95;
const LAST_GLOBAL = 'global';
const HALF_DAY_MS = 43_200_000;

/** Addresses; null for the whole site. */
export function dueNow(picture: Picture, policy: SitePolicy, memory: Memory): string[] | null {
  const last = memory.get(LAST_GLOBAL) as number | undefined;
  if (isGlobal(last, picture.nowMs, policy)) return null;
  const found = new Set<string>();
  for (const view of picture.views.values()) {
    if ((picture.utilityNow(view) ?? 1) >= CONTENT) continue;
    found.add(view.address);
    for (const near of picture.neighboursOf(view)) if (picture.views.has(near)) found.add(near);
  }
  return [...found];
}

/** The whole site was looked at, so that it is not due again. */
export function noteGlobal(memory: Memory, nowMs: number): void {
  memory.set(LAST_GLOBAL, nowMs);
}

/** The first plan of a site is one of all of it. */
function isGlobal(last: number | undefined, nowMs: number, policy: SitePolicy): boolean {
  const { globalAt } = policy;
  if (globalAt === null || last === undefined) return true;
  const from = Number(globalAt.slice(0, 2));
  const until = `${String((from + 1) % 24).padStart(2, '0')}${globalAt.slice(2)}`;
  return nowMs - last >= HALF_DAY_MS && isWithin([{ from: globalAt, to: until }], nowMs, policy);
}
