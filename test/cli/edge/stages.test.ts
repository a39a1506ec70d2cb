/** What a node has to work with may be missing or broken: it loses that stage and no other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { EdgeConfig } from '#cli/edge/config.ts';
import { openStages } from '#cli/edge/stages.ts';
import { Told } from '#edge/pipeline/told.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { quietBus } from './quiet-bus.ts';

async function stagesOf(change: (dir: string) => object) {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-stages-'));
  const clock = new VirtualClock();
  try {
    const config = EdgeConfig.parse({
      site: 'hq',
      node: 'ap1',
      country: 'DE',
      dir,
      broker: { url: 'nats://127.0.0.1:1' },
      radios: [{ id: 'radio-0', driver: 'sim:radio', channel: { number: 36 } }],
      ...change(dir),
    });
    const uplink = new Uplink({
      bus: quietBus,
      clock,
      random: createRandom(1),
      site: 'hq',
      node: 'ap1',
      file: ':memory:',
    });
    const { stages } = await openStages(config, { clock, bootId: 'ap1-1' }, uplink, new Told());
    const health = stages.health();
    await stages.close();
    return Object.fromEntries(health.map(({ stage, state, why }) => [stage, [state, why]]));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test('with what ships, every stage runs', async () => {
  assert.deepEqual(await stagesOf(() => ({})), {
    recorder: ['running', undefined],
    noise: ['running', undefined],
    classes: ['running', undefined],
    vectors: ['running', undefined],
    uplink: ['running', undefined],
  });
});

test('what was not asked for is not there', async () => {
  const without = { recorder: null, detector: { vectors: false, noise: false, classes: false } };
  assert.deepEqual(Object.keys(await stagesOf(() => without)), ['uplink']);
});

for (const [what, model, why] of [
  ['missing', undefined, /no model at .*gone\.onnx: give one, or train it: airguard train cae/],
  ['no model', 'not a model at all', /model/],
] as const) {
  test(`an autoencoder that is ${what} costs the vectors alone, and is said`, async () => {
    const health = await stagesOf((dir) => {
      const file = join(dir, 'gone.onnx');
      if (model !== undefined) writeFileSync(file, model);
      return { detector: { model: file } };
    });
    const [state, said] = health.vectors!;
    assert.equal(state, 'off');
    assert.match(String(said), why);
    assert.equal(String(said).split('\n').length, 1);
    for (const stage of ['recorder', 'classes', 'uplink'])
      assert.equal(health[stage]?.[0], 'running');
  });
}
