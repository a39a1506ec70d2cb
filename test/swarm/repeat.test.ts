import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import type { SimDocument } from '#cli/sim/run.ts';
import { run } from './swarm.ts';

const main = path.join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const folder = fs.mkdtempSync(path.join(tmpdir(), 'airguard-repeat-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('a seed gives one trace in every process, however soon actors are put to rest', () => {
  const first = simulate('1', 'first.trace');
  const again = simulate('1', 'again.trace', '--passivate', '0');

  assert.match(first.traceHash, /^[0-9a-f]{64}$/);
  assert.equal(again.traceHash, first.traceHash);
  const { status, stdout } = airguard('sim', 'diff', 'first.trace', 'again.trace');
  assert.deepEqual([status, stdout], [0, 'The traces are equal.\n']);
});

test('another seed gives another trace, and `sim diff` names the record where they part', () => {
  const other = simulate('2', 'other.trace');

  assert.notEqual(other.traceHash, simulate('1', 'first.trace').traceHash);
  const { status, stdout } = airguard('sim', 'diff', 'first.trace', 'other.trace', '--json');
  assert.equal(status, 3);
  const { equal, a, b, field } = JSON.parse(stdout);
  assert.equal(equal, false);
  assert.notDeepEqual(at(a, field), at(b, field));
  const { address, seq } = a ?? b;
  const inWords = airguard('sim', 'diff', 'first.trace', 'other.trace').stdout;
  assert(inWords.startsWith(`record ${seq} of ${address} at `), inWords);
});

test('rest changes no trace where processes die and links break', async () => {
  for (const scenario of ['partition', 'radar']) {
    const durationUs = 40 * 60e6;
    const awake = await run(scenario, 4, { durationUs });
    const resting = await run(scenario, 4, { durationUs, passivateAfterMs: 0 });

    assert.equal(resting.traceHash, awake.traceHash, awake.repeat);
    assert.notEqual(awake.faults.crash, undefined);
  }
});

function simulate(seed: string, file: string, ...more: string[]): SimDocument {
  const args = ['sim', 'office', '--seed', seed, '--duration', '12m', '--trace', file, '--json'];
  const { status, stdout, stderr } = airguard(...args, ...more);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

function airguard(...args: string[]) {
  const encoding = 'utf8';
  return spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding,
    maxBuffer: 2 ** 26,
  });
}

/** The whole record when no field is named: it is in one trace only. */
function at(record: unknown, field: string): unknown {
  if (field === '') return record;
  return field
    .split('.')
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], record);
}
