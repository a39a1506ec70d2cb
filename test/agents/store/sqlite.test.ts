import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SqliteStore } from '#agents/store/sqlite.ts';
import { InputError } from '#protocols/errors.ts';
import { actor, light, storeConforms } from './conformance.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'airguard-store-')), 'store.db');

storeConforms('the store in SQLite', () => {
  const file = newFile();
  const open = () => new SqliteStore({ file, synchronous: 'NORMAL' });
  return { store: open(), reopen: open };
});

test('a store whose writer was killed in the middle of a commit has that commit whole or not at all', async () => {
  for (const afterMs of [5, 15, 40]) {
    const file = newFile();
    const writer = spawn(process.execPath, [
      fileURLToPath(new URL('./writer.ts', import.meta.url)),
      file,
    ]);
    let said = '';
    const begun = new Promise<void>((resolve) => {
      writer.stdout.on('data', (chunk) => {
        said += chunk;
        resolve();
      });
    });
    await begun;
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    writer.kill('SIGKILL');
    await new Promise((resolve) => writer.on('close', resolve));

    const store = new SqliteStore({ file });
    const seq = store.actor(light)?.seq;
    const confirmed = Number(
      said
        .trimEnd()
        .split('\n')
        .at(said.endsWith('\n') ? -1 : -2),
    );
    assert(seq !== undefined && seq >= confirmed, `${seq} after ${confirmed} was confirmed`);
    assert.equal(store.meta('seq'), seq);
    assert.deepEqual(
      [...store.outbox()].map(({ id }) => id),
      [`${seq}`],
    );
    store.close();
  }
});

test('a commit that fails changes nothing', () => {
  const store = new SqliteStore({ file: newFile() });
  store.commit({ actor: actor() });
  const broken = {
    key: 'k',
    contentHash: '',
    status: null as never,
    answer: null,
    expiresWallUs: 0,
  };

  assert.throws(() => store.commit({ actor: actor({ seq: 9 }), inbox: [broken] }));

  assert.equal(store.actor(light)?.seq, 3);
  store.commit({ actor: actor({ seq: 4 }) });
  assert.equal(store.actor(light)?.seq, 4);
  store.close();
});

test('a file that is no whole store of ours is refused in one line and left as it is', () => {
  const whole = newFile();
  const store = new SqliteStore({ file: whole });
  for (let n = 0; n < 200; n += 1) store.commit({ meta: { [`key-${n}`]: 'v'.repeat(200) } });
  store.close();
  const { size } = statSync(whole);
  const damaged: [came: RegExp, damage: (file: string) => void][] = [
    [/cut short at/, (file) => truncateSync(file, size - 4_096)],
    [/cut short at|damaged/, (file) => truncateSync(file, Math.floor(size / 2) + 100)],
    [/a file of 50 bytes that does not begin/, (file) => truncateSync(file, 50)],
    [/does not begin as an SQLite file does/, (file) => writeFileSync(file, 'x'.repeat(5_000))],
    [/damaged/, (file) => patch(file, 4_096 * 3, 4_096)],
    [/damaged file \(the row of 'key-150' was altered\)/, (file) => forge(file, 'key-150')],
    [/of version 99/, (file) => sql(file, 'PRAGMA user_version = 99')],
    [/of another application \(id 7\)/, (file) => sql(file, 'PRAGMA application_id = 7')],
  ];
  for (const [came, damage] of damaged) {
    const file = newFile();
    copyFileSync(whole, file);
    damage(file);
    const before = readFileSync(file);
    assert.throws(
      () => new SqliteStore({ file }),
      (error) => {
        assert(error instanceof InputError, String(error));
        assert.match(error.message, came);
        assert.match(
          error.message,
          /^store .*: expected an Airguard store, came .*; nothing was changed/,
        );
        assert(!error.message.includes('\n'));
        return true;
      },
    );
    assert.deepEqual(readFileSync(file), before);
  }
});

test('a store has one user at a time', () => {
  const file = newFile();
  const store = new SqliteStore({ file });
  assert.throws(() => new SqliteStore({ file }), /expected to be its only user/);
  store.close();
  new SqliteStore({ file }).close();
});

function patch(file: string, from: number, length: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, from, from + length);
  writeFileSync(file, bytes);
}

/** Changes a value by one letter, where SQLite sees nothing amiss. */
function forge(file: string, key: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf('v'.repeat(200), bytes.indexOf(key));
  bytes[at + 100] = 'w'.charCodeAt(0);
  writeFileSync(file, bytes);
}

function sql(file: string, statement: string): void {
  const database = new DatabaseSync(file);
  database.exec(statement);
  database.close();
}
