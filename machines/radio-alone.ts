/** When a radio whose node does not reach the cloud looks for another channel by itself. */

/** What is there for so much of the time fills a channel: a radio by itself leaves it. */
export const FILLED_DUTY = 0.5;
/** Share of what its clients ask, from which on a radio looks for nothing better: a choice of ours. */
const CONTENT = 0.9;
/** Surveys in a row, a minute's by default, since a single one may be chance. */
const PATIENCE = 6;

/** `served`: shares of their load that clients got, the newest last. */
export function isPoor(served: readonly number[], patience = PATIENCE): boolean {
  if (served.length < patience) return false;
  return meanServed(served.slice(-patience))! < CONTENT;
}

/** Null where nobody asked for anything. */
export function meanServed(served: readonly number[]): number | null {
  return served.length === 0 ? null : served.reduce((sum, one) => sum + one, 0) / served.length;
}
