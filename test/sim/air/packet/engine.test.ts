import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import { type Measured, Measurement } from '#sim/air/packet/measure.ts';
import { openSpace } from '#sim/air/packet/propagation.ts';
import { rulesOf } from '#sim/air/packet/rules.ts';
import type { PacketNode, PacketScene } from '#sim/air/packet/scene.ts';
import { cellScene, gridScene, type RadioWish } from '#sim/air/packet/scenes.ts';

const a: RadioWish = { standard: '11a', mcs: 0, widthMhz: 20, usesRts: false };
const ax: RadioWish = { standard: '11ax', mcs: 4, widthMhz: 20, usesRts: false };
const space = openSpace('5');
const home = channelFromNumber({ number: 36, widthMhz: 20 })!;
const rules = rulesOf({ ...a, band: '5', controlMbps: 6 });

function measured(
  scene: PacketScene,
  {
    seed = '1',
    durationS = 20,
    pieceS = 100,
  }: { seed?: string; durationS?: number; pieceS?: number } = {},
): Measured {
  const random = createRandom(seed);
  const measurement = new Measurement({ scene, random, warmupS: 1, durationS });
  while (!measurement.isDone) measurement.advance(pieceS);
  return measurement.result;
}

/** Senders on a line with a receiver 2 m beside each. */
function line(places: readonly number[], channels: readonly number[] = []): PacketScene {
  const nodes: PacketNode[] = places.flatMap((x, at) => {
    const channel = channelFromNumber({ number: channels[at] ?? 36, widthMhz: 20 })!;
    return [0, 2].map((y) => ({ x, y, z: 0, txDbm: 20, channel }));
  });
  return { nodes, flows: places.map((_, at) => ({ from: 2 * at, to: 2 * at + 1 })), rules, space };
}

test('a station alone gets what is left after gaps, mean back-off, header and answer', () => {
  const { slotNs, sifsNs, frames, cwMin, payloadBits } = rules;
  const cycleNs =
    sifsNs +
    2 * slotNs +
    (cwMin / 2) * slotNs +
    frames.data.durationNs +
    sifsNs +
    frames.ack.durationNs;
  const expected = payloadBits / (cycleNs / 1_000);

  const { totalMbps, collisionProbability } = measured(cellScene(1, a), { durationS: 60 });

  // The mean of 27,000 back-offs is off by a thousandth of a cycle at most, three times out of a thousand.
  assert.ok(Math.abs(totalMbps / expected - 1) < 0.001, `${totalMbps}, expected ${expected}`);
  assert.equal(collisionProbability, 0);
});

test('frame lengths are those of the standard', () => {
  assert.equal(rules.frames.data.durationNs, 2_072_000);
  assert.equal(rules.frames.ack.durationNs, 44_000);
  assert.equal(rules.answerTimeoutNs, 45_000);
  const wide = rulesOf({ ...ax, mcs: 7, widthMhz: 80, band: '5', controlMbps: 24 });
  assert.equal(wide.mpdus, 42);
  assert.equal(wide.frames.ack.durationNs, 32_000);
});

test('one seed gives the same numbers however the run is cut; another seed gives others', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 3, noNaN: true }), (pieceS) => {
      const whole = measured(gridScene(9, { plan: 'co', spacingM: 20 }, a), { durationS: 2 });
      const cut = measured(gridScene(9, { plan: 'co', spacingM: 20 }, a), { durationS: 2, pieceS });
      assert.deepEqual(cut, whole);
    }),
    { numRuns: 5 },
  );
  const other = measured(gridScene(9, { plan: 'co', spacingM: 20 }, a), {
    durationS: 2,
    seed: '2',
  });
  assert.notDeepEqual(
    other,
    measured(gridScene(9, { plan: 'co', spacingM: 20 }, a), { durationS: 2 }),
  );
});

