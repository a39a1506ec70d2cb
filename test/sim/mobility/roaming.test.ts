import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { US_PER_S } from '#protocols/clock.ts';
import { emptyAir } from '../air/scenes.ts';
import { isWith, look, node, onAir } from './rig.ts';

const on36 = { number: 36 };
const on44 = { number: 44 };
const on1 = { band: '2.4', number: 1 };

/** A straight walk along the x axis. */
function walks(id: string, from: number, to: number, speedMps: number, more: object = {}) {
  const path = { speedMps, waypoints: [{ at: { x: to, y: 0 } }] };
  return { id, at: { x: from, y: 0, z: 1 }, radio: 'ap1/radio-0', path, ...more };
}

test('a client that walks away from its radio loses level with the distance, and roams once', () => {
  const clients = [walks('ann', 2, 78, 1)];
  const site = onAir({ nodes: [node('ap1', 0, on36), node('ap2', 80, on44)], clients });
  const levels: number[] = [];
  for (let at = 0; at < 90; at += 1) {
    site.run(1);
    levels.push(site.air.level('ap1/radio-0', 'ann')!);
  }

  assert(levels.every((level, at) => at === 0 || level <= levels[at - 1]!));
  // 35 dB a decade: from 20 m to 40 m, 10.5 dB.
  assert(Math.abs(levels[17]! - levels[37]! - 10.54) < 0.01);
  assert.equal(site.radioOf('ann'), 'ap2/radio-0');
  const [roam, ...others] = site.events;
  assert.deepEqual(others, []);
  const { kind, from, to, fromDbm, toDbm, outageUs } = roam!;
  assert.deepEqual([kind, from, to], ['client.roamed', 'ap1/radio-0', 'ap2/radio-0']);
  assert(fromDbm! < -70 && toDbm! >= fromDbm! + 8);
  // Two channels of 60 ms, then 100 ms to sign in.
  assert.equal(outageUs, 220_000);
  // It looked before, while the other was not yet so much better.
  const { scansInVain, awayUs } = site.mobility.totals()!;
  assert.equal(awayUs, scansInVain * 120_000 + 220_000);
});

test('while it looks and signs in it is with no radio, and gets nothing', () => {
  const clients = [walks('ann', 2, 78, 1, { offeredMbps: 5 })];
  const site = onAir({ nodes: [node('ap1', 0, on36), node('ap2', 80, on44)], clients });
  let without = 0;
  for (let ms = 0; ms < 90_000; ms += 20) {
    site.run(0.02);
    const radio = site.radioOf('ann');
    if (radio === null) without += 20;
    else assert(site.air.observe(radio, 'clients', second)[0]!.throughputMbps <= 5);
  }

  assert.equal(without, site.mobility.totals()!.awayUs / 1_000);
});

test('between two radios of the same level it stays where it is, for hours', () => {
  for (const x of [22, 24, 26]) {
    const clients = [{ id: 'desk', at: { x, y: 0, z: 1 }, radio: 'ap1/radio-0' }];
    const nodes = [node('ap1', 0, on36), node('ap2', 48, on44)];
    const site = onAir({ nodes, clients, roaming: {} });
    site.run(3 * 3_600);

    assert.deepEqual(site.events, []);
    assert.equal(site.radioOf('desk'), 'ap1/radio-0');
    // It is below −70 dBm, so it does look now and then.
    assert(site.mobility.totals()!.scansInVain > 900);
  }
});

test('to and fro within the margin it never changes', () => {
  const path = {
    speedMps: 1,
    loop: true,
    waypoints: [{ at: { x: 28, y: 0 } }, { at: { x: 20, y: 0 } }],
  };
  const clients = [{ id: 'pacer', at: { x: 20, y: 0, z: 1 }, radio: 'ap1/radio-0', path }];
  const site = onAir({ nodes: [node('ap1', 0, on36), node('ap2', 48, on44)], clients });
  site.run(3_600);

  assert.deepEqual(site.events, []);
  assert(site.mobility.totals()!.scansInVain > 300);
});

test('a radio that falls silent loses its clients after two seconds, and has them back if it must', () => {
  const clients = [{ id: 'desk', at: { x: 3, y: 0, z: 1 }, radio: 'ap1/radio-0' }];
  const nodes = [node('ap1', 0, on36), node('ap2', 200, on44)];
  const site = onAir({ nodes, clients, roaming: {} });
  site.run(5);
  site.air.apply({ kind: 'radio', id: 'ap1/radio-0', silent: true });
  site.run(20);
  assert.equal(site.radioOf('desk'), null);
  site.air.apply({ kind: 'radio', id: 'ap1/radio-0', silent: false });
  site.run(20);

  assert.equal(site.radioOf('desk'), 'ap1/radio-0');
  assert.deepEqual(
    site.events.map(({ kind }) => kind),
    ['client.lost', 'client.returned'],
  );
  const [lost, returned] = site.events;
  assert(lost!.tUs > 7 * US_PER_S && lost!.tUs < 10 * US_PER_S, `${lost!.tUs}`);
  assert.equal(site.mobility.totals()!.awayUs, returned!.outageUs);
});

