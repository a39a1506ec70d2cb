/**
 * Which records have arrived, and how many of what, in one SQLite file. A stream's broker forgets
 * message ids after a while; this does not, so a record that is sent again after days still counts
 * once. Numbers in a row are kept as one run, so that it stays small.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openOwnDatabase } from '#agents/store/own-database.ts';

/** The name of a record. */
export interface RecordName {
  readonly node: string;
  readonly boot: string;
  readonly seq: number;
}

export interface Tally {
  readonly node: string;
  /** The type of the records, or `refused`. */
  readonly what: string;
  readonly records: number;
  readonly bytes: number;
  readonly duplicates: number;
}

const SCHEMA = `
  CREATE TABLE runs (
    node TEXT NOT NULL, boot TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (node, boot, first)
  ) WITHOUT ROWID;
  CREATE TABLE tallies (
    node TEXT NOT NULL, what TEXT NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
    duplicates INTEGER NOT NULL, PRIMARY KEY (node, what)
  ) WITHOUT ROWID;
`;

export class Arrivals {
  readonly #database: DatabaseSync;
  readonly #below: StatementSync;
  readonly #above: StatementSync;
  readonly #insert: StatementSync;
  readonly #extend: StatementSync;
  readonly #remove: StatementSync;
  readonly #tally: StatementSync;

  constructor(file: string) {
    this.#database = openOwnDatabase({
      file,
      what: 'arrivals',
      expected: 'a file of arrivals',
      application: 'AGRT',
      version: 1,
      schema: SCHEMA,
      isExclusive: false,
    });
    const sql = (text: string) => this.#database.prepare(text);
    const of = 'node = ? AND boot = ?';
    this.#below = sql(
      `SELECT first, last FROM runs WHERE ${of} AND first <= ? ORDER BY first DESC LIMIT 1`,
    );
    this.#above = sql(`SELECT last FROM runs WHERE ${of} AND first = ?`);
    this.#insert = sql('INSERT INTO runs VALUES (?, ?, ?, ?)');
    this.#extend = sql(`UPDATE runs SET last = ? WHERE ${of} AND first = ?`);
    this.#remove = sql(`DELETE FROM runs WHERE ${of} AND first = ?`);
    this.#tally = sql(
      'INSERT INTO tallies VALUES (?, ?, ?, ?, ?) ON CONFLICT (node, what) DO UPDATE SET ' +
        'records = records + excluded.records, bytes = bytes + excluded.bytes, ' +
        'duplicates = duplicates + excluded.duplicates',
    );
  }

  /** Does all of `task`, or, where that throws, nothing. */
  transact(task: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      task();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Notes a record; false when it was noted before. */
  isNew({ node, boot, seq }: RecordName): boolean {
    const below = this.#below.get(node, boot, seq) as { first: number; last: number } | undefined;
    if (below !== undefined && below.last >= seq) return false;
    const above = this.#above.get(node, boot, seq + 1) as { last: number } | undefined;
    const last = above?.last ?? seq;
    if (above !== undefined) this.#remove.run(node, boot, seq + 1);
    if (below?.last === seq - 1) this.#extend.run(last, node, boot, below.first);
    else this.#insert.run(node, boot, seq, last);
    return true;
  }

  count(node: string, what: string, bytes: number, isDuplicate = false): void {
    if (isDuplicate) this.#tally.run(node, what, 0, 0, 1);
    else this.#tally.run(node, what, 1, bytes, 0);
  }

  tallies(): Tally[] {
    return this.#database
      .prepare('SELECT * FROM tallies ORDER BY node, what')
      .all() as unknown as Tally[];
  }

  /** Numbers that have not arrived though later ones of their start have: lost, dropped or late. */
  missing(): { readonly node: string; readonly boot: string; readonly records: number }[] {
    return this.#database
      .prepare(
        'SELECT node, boot, max(last) - sum(last - first + 1) AS records FROM runs ' +
          'GROUP BY node, boot ORDER BY node, boot',
      )
      .all() as { node: string; boot: string; records: number }[];
  }

  close(): void {
    this.#database.close();
  }
}
