/**
 * The store of a real node: one SQLite file. A commit is one transaction and, with `FULL`, on the
 * disk before it returns. Opening never repairs or deletes anything: a damaged file is refused.
 *
 * @see https://www.sqlite.org/fileformat2.html for the header that is checked before SQLite is asked
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { InputError } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import { chartState } from './chart-state.ts';
import type { Transferable } from './enduring.ts';
import { decode, encode } from './packing.ts';
import {
  type Commit,
  type InboxRecord,
  type OutboxMessage,
  type StoredActor,
  storeVersion,
} from './store.ts';

export interface SqliteOptions {
  readonly file: string;
  /** `FULL` survives a loss of power, `NORMAL` may lose the last commits to one. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/** 'AGRD', in the header field that tells applications' files apart. */
const APPLICATION_ID = 0x41475244;

const SCHEMA = `
  CREATE TABLE actors (address TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE inbox (
    key TEXT PRIMARY KEY, body BLOB NOT NULL, status TEXT NOT NULL, expires INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL
  );
  CREATE TABLE memory (
    address TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (address, key)
  ) WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${storeVersion};
`;

type Row = Record<string, unknown>;

export class SqliteStore implements Transferable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor({ file, synchronous = 'FULL' }: SqliteOptions) {
    const isNew = checkHeader(file);
    this.#database = open(file);
    try {
      this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
      if (isNew) this.#transact(() => this.#database.exec(SCHEMA));
      else checkContent(this.#database, file);
    } catch (cause) {
      this.#database.close();
      throw asInputError(file, cause);
    }
  }

  commit(change: Commit): void {
    this.#transact(() => this.#put(change));
  }

  *contents(): Iterable<Commit> {
    for (const actor of this.actors()) yield { actor };
    const all = (table: string) => this.#all(`SELECT * FROM ${table}`);
    const memory = all('memory').map((row) => {
      const name = `${row.address} ${row.key}`;
      return [name, unseal(name, row)] as const;
    });
    const meta = all('meta').map((row) => [row.key, unseal(String(row.key), row)] as const);
    yield {
      inbox: all('inbox').map(toInbox),
      outbox: [...this.outbox()],
      memory: new Map(memory),
      meta: Object.fromEntries(meta),
    };
  }

  replace(all: Iterable<Commit>): void {
    this.#transact(() => {
      for (const table of ['actors', 'inbox', 'outbox', 'memory', 'meta']) {
        this.#run(`DELETE FROM ${table}`);
      }
      for (const change of all) this.#put(change);
    });
  }

  #put(change: Commit): void {
    const { actor, removeActor, inbox, outbox, sent, memory, meta } = change;
    if (actor !== undefined) {
      const { address, ...rest } = actor;
      const body = seal(address, { ...rest, snapshot: chartState(actor.snapshot) });
      this.#run('INSERT OR REPLACE INTO actors VALUES (?, ?)', address, body);
    }
    if (removeActor !== undefined) {
      this.#run('DELETE FROM actors WHERE address = ?', removeActor);
      this.#run('DELETE FROM memory WHERE address = ?', removeActor);
    }
    for (const { key, contentHash, status, answer, expiresWallUs } of inbox ?? []) {
      const body = seal(key, { contentHash, answer });
      const sql = 'INSERT OR REPLACE INTO inbox VALUES (?, ?, ?, ?)';
      this.#run(sql, key, body, status, expiresWallUs);
    }
    for (const { id, ...rest } of outbox ?? []) {
      const sql = 'INSERT INTO outbox (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING';
      this.#run(sql, id, seal(id, rest));
    }
    for (const id of sent ?? []) this.#run('DELETE FROM outbox WHERE id = ?', id);
    for (const [name, value] of memory ?? []) {
      const space = name.indexOf(' ');
      const address = name.slice(0, space);
      const key = name.slice(space + 1);
      if (value === null) {
        this.#run('DELETE FROM memory WHERE address = ? AND key = ?', address, key);
      } else {
        const body = seal(name, value);
        this.#run('INSERT OR REPLACE INTO memory VALUES (?, ?, ?)', address, key, body);
      }
    }
    for (const [key, value] of Object.entries(meta ?? {})) {
      if (value === null) this.#run('DELETE FROM meta WHERE key = ?', key);
      else this.#run('INSERT OR REPLACE INTO meta VALUES (?, ?)', key, seal(key, value));
    }
  }

  actors(): Iterable<StoredActor> {
    return this.#all('SELECT * FROM actors ORDER BY address').map(toActor);
  }

  actor(address: Address): StoredActor | undefined {
    const row = this.#get('SELECT * FROM actors WHERE address = ?', address);
    return row === undefined ? undefined : toActor(row);
  }

  inbox(key: string): InboxRecord | undefined {
    const row = this.#get('SELECT * FROM inbox WHERE key = ?', key);
    return row === undefined ? undefined : toInbox(row);
  }

  outbox(): Iterable<OutboxMessage> {
    return this.#all('SELECT * FROM outbox ORDER BY place').map((row) => {
      const id = row.id as string;
      return { id, ...(unseal(id, row) as Omit<OutboxMessage, 'id'>) };
    });
  }

  memory(address: Address): Iterable<readonly [key: string, value: unknown]> {
    return this.#all('SELECT * FROM memory WHERE address = ? ORDER BY key', address).map((row) => {
      const key = row.key as string;
      return [key, unseal(`${address} ${key}`, row)] as const;
    });
  }

  meta(key: string): unknown {
    const row = this.#get('SELECT * FROM meta WHERE key = ?', key);
    return row === undefined ? undefined : unseal(key, row);
  }

  prune(nowWallUs: number): void {
    this.#run("DELETE FROM inbox WHERE status = 'done' AND expires < ?", nowWallUs);
  }

  close(): void {
    this.#database.close();
  }

  #transact(task: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      task();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    this.#statement(sql).run(...values);
  }

  #get(sql: string, ...values: string[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  #all(sql: string, ...values: string[]): Row[] {
    return this.#statement(sql).all(...values);
  }
}