test('it takes the strongest radio it may use, and 5 GHz where that is strong enough', () => {
  const both = {
    radios: [
      { id: 'radio-0', channel: on1 },
      { id: 'radio-1', channel: on44 },
    ],
  };
  const at = { y: 0, z: 1 };
  const clients = [
    // 12 m from ap2: 5 GHz arrives with −64.5 dBm, 2.4 GHz 6.6 dB stronger.
    { id: 'near', at: { ...at, x: 68 }, radio: 'ap1/radio-0' },
    // 22 m: 5 GHz no longer above −65 dBm, so the stronger.
    { id: 'far', at: { ...at, x: 58 }, radio: 'ap1/radio-0' },
    { id: 'only-2', at: { ...at, x: 68 }, radio: 'ap1/radio-0', bands: ['2.4'] },
    { id: 'only-6', at: { ...at, x: 68 }, radio: 'ap1/radio-0', bands: ['6'] },
  ];
  const nodes = [node('ap1', 0, on36), node('ap2', 80, on44, both)];
  const site = onAir({ nodes, clients, roaming: { betterByDb: 3 } });
  site.run(60);

  assert.equal(site.radioOf('near'), 'ap2/radio-1');
  assert.equal(site.radioOf('far'), 'ap2/radio-0');
  assert.equal(site.radioOf('only-2'), 'ap2/radio-0');
  assert.notEqual(site.radioOf('only-6'), 'ap2/radio-1');
});

test('of two radios of one node, clients that come share them evenly', () => {
  const both = {
    radios: [
      { id: 'radio-0', channel: on44 },
      { id: 'radio-1', channel: { number: 48 } },
    ],
  };
  const clients = Array.from({ length: 6 }, (_, n) => ({
    id: `c${n}`,
    at: { x: 78, y: n, z: 1 },
    radio: 'ap1/radio-0',
  }));
  const nodes = [node('ap1', 0, on36), node('ap2', 80, on44, both)];
  const site = onAir({ nodes, clients, roaming: {} });
  site.run(60);

  const counts = ['ap2/radio-0', 'ap2/radio-1'].map((id) => site.air.load(id).stations);
  assert.deepEqual(counts, [3, 3]);
});

test('until its first radio has been on the air a client waits for it', () => {
  const clients = [{ id: 'desk', at: { x: 3, y: 0, z: 1 }, radio: 'ap1/radio-0' }];
  const nodes = [node('ap1', 0, on36), node('ap2', 10, on44)];
  const site = onAir({ nodes, clients, roaming: {} });
  site.air.apply({ kind: 'radio', id: 'ap1/radio-0', channel: null });
  site.run(600);
  assert.equal(site.radioOf('desk'), 'ap1/radio-0');
  site.run(20);

  // Longer than any silence that is owed: it goes elsewhere.
  assert.equal(site.radioOf('desk'), 'ap2/radio-0');
});

test('where nothing moves and no roaming is asked for, nobody does', () => {
  const clients = [{ id: 'desk', at: { x: 78, y: 0, z: 1 }, radio: 'ap1/radio-0' }];
  const site = onAir({ nodes: [node('ap1', 0, on36), node('ap2', 80, on44)], clients });
  site.run(600);

  assert.deepEqual(site.told, []);
  assert.equal(site.mobility.totals(), undefined);
  assert.equal(site.clock.pending, 0);
});

const ids = ['ap0', 'ap1', 'ap2', 'ap3'];
const upset = fc.record({
  radio: fc.constantFrom(...ids),
  silent: fc.boolean(),
  off: fc.boolean(),
  afterS: fc.integer({ min: 1, max: 40 }),
});

