/** Every strategy at the same unseen sites over a day; `bench decide` shows it in full. */
import type { BenchOptions, Row } from '../bench.ts';
import { contestants } from './tournament/contestant.ts';
import { tournamentRows } from './tournament/rows.ts';
import { type Entry, type TournamentWish, tournament } from './tournament/tournament.ts';

export const name = 'tournament';

export const usual = { sites: 30, aps: [10, 30, 60], hours: 24, seed: 1 } as const;
/** For a look: a site of each kind. */
export const quick = { sites: 5, aps: [10], hours: 12, seed: 1 } as const;

export async function rows(options: BenchOptions): Promise<Row[]> {
  const wish = { ...(options.all ? usual : quick), contestants };
  return tournamentRows(await playAll(wish, options.note));
}

export async function playAll(
  wish: TournamentWish,
  note: (text: string, isSiteDone: boolean) => void,
  stop?: AbortSignal,
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
    if (stop?.aborted === true) break;
  }
  return entries;
}