function toActor(row: Row): StoredActor {
  // What `commit` wrote there; the file passed its checks when it was opened.
  const address = row.address as Address;
  return { address, ...(unseal(address, row) as Omit<StoredActor, 'address'>) };
}

function toInbox(row: Row): InboxRecord {
  const { key, status, expires } = row as {
    key: string;
    status: InboxRecord['status'];
    expires: number;
  };
  const body = unseal(key, row) as Pick<InboxRecord, 'contentHash' | 'answer'>;
  return { key, ...body, status, expiresWallUs: expires };
}

/** Bytes that show when they, or the key they stand under, were changed: SQLite looks at neither. */
function seal(key: string, value: unknown): Uint8Array {
  const content = encode(value);
  const sealed = Buffer.allocUnsafe(4 + content.length);
  sealed.writeUInt32LE(crc32(content, crc32(key)));
  sealed.set(content, 4);
  return sealed;
}

function unseal(key: string, { body }: Row): unknown {
  const sealed = body as Uint8Array;
  const content = sealed.subarray(4);
  const sum = new DataView(sealed.buffer, sealed.byteOffset).getUint32(0, true);
  if (sum !== crc32(content, crc32(key))) throw new Error(`the row of '${key}' was altered`);
  return decode(content);
}

function open(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file);
    // Two hosts on one store would do everything twice.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    return database;
  } catch (cause) {
    throw asInputError(file, cause);
  }
}

/** True when there is nothing yet; refuses what is not a whole SQLite file of ours. */
function checkHeader(file: string): boolean {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw asInputError(file, cause);
  }
  try {
    const { size } = fstatSync(handle);
    if (size === 0) return true;
    const header = Buffer.alloc(100);
    const read = readSync(handle, header, 0, 100, 0);
    if (read < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
      throw refused(file, `a file of ${size} bytes that does not begin as an SQLite file does`);
    }
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const pages = header.readUInt32BE(28);
    if (size < pages * pageSize) {
      throw refused(file, `a file cut short at ${size} of ${pages * pageSize} bytes`);
    }
    return false;
  } finally {
    closeSync(handle);
  }
}

function checkContent(database: DatabaseSync, file: string): void {
  const pragma = (name: string): unknown => Object.values(database.prepare(name).get() ?? {})[0];
  const application = pragma('PRAGMA application_id');
  if (application !== APPLICATION_ID) {
    throw refused(file, `an SQLite file of another application (id ${application})`);
  }
  const version = pragma('PRAGMA user_version');
  if (version !== storeVersion) {
    throw refused(file, `a store of version ${version}; this program reads ${storeVersion}`);
  }
  const verdict = pragma('PRAGMA quick_check(1)');
  if (verdict !== 'ok') throw refused(file, `a damaged file (${firstLine(verdict)})`);
  const keys = { actors: 'address', inbox: 'key', outbox: 'id', meta: 'key' };
  const sealed = Object.entries({ ...keys, memory: "address || ' ' || key" });
  for (const [table, key] of sealed) {
    for (const row of database.prepare(`SELECT ${key} AS name, body FROM ${table}`).iterate()) {
      unseal(row.name as string, row);
    }
  }
}

function refused(file: string, came: string, cause?: unknown): InputError {
  return new InputError(
    `store ${file}: expected an Airguard store, came ${came}; ` +
      'nothing was changed: restore it from a backup, or move it away to begin anew',
    'usage',
    { cause },
  );
}

function asInputError(file: string, cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const text = cause instanceof Error ? firstLine(cause.message) : String(cause);
  if (/locked|busy/i.test(text)) {
    return new InputError(
      `store ${file}: expected to be its only user, but another process has it open; end that first`,
      'usage',
      { cause },
    );
  }
  return refused(
    file,
    /malformed|not a database|altered/i.test(text) ? `a damaged file (${text})` : text,
    cause,
  );
}

function firstLine(text: unknown): string {
  return String(text).replace(/\s+/g, ' ').slice(0, 120);
}
