/**
 * What waits to leave the node: records in one SQLite file, in the order in which they are to go.
 * A record is in the file before `put` returns, so a process that is killed loses none; a loss of
 * power may take the last ones (`NORMAL`). When a quota is reached, the oldest of the least
 * important go, and are counted.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openOwnDatabase, refusal } from '#agents/store/own-database.ts';
import type { Random } from '#protocols/random.ts';
import { type Rank, type RecordTypeName, ranks } from '#protocols/telemetry/record.ts';

export interface Quota {
  /** Of the records themselves; the file is larger by some tenths. */
  readonly maxBytes: number;
  readonly maxRecords: number;
}

export interface QueueOptions {
  /** The file, or `:memory:` for a queue that ends with the process. */
  readonly file: string;
  readonly quota: Quota;
  readonly random: Random;
}

export interface Queued {
  /** Counts what was ever put into this file. */
  readonly place: number;
  readonly boot: string;
  readonly seq: number;
  readonly actor: string;
  readonly type: RecordTypeName;
  readonly bytes: Uint8Array;
}

/** How much of a rank waits, and how much had to go since the file was made. */
export interface RankCount {
  records: number;
  bytes: number;
  dropped: number;
}

const SCHEMA = `
  CREATE TABLE queue (
    place INTEGER PRIMARY KEY AUTOINCREMENT, rank INTEGER NOT NULL, boot TEXT NOT NULL,
    seq INTEGER NOT NULL, actor TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL
  );
  CREATE INDEX queue_order ON queue (rank, place, length(body));
  CREATE TABLE dropped (rank INTEGER PRIMARY KEY, records INTEGER NOT NULL);
  CREATE TABLE boots (name TEXT PRIMARY KEY) WITHOUT ROWID;
`;

export class Queue {
  /** This start of this file: with a sequence number, the name of a record. */
  readonly boot: string;
  readonly #database: DatabaseSync;
  readonly #quota: Quota;
  readonly #counts: readonly RankCount[];
  readonly #statements: ReturnType<typeof prepare>;
  #seq = 0;

  /** Throws an `InputError` where the file is none of ours, damaged, or another process's. */
  constructor({ file, quota, random }: QueueOptions) {
    this.#quota = quota;
    const own = {
      file,
      what: 'queue',
      expected: 'a queue of records',
      application: 'AGRQ',
      version: 1,
      schema: SCHEMA,
      // Two processes on one queue would send everything twice.
      isExclusive: true,
    };
    this.#database = openOwnDatabase(own);
    try {
      this.#statements = prepare(this.#database);
      this.boot = this.#begin(random);
      this.#counts = this.#count();
    } catch (cause) {
      this.#database.close();
      throw refusal(own, cause);
    }
  }

  /** The number that the next record of this boot has to bear. */
  get nextSeq(): number {
    return this.#seq + 1;
  }

  /** How many records were ever put into this file. */
  get ever(): number {
    return (this.#statements.ever.get()?.seq as number | undefined) ?? 0;
  }

  counts(): Readonly<Record<Rank, Readonly<RankCount>>> {
    const entries = ranks.map((rank, index) => [rank, { ...this.#counts[index]! }] as const);
    return Object.fromEntries(entries) as Record<Rank, RankCount>;
  }

  get size(): number {
    return this.#counts.reduce((sum, { records }) => sum + records, 0);
  }

  /**
   * Stores a record under the next number. Where there is no room, older ones of the lowest rank
   * make some, those in `underWay` excepted; false when only higher ranks could, and it is dropped.
   */
  put(
    record: { readonly actor: string; readonly type: RecordTypeName; readonly bytes: Uint8Array },
    rank: Rank,
    underWay: { has(place: number): boolean } = none,
  ): boolean {
    const index = ranks.indexOf(rank);
    const { actor, type, bytes } = record;
    let isKept = false;
    this.#transact(() => {
      isKept = this.#makeRoom(bytes.length, index, underWay);
      if (isKept) this.#statements.put.run(index, this.boot, this.nextSeq, actor, type, bytes);
      else this.#drop(index);
    });
    if (isKept) {
      const count = this.#counts[index]!;
      count.records += 1;
      count.bytes += bytes.length;
    }
    this.#seq += 1;
    return isKept;
  }

  /** Up to `limit` records that are to go first, without those under way. */
  next(limit: number, underWay: ReadonlySet<number>): Queued[] {
    const places = this.#statements.order.all(limit + underWay.size) as { place: number }[];
    const chosen = places.filter(({ place }) => !underWay.has(place)).slice(0, limit);
    return chosen.map(({ place }) => {
      const { body, ...rest } = this.#statements.get.get(place) as unknown as Omit<
        Queued,
        'bytes'
      > & { body: Uint8Array };
      return { ...rest, bytes: body };
    });
  }

  /** These have arrived and are forgotten. */
  sent(places: readonly number[]): void {
    const gone: { index: number; bytes: number }[] = [];
    this.#transact(() => {
      for (const place of places) {
        const row = this.#statements.remove.get(place) as
          | { rank: number; bytes: number }
          | undefined;
        if (row !== undefined) gone.push({ index: row.rank, bytes: row.bytes });
      }
    });
    for (const { index, bytes } of gone) this.#uncount(index, bytes);
  }