test('whatever radios do, no client is long with one that is off, with two, or gets more than it asks', () => {
  fc.assert(
    fc.property(fc.array(upset, { maxLength: 10 }), fc.nat(100), (upsets, seed) => {
      const clients = Array.from({ length: 6 }, (_, n) => ({
        ...walks(`c${n}`, n * 15, 90 - n * 15, 0.5 + n / 4, { offeredMbps: 10 * n }),
        radio: `ap${n % 4}/radio-0`,
      })).filter(({ at, path }) => at.x !== path.waypoints[0]!.at.x);
      const channels = [on36, on44, on1, { number: 48 }];
      const nodes = ids.map((id, n) => node(id, n * 30, channels[n]!));
      const site = onAir({ nodes, clients }, seed);
      const offSinceS = new Map<string, number>();
      // So that everybody has met its radio.
      let nowS = 2;
      site.run(nowS);
      const check = () => {
        for (const { id, offeredMbps = 0 } of site.layout.clients) {
          const withIt = site.radios.filter((radio) => isWith(site.air, radio, id));
          assert(withIt.length <= 1, `${id} is with ${withIt}`);
          for (const radio of withIt) {
            const sinceS = offSinceS.get(radio) ?? nowS;
            assert(nowS - sinceS <= 3, `${id} is with ${radio}, off for ${nowS - sinceS} s`);
            const [report] = site.air
              .observe(radio, 'clients', second)
              .filter((one) => one.id === id);
            assert(report!.throughputMbps <= offeredMbps);
            if (offSinceS.has(radio)) assert.equal(report!.throughputMbps, 0);
          }
        }
      };
      for (const { radio: name, silent, off, afterS } of upsets) {
        const radio = `${name}/radio-0`;
        const channel = off ? null : site.layout.site.nodes[ids.indexOf(name)]!.radios[0]!.channel;
        site.air.apply({ kind: 'radio', id: radio, silent, channel });
        if (!silent && !off) offSinceS.delete(radio);
        else if (!offSinceS.has(radio)) offSinceS.set(radio, nowS);
        for (let step = 0; step < afterS; step += 1) {
          site.run(1);
          nowS += 1;
          check();
        }
      }
      const { awayUs } = site.mobility.totals()!;
      assert(awayUs >= 0 && awayUs <= site.layout.clients.length * nowS * US_PER_S);
      for (const { kind, from, to } of site.events) {
        assert.equal(from === to, kind === 'client.returned');
      }
    }),
    { numRuns: 25 },
  );
});

test('what moves leaves an air that a snapshot restores to the bit, and that goes on alike', () => {
  const walking = { share: 0.5 };
  const channels = [on36, on44, on1];
  const generate = { nodes: 9, radios: 1, clientsPerRadio: 4, spacingM: 30, channels, walking };
  const site = onAir({ generate }, 4);
  site.run(300);
  const restored = emptyAir();
  restored.restore(JSON.parse(JSON.stringify(site.air.snapshot())));
  assert.deepEqual(look(restored, site.radios), look(site.air, site.radios));

  const from = site.told.length;
  site.run(60);
  for (const change of site.told.slice(from)) restored.apply(change);
  restored.advance(360 * US_PER_S);

  assert(site.told.length > from + 100);
  assert(site.events.length > 0);
  assert.deepEqual(look(restored, site.radios), look(site.air, site.radios));
});

test('a node on a path takes its radios along, and hears a radar that it comes near to', () => {
  const path = { speedMps: 10, waypoints: [{ at: { x: 400, y: 0 } }] };
  const robot = node('robot', 0, { number: 100 }, { path });
  const site = onAir({ nodes: [robot, node('ap1', 390, { number: 100 })] });
  const heard: number[] = [];
  site.air.watchRadar('robot/radio-0', () => heard.push(site.clock.monotonic() / US_PER_S));
  const at = { x: 400, y: 0, z: 1 };
  const durationUs = 100 * US_PER_S;
  const radar = { centerMhz: 5500, widthMhz: 1, eirpDbm: 40, durationUs };
  site.air.apply({ kind: 'radar', id: 'r', at, ...radar });
  const neighbours = () => site.air.observe('robot/radio-0', 'neighbours', second).length;

  assert.deepEqual([heard, neighbours()], [[], 0]);
  site.run(60);
  assert.equal(heard.length, 1);
  assert(heard[0]! > 1 && heard[0]! < 40, `${heard}`);
  assert.equal(neighbours(), 1);
  assert.deepEqual(site.mobility.placeOf('robot'), { x: 400, y: 0, z: 1 });
  assert.equal(site.air.observe('robot/radio-0', 'pulses', second).length > 0, true);
});

test('positions go into the air once a second, and only when they have changed by half a metre', () => {
  const clients = [walks('slow', 0, 3, 0.2)];
  const site = onAir({ nodes: [node('ap1', 0, on36)], clients });
  site.run(60);

  const places = site.told.map((change) => ('at' in change ? change.at?.x : undefined));
  // 0.2 m a second: every third second; and the very end of the path.
  assert.deepEqual(
    places.map((x) => x?.toFixed(1)),
    ['0.6', '1.2', '1.8', '2.4', '3.0'],
  );
});

const second = { fromUs: 0, untilUs: US_PER_S };
