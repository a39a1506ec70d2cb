import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { judge } from '#sim/air/packet/expectations.ts';
import { type Measured, Measurement } from '#sim/air/packet/measure.ts';
import { loadScene, packetScene, SceneFile, sceneNames } from '#sim/air/packet/scene-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'airguard-scene-'));
after(() => rmSync(folder, { recursive: true }));

function measured(file: SceneFile, durationS: number, seed = 1): Measured {
  const random = createRandom(seed);
  const measurement = new Measurement({ scene: packetScene(file), random, warmupS: 1, durationS });
  while (!measurement.isDone) measurement.advance(1_000);
  return measurement.result;
}

for (const name of sceneNames()) {
  test(`of ${name} comes what is published of it`, () => {
    const file = loadScene(name);
    const verdicts = judge(file, measured(file, 30));

    assert.equal(file.name, name);
    assert.ok(verdicts.length > 0);
    for (const { what, value, holds } of verdicts) assert.ok(holds, `${what}: ${value}`);
  });
}

const radio = fc.record({ x: fc.integer({ min: 0, max: 60 }), channel: fc.constantFrom(36, 40) });
const rate = fc.double({ min: 0.1, max: 4, noNaN: true });
const mean = fc.double({ min: 1, max: 500, noNaN: true });
const traffic = fc.oneof(
  fc.record({ kind: fc.constant('cbr' as const), mbps: rate }),
  fc.record({ kind: fc.constant('poisson' as const), mbps: rate }),
  fc.record({
    kind: fc.constant('on-off' as const),
    mbps: rate,
    onMs: mean,
    offMs: mean,
  }),
);

test('no flow carries more than it is offered, but for what waited, and none is older than the run', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(radio, traffic), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('11a' as const, '11ax' as const),
      fc.nat(),
      (senders, standard, seed) => {
        const file = SceneFile.parse({
          name: 'any',
          about: 'Any senders on a line.',
          standard,
          radios: senders.flatMap(([{ x, channel }], at) => [
            { id: `s${at}`, at: [x, 10 * at], channel },
            { id: `r${at}`, at: [x, 10 * at + 3], channel },
          ]),
          flows: senders.map(([, each], at) => ({ from: `s${at}`, to: `r${at}`, traffic: each })),
        });
        const durationS = 4;
        const { mbps, offeredMbps, meanDelayMs } = measured(file, durationS, seed);
        // A full queue from before the measurement may still be carried.
        const waiting = (400 * 12_000) / (durationS * 1e6);
        mbps.forEach((carried, flow) => {
          assert.ok(carried <= offeredMbps[flow]! + waiting + 1e-9);
          assert.ok((meanDelayMs[flow] ?? 0) <= 1_000 * (durationS + 1));
        });
      },
    ),
    { numRuns: 25 },
  );
});

test('what a radio alone is offered below its rate it carries, soon', () => {
  for (const kind of ['cbr', 'poisson'] as const) {
    const file = SceneFile.parse({
      name: 'alone',
      about: 'One sender.',
      radios: [
        { id: 'a', at: [0, 0] },
        { id: 'b', at: [3, 0] },
      ],
      flows: [{ from: 'a', to: 'b', traffic: { kind, mbps: 2 } }],
    });
    const { mbps, offeredMbps, meanDelayMs } = measured(file, 60);
    assert.ok(Math.abs(mbps[0]! - 2) < (kind === 'cbr' ? 0.01 : 0.1), String(mbps[0]));
    assert.ok(Math.abs(mbps[0]! - offeredMbps[0]!) < 0.01);
    // A frame and its answer take 2.13 ms; at equal distances nothing ever waits for another.
    if (kind === 'cbr') assert.ok(meanDelayMs[0]! > 2.13 && meanDelayMs[0]! < 2.2);
    else assert.ok(meanDelayMs[0]! > 2.2 && meanDelayMs[0]! < 4);
  }
});

const good = {
  name: 'good',
  about: 'Two radios.',
  radios: [
    { id: 'a', at: [0, 0] },
    { id: 'b', at: [3, 0] },
  ],
  flows: [{ from: 'a', to: 'b' }],
};

const mistakes: readonly (readonly [string, (scene: typeof good) => object, RegExp])[] = [
  [
    'two radios on one spot',
    (scene) => ({ ...scene, radios: [scene.radios[0], { id: 'b', at: [0, 0, 0] }] }),
    /at radios\.1\.at: expected a spot of its own, came that of 'a'/,
  ],
  [
    'a power outside the schema',
    (scene) => ({ ...scene, radios: [{ ...scene.radios[0], eirpDbm: 90 }, scene.radios[1]] }),
    /at radios\.0\.eirpDbm: .*36/,
  ],
  [
    'a channel the band lacks',
    (scene) => ({ ...scene, radios: [{ ...scene.radios[0], channel: 6 }, scene.radios[1]] }),
    /at radios\.0\.channel: expected a channel of 5 GHz with 20 MHz, came 6/,
  ],
  [
    'a place that is no number',
    (scene) => ({ ...scene, radios: [{ id: 'a', at: [Number.NaN, 0] }, scene.radios[1]] }),
    /at radios\.0\.at\.0: .*number/,
  ],
  [
    'more radios than the limit',
    (scene) => ({
      ...scene,
      radios: Array.from({ length: 2_049 }, (_, x) => ({ id: `r${x}`, at: [x, 0] })),
    }),
    /at radios: .*2048/,
  ],
  [
    'a flow to nobody',
    (scene) => ({ ...scene, flows: [{ from: 'a', to: 'c' }] }),
    /at flows\.0\.to: expected the id of a radio, came 'c'/,
  ],
  [
    'two flows of one sender',
    (scene) => ({
      ...scene,
      flows: [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'b' },
      ],
    }),
    /at flows\.1\.from: expected one flow of 'a'/,
  ],
  ['a field nobody knows', (scene) => ({ ...scene, colour: 'red' }), /colour/],
];

for (const [what, bend, message] of mistakes) {
  test(`${what}: refused, with the path of the field`, () => {
    const file = join(folder, 'bad.yaml');
    // JSON has no NaN, and YAML writes it so.
    writeFileSync(file, JSON.stringify(bend(good)).replaceAll('null', '.nan'));
    assert.throws(() => loadScene(file), message);
  });
}

test('a scene without mistakes is read, with its defaults', () => {
  const file = join(folder, 'good.json');
  writeFileSync(file, JSON.stringify(good));
  const { standard, radios, flows } = loadScene(file);
  assert.equal(standard, '11a');
  assert.equal(radios[0]!.channel, 36);
  assert.deepEqual(flows[0]!.traffic, { kind: 'saturated' });
});
