import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { Examples } from '#cli/train/cae/data.ts';
import { type TrainState, train } from '#cli/train/cae/train.ts';
import { KeptState } from '#cli/train/kept-state.ts';

const wish = { epochs: 3, batch: 8, rate: 0.002 };
/** Three steps an epoch. */
const examples = new Examples(24);
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'airguard-cae-'));
  examples.make(createRandom('examples'), 24);
});
after(() => rmSync(folder, { recursive: true }));

test('a training that is interrupted after any of its steps ends with the same bits', async () => {
  const whole = await run('whole', Number.POSITIVE_INFINITY);
  assert(whole.trained !== undefined);
  assert.equal(whole.trained.curve.length, 3);
  for (const steps of [0, 1, 3, 5]) {
    const name = `after ${steps}`;
    const first = await run(name, steps);
    assert.equal(first.trained, undefined);
    assert.equal(first.found, undefined);
    const rest = await run(name, Number.POSITIVE_INFINITY);
    assert.equal(rest.found, steps);
    assert.deepEqual(rest.trained, whole.trained);
  }
});

test('a training that was done is not done again', async () => {
  const done = await run('done', Number.POSITIVE_INFINITY);
  const again = await run('done', Number.POSITIVE_INFINITY);
  assert.equal(again.found, 9);
  assert.equal(again.kept, 1, 'what is done is kept once more, and no step is taken');
  assert.deepEqual(again.trained, done.trained);
});

/** Stops it before step `until`, counted from its beginning. */
async function run(name: string, until: number) {
  const stop = new AbortController();
  const file = join(folder, `${name}.state`);
  const kept = new KeptState<TrainState>({ file, training: wish, everySeconds: 0 });
  const found = kept.found?.steps;
  let times = 0;
  const watched = {
    found: kept.found,
    keep(state: () => TrainState, now?: boolean) {
      times += 1;
      kept.keep(state, now);
      if (state().steps >= until) stop.abort();
    },
  } as KeptState<TrainState>;
  const random = createRandom('training');
  const trained = await train(random, examples, wish, watched, () => {}, stop.signal);
  return { trained, found, kept: times };
}
