/**
 * What the node has seen: its last vectors, on disk and at hand, and which of them are nearest to
 * another. So an anomaly that was there before is told as such, and not as news.
 *
 * Every vector is compared: 20,000 are a few milliseconds, and no index has to be kept in step.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openOwnDatabase } from '#agents/store/own-database.ts';
import { VECTOR_BYTES } from '#protocols/telemetry/vectors.ts';

export interface Sight {
  readonly atUs: number;
  readonly centerMhz: number;
  /** What the classifier made of it. */
  readonly label: string;
}

export interface Near extends Sight {
  /** Euclidean, over the 256 bytes as numbers: 0 to 4,080. */
  readonly distance: number;
}

export interface VectorMemoryOptions {
  /** The file, or `:memory:`. */
  readonly file: string;
  /** Vectors of another model mean nothing here: a memory of one is emptied for another. */
  readonly model: string;
  /** How many are kept, the newest; each is 256 bytes in memory and about 300 on disk. */
  readonly capacity?: number;
}

const SCHEMA = `
  CREATE TABLE sights (
    slot INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, at_us INTEGER NOT NULL,
    center_mhz REAL NOT NULL, label TEXT NOT NULL, vector BLOB NOT NULL
  );
  CREATE TABLE model (name TEXT PRIMARY KEY) WITHOUT ROWID;
`;

interface Row {
  readonly ordinal: number;
  readonly at_us: number;
  readonly center_mhz: number;
  readonly label: string;
  readonly vector: Uint8Array;
}

export class VectorMemory {
  readonly #database: DatabaseSync;
  readonly #capacity: number;
  /** The vector of slot s at s · 256; slots are used in a ring. */
  readonly #vectors: Uint8Array;
  readonly #insert: StatementSync;
  readonly #get: StatementSync;
  #count = 0;
  #ordinal = 0;

  constructor({ file, model, capacity = 20_000 }: VectorMemoryOptions) {
    this.#capacity = capacity;
    this.#vectors = new Uint8Array(capacity * VECTOR_BYTES);
    this.#database = openOwnDatabase({
      file,
      what: 'memory',
      expected: 'a memory of vectors',
      application: 'AGRV',
      version: 1,
      schema: SCHEMA,
      isExclusive: true,
    });
    this.#forgetOthers(model);
    this.#insert = this.#database.prepare(
      'INSERT OR REPLACE INTO sights VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#get = this.#database.prepare('SELECT * FROM sights WHERE slot = ?');
    this.#load();
  }

  get size(): number {
    return this.#count;
  }

  /** Keeps a vector; the oldest makes room. */
  remember(vector: Uint8Array, { atUs, centerMhz, label }: Sight): void {
    expectVector(vector);
    const slot = this.#ordinal % this.#capacity;
    this.#insert.run(slot, this.#ordinal, atUs, centerMhz, label, vector);
    this.#vectors.set(vector, slot * VECTOR_BYTES);
    this.#ordinal += 1;
    this.#count = Math.min(this.#count + 1, this.#capacity);
  }

  /** The `k` nearest, the nearest first; of equals the older slot. */
  nearest(vector: Uint8Array, k: number): Near[] {
    expectVector(vector);
    const best: { slot: number; square: number }[] = [];
    for (let slot = 0; slot < this.#count; slot += 1) {
      const worst = best.length < k ? Number.POSITIVE_INFINITY : best[best.length - 1]!.square;
      const square = this.#squareTo(vector, slot, worst);
      if (square >= worst) continue;
      if (best.length === k) best.pop();
      let place = best.length;
      while (place > 0 && best[place - 1]!.square > square) place -= 1;
      best.splice(place, 0, { slot, square });
    }
    return best.map(({ slot, square }) => {
      const row = this.#get.get(slot) as unknown as Row;
      const { at_us: atUs, center_mhz: centerMhz, label } = row;
      return { atUs, centerMhz, label, distance: Math.sqrt(square) };
    });
  }

  /** How many of those at hand are within a distance: "seen before?". */
  seenWithin(vector: Uint8Array, distance: number): number {
    expectVector(vector);
    // Squares are whole numbers; the root of one is compared as `nearest` tells it.
    const limit = distance * distance + 1;
    let seen = 0;
    for (let slot = 0; slot < this.#count; slot += 1) {
      if (Math.sqrt(this.#squareTo(vector, slot, limit)) <= distance) seen += 1;
    }
    return seen;
  }

  close(): void {
    this.#database.close();
  }

  /** The square of the distance to what is in a slot, or anything above `enough` once it is. */
  #squareTo(vector: Uint8Array, slot: number, enough: number): number {
    const vectors = this.#vectors;
    let at = slot * VECTOR_BYTES;
    let sum = 0;
    for (let part = 0; part < VECTOR_BYTES; part += 32) {
      for (let index = part; index < part + 32; index += 1, at += 1) {
        const difference = vector[index]! - vectors[at]!;
        sum += difference * difference;
      }
      if (sum > enough) return sum;
    }
    return sum;
  }

  #forgetOthers(model: string): void {
    const held = this.#database.prepare('SELECT name FROM model').get()?.name;
    if (held === model) return;
    this.#database.exec('DELETE FROM sights; DELETE FROM model;');
    this.#database.prepare('INSERT INTO model VALUES (?)').run(model);
  }

  /** The newest of what is on disk, put in order again where another capacity kept it. */
  #load(): void {
    const newest = this.#database.prepare('SELECT * FROM sights ORDER BY ordinal DESC LIMIT ?');
    const rows = (newest.all(this.#capacity) as unknown as Row[]).reverse();
    this.#database.exec('BEGIN IMMEDIATE; DELETE FROM sights;');
    for (const { vector, at_us: atUs, center_mhz: centerMhz, label } of rows) {
      this.remember(vector, { atUs, centerMhz, label });
    }
    this.#database.exec('COMMIT');
  }
}

function expectVector(vector: Uint8Array): void {
  if (vector.length === VECTOR_BYTES) return;
  throw new RangeError(`a vector: expected ${VECTOR_BYTES} bytes, came ${vector.length}`);
}
