/** Plays a tournament to its end, or until it is stopped. */
import { type Entry, type TournamentWish, tournament } from './tournament.ts';

/** For a look: a small site of each kind, half a day. */
export const quick = { sites: 5, aps: [10], hours: 12 } as const;

export async function playAll(
  wish: TournamentWish,
  note: (text: string, isSiteDone: boolean) => void,
  stop: AbortSignal,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const { entry, done, all } of tournament(wish)) {
    entries.push(entry);
    const { site, kind, aps, strategy, played } = entry;
    const { utilityMbps } = played.busy;
    note(
      `${done} of ${all}: site ${site}, ${kind} of ${aps}, ${strategy}: ${utilityMbps.toFixed(2)} Mb/s`,
      done % wish.contestants.length === 0,
    );
    // One turn of the loop, so that Ctrl-C is heard between two.
    await new Promise((resolve) => setImmediate(resolve));
    if (stop.aborted) return playedByAll(entries, wish.contestants.length);
  }
  return entries;
}

/** Where not everybody has played, nobody is compared. */
function playedByAll(entries: readonly Entry[], contestants: number): Entry[] {
  return entries.filter(
    ({ site }) => entries.filter((other) => other.site === site).length === contestants,
  );
}
