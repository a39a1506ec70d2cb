import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import type { Capture } from '#sim/air/packet/capture.ts';
import { type Measured, Measurement } from '#sim/air/packet/measure.ts';
import { openSpace } from '#sim/air/packet/propagation.ts';
import { rulesOf } from '#sim/air/packet/rules.ts';
import type { PacketScene } from '#sim/air/packet/scene.ts';
import { gridScene } from '#sim/air/packet/scenes.ts';

const wish = { standard: '11a', mcs: 0, widthMhz: 20, usesRts: false } as const;
const rules = rulesOf({ ...wish, band: '5', controlMbps: 6 });
const channel = channelFromNumber({ number: 36, widthMhz: 20 })!;

function measured(scene: PacketScene): Measured {
  const random = createRandom('capture');
  const measurement = new Measurement({ scene, random, warmupS: 1, durationS: 20 });
  while (!measurement.isDone) measurement.advance(100);
  return measurement.result;
}

/**
 * Two senders that do not hear each other, and between them the client of the near one, which has little
 * to send: the client reads frames of the other nearly all the time.
 */
function hidden(capture: Capture, nearM: number): PacketScene {
  const at = (x: number) => ({ x, y: 0, z: 0, txDbm: 20, channel });
  return {
    // From 33 m, −79.8 dBm at the client.
    nodes: [at(-nearM), at(0), at(33), at(36)],
    flows: [
      { from: 0, to: 1, traffic: { kind: 'poisson', mbps: 0.5 } },
      { from: 2, to: 3 },
    ],
    rules,
    space: openSpace('5'),
    capture,
  };
}

test('a client that reads a stranger loses its own stronger frame once, unless that may take over', () => {
  // The first attempt at each of its 42 frames a second falls into a frame of the other, 450 a second.
  const failures = (capture: Capture) => measured(hidden(capture, 8)).collisionProbability;
  const [none, preamble, any] = [failures('none'), failures('preamble'), failures('any')];

  assert.ok(none > 0.06, String(none));
  // 16 of 2,072 µs is all that capture at the preamble has to offer.
  assert.ok(Math.abs(preamble - none) < 0.01, `${preamble}, ${none}`);
  assert.ok(any < 0.005, String(any));
});

test('a frame that is not 5 dB stronger takes nothing over', () => {
  // 28 m: −77.3 dBm, 2.5 dB above.
  const failures = (capture: Capture) => measured(hidden(capture, 28)).collisionProbability;
  const [none, any] = [failures('none'), failures('any')];
  assert.ok(Math.abs(any - none) < 0.01, `${any}, ${none}`);
});

/** ns-3.37: bench/ns3/scene.cc --scene=grid --n=16 --plan=co --std=11ax --mcs=4 --duration=10 --capture=preamble */
test('a grid with capture at the preamble comes to what ns-3 has', () => {
  const ax = { ...wish, standard: '11ax', mcs: 4 } as const;
  const grid = { plan: 'co', spacingM: 20, capture: 'preamble' } as const;
  const { totalMbps } = measured(gridScene(16, grid, ax));
  assert.ok(Math.abs(totalMbps / 147.96 - 1) < 0.05, String(totalMbps));
});