  close(): void {
    this.#database.close();
  }

  #makeRoom(bytes: number, index: number, underWay: { has(place: number): boolean }): boolean {
    const { maxBytes, maxRecords } = this.#quota;
    if (bytes > maxBytes) return false;
    const sum = (of: (count: RankCount) => number) =>
      this.#counts.reduce((total, count) => total + of(count), 0);
    let overBytes = sum((count) => count.bytes) + bytes - maxBytes;
    let overRecords = sum((count) => count.records) + 1 - maxRecords;
    if (overBytes <= 0 && overRecords <= 0) return true;
    const going: { place: number; rank: number; bytes: number }[] = [];
    for (let rank = ranks.length - 1; rank >= index; rank -= 1) {
      for (const row of this.#statements.oldest.iterate(rank)) {
        if (overBytes <= 0 && overRecords <= 0) break;
        const { place, bytes: length } = row as { place: number; bytes: number };
        if (underWay.has(place)) continue;
        going.push({ place, rank, bytes: length });
        overBytes -= length;
        overRecords -= 1;
      }
    }
    if (overBytes > 0 || overRecords > 0) return false;
    for (const { place, rank, bytes: length } of going) {
      this.#statements.remove.get(place);
      this.#uncount(rank, length);
      this.#drop(rank);
    }
    return true;
  }

  #drop(index: number): void {
    this.#statements.drop.run(index);
    this.#counts[index]!.dropped += 1;
  }

  #uncount(index: number, bytes: number): void {
    const count = this.#counts[index]!;
    count.records -= 1;
    count.bytes -= bytes;
  }

  #begin(random: Random): string {
    const boots = this.#database.prepare('SELECT count(*) AS boots FROM boots').get();
    const tail = Buffer.from(random.bytes(4)).toString('hex');
    const boot = `${String(Number(boots?.boots) % 1_000_000).padStart(6, '0')}-${tail}`;
    this.#database.prepare('INSERT INTO boots VALUES (?)').run(boot);
    return boot;
  }

  #count(): readonly RankCount[] {
    const counts = ranks.map(() => ({ records: 0, bytes: 0, dropped: 0 }));
    const sums =
      'SELECT rank, count(*) AS records, sum(length(body)) AS bytes FROM queue GROUP BY rank';
    for (const row of this.#database.prepare(sums).all()) {
      const { rank, records, bytes } = row as { rank: number; records: number; bytes: number };
      Object.assign(counts[rank]!, { records, bytes });
    }
    for (const row of this.#database.prepare('SELECT rank, records FROM dropped').all()) {
      const { rank, records } = row as { rank: number; records: number };
      counts[rank]!.dropped = records;
    }
    return counts;
  }

  #transact(task: () => void): void {
    const before = this.#counts.map((count) => ({ ...count }));
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      task();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      // What was counted on the way did not happen.
      for (const [index, count] of this.#counts.entries()) Object.assign(count, before[index]);
      throw error;
    }
  }
}

const none = { has: () => false };

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    put: sql('INSERT INTO queue (rank, boot, seq, actor, type, body) VALUES (?, ?, ?, ?, ?, ?)'),
    get: sql('SELECT place, boot, seq, actor, type, body FROM queue WHERE place = ?'),
    order: sql('SELECT place FROM queue ORDER BY rank, place LIMIT ?'),
    oldest: sql('SELECT place, length(body) AS bytes FROM queue WHERE rank = ? ORDER BY place'),
    remove: sql('DELETE FROM queue WHERE place = ? RETURNING rank, length(body) AS bytes'),
    drop: sql(
      'INSERT INTO dropped VALUES (?, 1) ON CONFLICT (rank) DO UPDATE SET records = records + 1',
    ),
    ever: sql("SELECT seq FROM sqlite_sequence WHERE name = 'queue'"),
  };
}