test('a channel in one place never carries more than one station alone, and nobody less than nothing', () => {
  const alone = measured(cellScene(1, a)).totalMbps;
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.boolean(), fc.nat(), (n, usesRts, seed) => {
      const cell = measured(cellScene(n, { ...a, usesRts }), { durationS: 3, seed: String(seed) });
      assert.ok(cell.totalMbps < alone);
      assert.ok(cell.mbps.every((each) => each >= 0));
      assert.ok(cell.jain > 1 / n && cell.jain <= 1 + 1e-12);
    }),
    { numRuns: 12 },
  );
});

test('corners of a square are alike, and so are 11ax senders of a cell', () => {
  for (const { mbps } of [
    measured(gridScene(4, { plan: 'co', spacingM: 20 }, a), { durationS: 60 }),
    measured(cellScene(4, ax), { durationS: 90 }),
  ]) {
    const mean = mbps.reduce((sum, each) => sum + each, 0) / mbps.length;
    for (const each of mbps) assert.ok(Math.abs(each / mean - 1) < 0.08, mbps.join(' '));
  }
});

test('two radios that send to each other get as much as two that send to a third', () => {
  const at = (x: number) => ({ x, y: 0, z: 0, txDbm: 20, channel: home });
  const flows = [
    { from: 0, to: 1 },
    { from: 1, to: 0 },
  ];
  for (const usesRts of [false, true]) {
    const scene = { nodes: [at(0), at(5)], flows, rules: { ...rules, usesRts }, space };
    const both = measured(scene, { durationS: 60 });
    const third = measured(cellScene(2, { ...a, usesRts }), { durationS: 60 });
    assert.ok(
      Math.abs(both.totalMbps / third.totalMbps - 1) < 0.02,
      `${both.totalMbps}, ${third.totalMbps}`,
    );
    assert.ok(both.jain > 0.99);
  }
});

test('radios on other channels, or out of earshot, lose nothing to each other', () => {
  const alone = measured(line([0])).totalMbps;
  for (const scene of [line([0, 10], [36, 40]), line([0, 400])]) {
    const { mbps } = measured(scene);
    for (const each of mbps) assert.ok(Math.abs(each / alone - 1) < 0.005, mbps.join(' '));
  }
});

test('between two that do not hear each other, the one in the middle starves', () => {
  // 35 m: −80.7 dBm, heard; 70 m: −91.3 dBm, not.
  const { mbps } = measured(line([0, 35, 70]), { durationS: 40 });

  assert.ok(mbps[1]! < 0.2 * mbps[0]!, mbps.join(' '));
  assert.ok(Math.abs(mbps[0]! / mbps[2]! - 1) < 0.05, mbps.join(' '));
});

test('RTS saves hidden senders from each other’s frames', () => {
  // Both send to the middle, 60 m from each other, which is too far to hear.
  const at = (x: number) => ({ x, y: 0, z: 0, txDbm: 20, channel: home });
  const flows = [
    { from: 0, to: 1 },
    { from: 2, to: 1 },
  ];
  const nodes = [at(0), at(30), at(60)];
  const hidden = measured({ nodes, flows, rules, space });
  const saved = measured({ nodes, flows, rules: { ...rules, usesRts: true }, space });

  assert.ok(hidden.collisionProbability > 0.4, String(hidden.collisionProbability));
  assert.ok(saved.totalMbps > 1.3 * hidden.totalMbps, `${saved.totalMbps}, ${hidden.totalMbps}`);
});

test('what disturbs a frame from its first bit on costs it as much as what comes later', () => {
  // A turn of both at once is lost for the far clients: 14 dB of signal to interference for MCS 9, which needs 25.
  const at = (x: number) => ({ x, y: 0, z: 0, txDbm: 20, channel: home });
  const flows = [
    { from: 0, to: 1 },
    { from: 2, to: 3 },
  ];
  const fast = rulesOf({ ...ax, mcs: 9, band: '5', controlMbps: 6 });
  const slow = rulesOf({ ...ax, mcs: 0, band: '5', controlMbps: 6 });
  const failures = (rules: PacketScene['rules']) =>
    measured({ nodes: [at(0), at(-4), at(6), at(10)], flows, rules, space }).collisionProbability;

  assert.ok(failures(slow) < 0.01, String(failures(slow)));
  assert.ok(failures(fast) > 0.03, String(failures(fast)));
});
