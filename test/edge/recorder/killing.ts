/** Kills a real process in the middle of recording, over and over, and reads what it left. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { readSweeps } from '#edge/capture/tlv.ts';
import { readRecording } from '#edge/recorder/recording.ts';
import type { Random } from '#protocols/random.ts';
import { always, gather, joined, MIB, type Rig } from './rig.ts';

const child = new URL('./kill-child.ts', import.meta.url).pathname;

/** Returns in how many of the runs the process had recorded something before it was killed. */
export async function killOver(rig: Rig, random: Random, runs: number): Promise<number> {
  let next = 0;
  let recorded = 0;
  for (let run = 0; run < runs; run += 1) {
    const seed = random.uint32();
    const confirmed = await recordAndDie(rig.folder, seed, next, random.below(150));
    const chunks = await gather(readRecording(rig.folder, { radio: 'radio-0', ...always }));
    const { sweeps, skippedBytes } = readSweeps(joined(chunks));
    const what = `run ${run}, seed ${seed}, killed after ${confirmed}`;
    assert(rig.size() <= 4 * MIB, what);
    // Within a process only what was never whole is missing; each begins with its own numbers.
    const numbers = sweeps.map(({ tsf }) => Number(tsf)).filter((number) => number >= next);
    numbers.forEach((number, index) => {
      assert.equal(number, (numbers[0] as number) + index, what);
    });
    if (confirmed > next) {
      assert((numbers.at(-1) as number) >= confirmed - 1, what);
      recorded += 1;
    }
    assert(skippedBytes < 534 * (run + 1), what);
    next = Math.max(next, confirmed, (numbers.at(-1) ?? 0) + 1) + 1_000;
  }
  return recorded;
}

/** Kills it some time after it said for the first time that something was written. */
async function recordAndDie(
  folder: string,
  seed: number,
  first: number,
  afterMs: number,
): Promise<number> {
  const process_ = spawn(process.execPath, [child, folder, String(seed), String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  process_.stdout.on('data', (data) => {
    told += data;
  });
  const gone = once(process_, 'exit');
  await Promise.race([once(process_.stdout, 'data'), gone]);
  await pause(afterMs);
  process_.kill('SIGKILL');
  const [code, signal] = await gone;
  assert.deepEqual([code, signal], [null, 'SIGKILL']);
  await Promise.race([once(process_, 'close'), pause(100)]);
  const lines = told.split('\n').slice(0, -1);
  return Number(lines.at(-1) ?? first);
}
