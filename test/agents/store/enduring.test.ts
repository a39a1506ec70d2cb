import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { EnduringStore, type Transferable } from '#agents/store/enduring.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import { SqliteStore } from '#agents/store/sqlite.ts';
import type { Commit, Store } from '#agents/store/store.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { actor, light, storeConforms } from './conformance.ts';

/** What SQLite throws when the disk is full, taken from SQLite itself. */
const full = errorOf('PRAGMA page_size = 512; PRAGMA max_page_count = 2', 13);
/** A mistake of ours. */
const wrong = errorOf('SELECT 1', 1);

/** What SQLite throws when the file may not be written. */
function readOnlyError(folder: string): Error {
  const file = join(folder, 'closed.db');
  new DatabaseSync(file).exec('CREATE TABLE a (b)');
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    database.exec('INSERT INTO a VALUES (1)');
  } catch (error) {
    assert.equal((error as { errcode?: number }).errcode, 8);
    return error as Error;
  } finally {
    database.close();
  }
  throw new Error('SQLite took it');
}

function errorOf(before: string, errcode: number): Error {
  const database = new DatabaseSync(':memory:');
  database.exec(before);
  try {
    if (errcode === 1) database.exec('INSERT INTO nothing VALUES (1)');
    else database.exec('CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f);');
  } catch (error) {
    assert.equal((error as { errcode?: number }).errcode, errcode);
    return error as Error;
  } finally {
    database.close();
  }
  throw new Error('SQLite took it');
}

/**
 * A store in a file whose disk takes nothing while `error` is set: a stand-in for a full one, and a
 * strict one, since nothing of a write that failed is there.
 */
