/** What deciding reaches: each part measures itself, `bench/decide/<part>.ts`; the tournament is one of them. */
import type { Bench, BenchOptions, Row } from './bench.ts';
import * as frames from './decide/frames.ts';
import * as tournament from './decide/tournament.ts';

export interface DecidePart {
  readonly name: string;
  rows(options: BenchOptions): Promise<Row[]>;
}

export const parts: readonly DecidePart[] = [tournament, frames];

export const bench: Bench = {
  name: 'decide',
  about: 'Deciding: every strategy at the same unseen sites, and what each part of it reaches.',
  async run(options) {
    const rows: Row[] = [];
    for (const part of parts) rows.push(...(await part.rows(options)));
    return rows;
  },
};
