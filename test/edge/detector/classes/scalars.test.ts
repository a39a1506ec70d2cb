import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { judgeScalars, readScalarCaptures } from '#cli/train/classes/scalar-captures.ts';
import { scalarFeatures } from '#edge/detector/classes/scalars.ts';

const folder = new URL('../../../fixtures/mesh-com/', import.meta.url).pathname;

test('every captured jammer of 13 dBm is found by what the other captures teach', () => {
  const figures = judgeScalars(readScalarCaptures(folder));
  assert.equal(figures.length, 18);
  const jammed = figures.filter(
    ({ file, label }) => label === 'jamming' && !file.startsWith('v2_'),
  );
  assert.equal(jammed.length, 5);
  for (const { file, ours, rounds } of jammed) assert.equal(ours, rounds, file);
});

test('over all captures of the first campaign it is right more often than the threshold, and that than the majority', () => {
  const captures = readScalarCaptures(folder).filter(({ isOther }) => !isOther);
  const total = (key: 'ours' | 'threshold' | 'majority') =>
    judgeScalars(captures).reduce((sum, figures) => sum + figures[key], 0);
  assert(total('ours') > total('threshold'));
  assert(total('threshold') > total('majority'));
});

test('of another campaign and radio, what is quiet is called quiet, and a weaker jammer is found', () => {
  const others = judgeScalars(readScalarCaptures(folder)).filter(({ file }) =>
    file.startsWith('v2_'),
  );
  assert.equal(others.length, 3);
  for (const { file, label, ours, rounds } of others) {
    assert(ours >= (label === 'jamming' ? rounds - 1 : rounds), `${file}: ${ours} of ${rounds}`);
  }
});

test('a level that all channels share, as a session has it, does not count', () => {
  const [capture] = readScalarCaptures(folder);
  const round = capture!.rounds[0]!;
  const shifted = round.map((sweep) => {
    return { ...sweep, noiseDbm: sweep.noiseDbm + 6, rssiDb: sweep.rssiDb + 3 };
  });
  scalarFeatures(round).forEach((value, index) => {
    assert(Math.abs(value - scalarFeatures(shifted)[index]!) < 1e-9);
  });
});

test('a file with other columns is refused with its name', () => {
  const own = mkdtempSync(join(tmpdir(), 'scalars-'));
  writeFileSync(join(own, 'floor__x.csv'), 'a,b\n1,2\n');
  assert.throws(() => readScalarCaptures(own), /floor__x\.csv: expected the columns freq1/);
});