function breakable(t: { after(clean: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-enduring-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const disk = { error: undefined as Error | undefined };
  const inner = new SqliteStore({ file, synchronous: 'NORMAL' });
  const writing = <Args extends unknown[]>(write: (...args: Args) => void) => {
    return (...args: Args) => {
      if (disk.error !== undefined) throw disk.error;
      write(...args);
    };
  };
  const store: Transferable = {
    commit: writing((change: Commit) => inner.commit(change)),
    prune: writing((nowUs: number) => inner.prune(nowUs)),
    replace: writing((all: Iterable<Commit>) => inner.replace(all)),
    contents: () => inner.contents(),
    actors: () => inner.actors(),
    actor: (address) => inner.actor(address),
    inbox: (key) => inner.inbox(key),
    outbox: () => inner.outbox(),
    memory: (address) => inner.memory(address),
    meta: (key) => inner.meta(key),
    close: () => inner.close(),
  };
  return { folder, disk, store, reopen: () => new SqliteStore({ file }) };
}

function enduring(t: { after(clean: () => void): void }) {
  const { folder, disk, store: inner, reopen } = breakable(t);
  const clock = new VirtualClock();
  const said: string[] = [];
  const store = new EnduringStore({ disk: inner, clock, say: (line) => said.push(line) });
  return { folder, disk, store, reopen, clock, said };
}

/** The hooks of this file. */
const whole = { after };

storeConforms('a store whose disk is sound', () => enduring(whole));
storeConforms('a store whose disk is full', () => {
  const { disk, store } = enduring(whole);
  disk.error = full;
  return { store };
});

test('what a full disk does not take is kept, said, and written when there is room again', (t) => {
  const { disk, store, reopen, clock, said } = enduring(t);
  store.commit({ actor: actor(), meta: { before: 1, gone: 1 } });
  disk.error = full;
  store.commit({ actor: actor({ seq: 9 }), meta: { during: 2, gone: null } });
  assert.match(store.problem!, /^state is kept in memory alone: database or disk is full$/);
  assert.deepEqual([store.actor(light)?.seq, store.meta('before')], [9, 1]);
  clock.run(60_000_000);
  assert.equal(said.length, 1);
  disk.error = undefined;
  clock.run(65_000_000);
  assert.equal(store.problem, undefined);
  assert.deepEqual(said.slice(1), ['store: state is on the disk again']);
  store.commit({ meta: { after: 3 } });
  store.close();
  const again = reopen();
  assert.equal(again.actor(light)?.seq, 9);
  const kept = ['before', 'during', 'gone', 'after'].map((key) => again.meta(key));
  assert.deepEqual(kept, [1, 2, undefined, 3]);
  again.close();
});

test('a disk that became read-only is gone on without, too', (t) => {
  const { disk, store, folder } = enduring(t);
  disk.error = readOnlyError(folder);
  store.commit({ meta: { during: 2 } });
  assert.match(store.problem!, /attempt to write a readonly database/);
  assert.equal(store.meta('during'), 2);
  disk.error = undefined;
  store.close();
});

test('a process that ends in good order tries once more', (t) => {
  const { disk, store, reopen } = enduring(t);
  disk.error = full;
  store.commit({ meta: { during: 2 } });
  disk.error = undefined;
  store.close();
  const again = reopen();
  assert.equal(again.meta('during'), 2);
  again.close();
});

test('a mistake of ours is no reason to go on without a disk', (t) => {
  const { disk, store } = enduring(t);
  disk.error = wrong;
  assert.throws(() => store.commit({ meta: { a: 1 } }), /nothing/);
  assert.equal(store.problem, undefined);
  disk.error = undefined;
  store.close();
});

test('whenever the disk fails and recovers, the store holds what one in memory would', (t) => {
  const begin = createRandom('enduring').uint32();
  for (let seed = begin; seed < begin + 10; seed += 1) {
    const random = createRandom(seed);
    const { disk, store, reopen, clock } = enduring(t);
    const model = new MemoryStore();
    for (let step = 0; step < 120; step += 1) {
      if (random.below(10) === 0) disk.error = disk.error === undefined ? full : undefined;
      if (random.below(5) === 0) clock.run(clock.monotonic() + random.below(10) * 1_000_000);
      const change = drawn(random, step);
      for (const one of [store, model]) one.commit(change);
      const pruneUs = random.below(20) === 0 ? random.below(200) : 0;
      for (const one of [store, model]) one.prune(pruneUs);
      assert.deepEqual(shown(store), shown(model), `seed ${seed}, step ${step}`);
    }
    disk.error = undefined;
    store.close();
    const again = reopen();
    assert.deepEqual(shown(again), shown(model), `seed ${seed}, in the file`);
    again.close();
  }
});

function drawn(random: ReturnType<typeof createRandom>, step: number): Commit {
  const key = `key-${random.below(8)}`;
  const message = {
    id: `message-${random.below(12)}`,
    kind: 'append' as const,
    subject: 's',
    data: Uint8Array.of(step & 255),
    headers: {},
  };
  const inbox = {
    key,
    contentHash: `${step}`,
    status: random.below(2) === 0 ? ('done' as const) : ('working' as const),
    answer: { step },
    expiresWallUs: random.below(200),
  };
  const all: Commit[] = [
    { actor: actor({ seq: step }), outbox: [message] },
    { inbox: [inbox] },
    { sent: [message.id] },
    { memory: new Map([[`${light} ${key}`, random.below(3) === 0 ? null : { step }]]) },
    { meta: { [key]: random.below(3) === 0 ? null : step } },
    { removeActor: light },
  ];
  return all[random.below(all.length)]!;
}

function shown(store: Store): unknown {
  const keys = Array.from({ length: 8 }, (_, index) => `key-${index}`);
  return {
    actors: [...store.actors()],
    inbox: keys.map((key) => store.inbox(key)),
    outbox: [...store.outbox()].map(({ id, data }) => [id, [...data]]),
    memory: [...store.memory(light)].sort(([one], [other]) => (one < other ? -1 : 1)),
    meta: keys.map((key) => store.meta(key)),
  };
}
