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
    'a flow twice',
    (scene) => ({
      ...scene,
      flows: [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'b' },
      ],
    }),
    /at flows\.1\.to: expected one flow from 'a' to 'b'/,
  ],
  [
    'a width the standard lacks',
    (scene) => ({ ...scene, standard: '11n', widthMhz: 80 }),
    /at widthMhz: expected 20, 40 MHz of 11n, came 80/,
  ],
  [
    'an MCS the standard lacks',
    (scene) => ({ ...scene, standard: '11ac', mcs: 9 }),
    /at mcs: expected an MCS of 11ac in 20 MHz, 0 to 8, came 9/,
  ],
  [
    'a radio of a standard that lacks its width',
    (scene) => ({
      ...scene,
      standard: '11ax',
      radios: [{ ...scene.radios[0], standard: '11n', widthMhz: 160 }, scene.radios[1]],
    }),
    /at radios\.0\.widthMhz: expected 20, 40 MHz of 11n, came 160/,
  ],
  [
    'a flow in a format its receiver lacks',
    (scene) => ({ ...scene, flows: [{ from: 'a', to: 'b', format: { standard: '11ax' } }] }),
    /at flows\.0\.format\.standard: expected one that both radios have, 11a at most, came '11ax'/,
  ],
  [
    'a flow wider than its receiver',
    (scene) => ({
      ...scene,
      standard: '11ax',
      widthMhz: 80,
      radios: [scene.radios[0], { ...scene.radios[1], widthMhz: 20 }],
      flows: [{ from: 'a', to: 'b', format: { widthMhz: 40 } }],
    }),
    /at flows\.0\.format\.widthMhz: expected at most the 20 MHz of both radios, came 40/,
  ],
  [
    'an MCS for 11a',
    (scene) => ({ ...scene, flows: [{ from: 'a', to: 'b', format: { mcs: 3 } }] }),
    /at flows\.0\.format\.mcs: expected none with 11a/,
  ],
  [
    'an expectation of a flow that is not there',
    (scene) => ({ ...scene, expect: [{ flow: 'b/a', because: 'never' }] }),
    /at expect\.0\.flow: expected a sender, or sender\/receiver, came 'b\/a'/,
  ],
  [
    'an OBSS PD level that the standard lacks',
    (scene) => ({
      ...scene,
      standard: '11ax',
      radios: [
        { ...scene.radios[0], colour: 1, obssPdDbm: -61 },
        { ...scene.radios[1], colour: 1 },
      ],
    }),
    /at radios\.0\.obssPdDbm: .*-62/,
  ],
  [
    'an OBSS PD level without a colour',
    (scene) => ({
      ...scene,
      standard: '11ax',
      radios: [{ ...scene.radios[0], obssPdDbm: -70 }, scene.radios[1]],
    }),
    /at radios\.0\.obssPdDbm: expected a colour with it/,
  ],
  [
    'a colour of a radio that cannot tell it',
    (scene) => ({ ...scene, radios: scene.radios.map((radio) => ({ ...radio, colour: 1 })) }),
    /at radios\.0\.colour: expected none without 11ax/,
  ],
  [
    'a flow between colours',
    (scene) => ({
      ...scene,
      standard: '11ax',
      radios: scene.radios.map((radio, place) => ({ ...radio, colour: place + 1 })),
    }),
    /at flows\.0\.to: expected a radio with colour 1, as 'a', came 'b'/,
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

test('one scene holds radios of several standards and widths, and expectations of single flows', () => {
  const file = SceneFile.parse({
    name: 'mixed',
    about: 'An access point of 80 MHz with clients of three kinds.',
    standard: '11ax',
    mcs: 5,
    widthMhz: 80,
    radios: [
      { id: 'ap', at: [0, 0] },
      { id: 'old', at: [3, 0], standard: '11n' },
      { id: 'narrow', at: [0, 3], widthMhz: 20 },
      { id: 'new', at: [-3, 0] },
    ],
    flows: [
      { from: 'ap', to: 'old' },
      { from: 'ap', to: 'narrow', format: { mcs: 3 } },
      { from: 'ap', to: 'new', format: { mcs: 9, streams: 2 } },
    ],
    expect: [
      { flow: 'ap/new', of: 'ap/narrow', atLeast: 1, because: 'turns' },
      { flow: 'ap', of: 'total', atLeast: 1, atMost: 1, because: 'all' },
    ],
  });
  const { nodes, flows } = packetScene(file);
  const { mbps } = measured(file, 5);

  assert.deepEqual(
    nodes.map(({ channel }) => channel.widthMhz),
    [80, 40, 20, 80],
  );
  // 40 MHz MCS 5: 216 bits × 2; 20 MHz MCS 3: 468 in 16 µs; 80 MHz MCS 9 twice: 13,066 in 16 µs.
  assert.deepEqual(
    flows.map(({ format }) => Math.round(format!.frames.data.rate / 1e5) / 10),
    [108, 29.3, 816.6],
  );
  assert.ok(
    mbps.every((each) => each > 1),
    mbps.join(' '),
  );
  for (const { what, value, holds } of judge(file, measured(file, 5)))
    assert.ok(holds, `${what}: ${value}`);
});
