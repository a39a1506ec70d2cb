/**
 * What is left of the queue's file when power fails. SQLite forces its log to the disk at a checkpoint
 * and not at each commit (`synchronous = NORMAL`), so each sector of the log that was written since the
 * last checkpoint may be the old one, the new one, or zeros. That is made by copying the files and
 * mixing their sectors: a stand-in, and no kinder than a disk.
 *
 * @see https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files, https://www.sqlite.org/pragma.html#pragma_synchronous
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { Queue } from '#edge/uplink/queue.ts';
import type { Random } from '#protocols/random.ts';

const SECTOR_BYTES = 512;
const quota = { maxBytes: 4 * 1024 * 1024, maxRecords: 10_000 };

test('after a loss of power the queue is one that was, whole, and takes records again', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-power-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const begin = createRandom('uplink power').uint32();
  let lost = 0;
  for (let seed = begin; seed < begin + 10; seed += 1) lost += loseOnce(folder, seed);
  assert(lost > 0, 'in some of the runs something was lost, or nothing was tried');
});

/** How many commits were lost. */
function loseOnce(folder: string, seed: number): number {
  const random = createRandom(seed);
  const file = join(folder, `${seed}.db`);
  const queue = new Queue({ file, quota, random });
  /** What waits, after each commit. */
  const states = [''];
  const waiting: { place: number; seq: number }[] = [];
  const logs: Buffer[] = [];
  let place = 0;
  const commits = 20 + random.below(400);
  for (let commit = 0; commit < commits; commit += 1) {
    if (waiting.length > 5 && random.below(3) === 0) {
      const gone = waiting.splice(0, 1 + random.below(5));
      queue.sent(gone.map((one) => one.place));
    } else {
      const seq = queue.nextSeq;
      const bytes = random.bytes(1 + random.below(12_000));
      place += 1;
      assert(queue.put({ actor: 'radio-0', type: 'metrics', bytes }, 'metrics'));
      waiting.push({ place, seq });
    }
    states.push(waiting.map(({ seq }) => seq).join());
    if (random.below(10) === 0) logs.push(readFileSync(`${file}-wal`));
  }
  const copy = join(folder, `${seed}-left.db`);
  writeFileSync(copy, readFileSync(file));
  writeFileSync(`${copy}-wal`, mixed(readFileSync(`${file}-wal`), logs, random));
  queue.close();

  const left = new Queue({ file: copy, quota, random });
  const rows = left.next(quota.maxRecords, new Set());
  const state = rows.map(({ seq }) => seq).join();
  const survived = states.lastIndexOf(state);
  assert(survived >= 0, `seed ${seed}: what is left was never there: ${state}`);
  assert(left.put({ actor: 'radio-0', type: 'metrics', bytes: Buffer.from('next') }, 'metrics'));
  assert.notEqual(left.boot, rows[0]?.boot, 'what comes is told apart from what was lost');
  left.close();
  const check = new DatabaseSync(copy);
  assert.deepEqual({ ...check.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  check.close();
  assert(!existsSync(`${copy}-journal`));
  return states.length - 1 - survived;
}

/** From somewhere on, each sector as it is, as it was at some time before, or zeros. */
function mixed(now: Buffer, before: readonly Buffer[], random: Random): Buffer {
  const from = random.below(1 + Math.floor(now.length / SECTOR_BYTES)) * SECTOR_BYTES;
  const end = random.below(2) === 0 ? now.length : from + random.below(1 + now.length - from);
  for (let at = from; at < end; at += SECTOR_BYTES) {
    const to = Math.min(end, at + SECTOR_BYTES);
    const old = before.length === 0 ? undefined : before[random.below(before.length)];
    const fate = random.below(8);
    if (fate === 0) now.fill(0, at, to);
    else if (fate === 1 && old !== undefined && old.length >= to) old.copy(now, at, at, to);
  }
  return now.subarray(0, end);
}
