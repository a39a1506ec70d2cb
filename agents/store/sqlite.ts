/**
 * The store of a real node: one SQLite file. A commit is one transaction and, with `FULL`, on the
 * disk before it returns. Opening never repairs or deletes anything: a damaged file is refused.
 *
 * @see https://www.sqlite.org/fileformat2.html for the header that is checked before SQLite is asked
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { InputError } from '#protocols/errors.ts';
import { chartState } from './chart-state.ts';
import { decode, encode } from './packing.ts';
import {
  type Commit,
  type InboxRecord,
  type OutboxMessage,
  type Store,
  type StoredActor,
  storeVersion,
} from './store.ts';
import type { Address } from '#protocols/ids.ts';

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
    key TEXT PRIMARY KEY, hash TEXT NOT NULL, status TEXT NOT NULL, answer BLOB NOT NULL,
    expires INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    subject TEXT NOT NULL, data BLOB NOT NULL, headers TEXT NOT NULL
  );
  CREATE TABLE memory (
    address TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (address, key)
  ) WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${storeVersion};
`;

type Row = Record<string, unknown>;

export class SqliteStore implements Store {
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
    this.#transact(() => {
      const { actor, removeActor, inbox, outbox, sent, memory, meta } = change;
      if (actor !== undefined) {
        const { address, ...rest } = actor;
        const body = encode({ ...rest, snapshot: chartState(actor.snapshot) });
        this.#run('INSERT OR REPLACE INTO actors VALUES (?, ?)', address, body);
      }
      if (removeActor !== undefined) {
        this.#run('DELETE FROM actors WHERE address = ?', removeActor);
        this.#run('DELETE FROM memory WHERE address = ?', removeActor);
      }
      for (const { key, contentHash, status, answer, expiresWallUs } of inbox ?? []) {
        this.#run(
          'INSERT OR REPLACE INTO inbox VALUES (?, ?, ?, ?, ?)',
          key,
          contentHash,
          status,
          encode(answer),
          expiresWallUs,
        );
      }
      for (const { id, kind, subject, data, headers } of outbox ?? []) {
        this.#run(
          'INSERT OR IGNORE INTO outbox (id, kind, subject, data, headers) VALUES (?, ?, ?, ?, ?)',
          id,
          kind,
          subject,
          data,
          JSON.stringify(headers),
        );
      }
      for (const id of sent ?? []) this.#run('DELETE FROM outbox WHERE id = ?', id);
      for (const [name, value] of memory ?? []) {
        const space = name.indexOf(' ');
        const address = name.slice(0, space);
        const key = name.slice(space + 1);
        if (value === null) {
          this.#run('DELETE FROM memory WHERE address = ? AND key = ?', address, key);
        } else {
          this.#run('INSERT OR REPLACE INTO memory VALUES (?, ?, ?)', address, key, encode(value));
        }
      }
      for (const [key, value] of Object.entries(meta ?? {})) {
        if (value === null) this.#run('DELETE FROM meta WHERE key = ?', key);
        else this.#run('INSERT OR REPLACE INTO meta VALUES (?, ?)', key, encode(value));
      }
    });
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
    if (row === undefined) return undefined;
    return {
      key,
      contentHash: row.hash as string,
      status: row.status as InboxRecord['status'],
      answer: decode(row.answer as Uint8Array),
      expiresWallUs: row.expires as number,
    };
  }

  outbox(): Iterable<OutboxMessage> {
    return this.#all('SELECT * FROM outbox ORDER BY place').map((row) => ({
      id: row.id as string,
      kind: row.kind as OutboxMessage['kind'],
      subject: row.subject as string,
      data: row.data as Uint8Array,
      headers: JSON.parse(row.headers as string),
    }));
  }

  memory(address: Address): Iterable<readonly [key: string, value: unknown]> {
    return this.#all('SELECT key, value FROM memory WHERE address = ? ORDER BY key', address).map(
      (row) => [row.key as string, decode(row.value as Uint8Array)] as const,
    );
  }

  meta(key: string): unknown {
    const row = this.#get('SELECT value FROM meta WHERE key = ?', key);
    return row === undefined ? undefined : decode(row.value as Uint8Array);
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
  const body = decode(row.body as Uint8Array) as Omit<StoredActor, 'address'>;
  return { address: row.address as Address, ...body };
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
  return refused(file, /malformed|not a database/i.test(text) ? `a damaged file (${text})` : text, cause);
}

function firstLine(text: unknown): string {
  return String(text).replace(/\s+/g, ' ').slice(0, 120);
}
