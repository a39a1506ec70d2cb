/** A SQLite file of one kind of ours: made where there is none, and refused where it is another's. */
import { DatabaseSync } from 'node:sqlite';
import { InputError } from '#protocols/errors.ts';

export interface OwnDatabase {
  readonly file: string;
  /** What the file is called in errors, and what is expected in it. */
  readonly what: string;
  readonly expected: string;
  /** Of four letters, in the header field that tells applications' files apart. */
  readonly application: string;
  readonly version: number;
  /** What makes a new one. */
  readonly schema: string;
  /** Two processes on it would spoil it. */
  readonly isExclusive: boolean;
}

/** Throws an `InputError`; then nothing was changed. */
export function openOwnDatabase(own: OwnDatabase): DatabaseSync {
  const { file, version, schema, isExclusive } = own;
  const application = Buffer.from(own.application, 'latin1').readUInt32BE();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    if (isExclusive) database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const pragma = (name: string): unknown =>
      Object.values(database?.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    const found = pragma('application_id');
    if (found === 0 && pragma('schema_version') === 0) {
      const marks = `PRAGMA application_id = ${application}; PRAGMA user_version = ${version};`;
      database.exec(`BEGIN IMMEDIATE; ${schema} ${marks} COMMIT;`);
    } else if (found !== application || pragma('user_version') !== version) {
      throw new Error(`a file of application ${found}, version ${pragma('user_version')}`);
    }
    return database;
  } catch (cause) {
    database?.close();
    throw refusal(own, cause);
  }
}

/** Also for whoever finds later that what is in the file is damaged. */
export function refusal(own: Omit<OwnDatabase, 'schema'>, cause: unknown): InputError {
  const { file, what, expected, version, isExclusive } = own;
  const came = cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : String(cause);
  const [alone, end] = isExclusive
    ? [' that no other process uses', 'end that process, or ']
    : ['', ''];
  return new InputError(
    `${what} ${file}: expected ${expected} of version ${version}${alone}, came: ${came}; nothing was changed: ${end}move the file away to begin anew`,
    'usage',
    { cause },
  );
}
