import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { KeptState } from '#cli/train/kept-state.ts';

interface State {
  readonly step: number;
  readonly weights: Float32Array;
}

let folder = '';
const file = () => join(folder, 'model.state');
const open = (training: unknown = { seed: 1 }, everySeconds = 0) =>
  new KeptState<State>({ file: file(), training, everySeconds });
const state = { step: 7, weights: Float32Array.of(1.5, -0, Number.NaN) };

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'airguard-kept-'));
});
after(() => rmSync(folder, { recursive: true }));

test('what was kept is found by the same training alone, bit for bit', () => {
  assert.equal(open().found, undefined);
  open().keep(() => state);
  assert.deepEqual(open().found, state);
  assert.equal(open({ seed: 2 }).found, undefined);
  open().remove();
  assert.equal(open().found, undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('a state that was cut or changed since is not gone on from', () => {
  open().keep(() => state);
  const whole = readFileSync(file());
  const place = fc.nat({ max: whole.length - 1 });
  fc.assert(
    fc.property(place, fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(whole);
      changed[at] = changed[at]! ^ by;
      writeFileSync(file(), changed);
      assert.equal(open().found, undefined);
      writeFileSync(file(), whole.subarray(0, at));
      assert.equal(open().found, undefined);
    }),
    { numRuns: 50 },
  );
  open().remove();
});

test('it is not written more often than asked for, but at once when it must', () => {
  const seldom = open({ seed: 1 }, 1_000);
  seldom.keep(() => state);
  assert(!existsSync(file()));
  seldom.keep(() => state, true);
  assert(existsSync(file()));
  seldom.remove();
});
