import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import { PacketEngine } from '#sim/air/packet/engine.ts';
import { formatOf } from '#sim/air/packet/formats.ts';
import { type Measured, Measurement } from '#sim/air/packet/measure.ts';
import { openSpace } from '#sim/air/packet/propagation.ts';
import { rulesOf } from '#sim/air/packet/rules.ts';
import type { Flow, PacketScene, Rules } from '#sim/air/packet/scene.ts';

const common = { mcs: 4, band: '5', controlMbps: 24 } as const;
const narrow = { ...common, standard: '11ax', widthMhz: 20 } as const;
const wide = { ...common, standard: '11ax', widthMhz: 80 } as const;
const ax = rulesOf({ ...narrow, usesRts: false });
const a = rulesOf({ ...narrow, standard: '11a', usesRts: false });
const space = openSpace('5');
const home = channelFromNumber({ number: 36, widthMhz: 20 })!;

/** An access point, node 0, amid its clients, 3 m away each; of 11ax, or as its own rules say. */
function star(flows: readonly Flow[], rules: readonly (Rules | undefined)[] = []): PacketScene {
  const spots = [
    [0, 0],
    [3, 0],
    [0, 3],
    [-3, 0],
  ];
  const nodes = spots.map(([x = 0, y = 0], place) => {
    const own = rules[place];
    return { x, y, z: 0, txDbm: 20, channel: home, ...(own && { rules: own }) };
  });
  return { nodes, flows, rules: ax, space };
}

function measured(scene: PacketScene, durationS = 10): Measured {
  const random = createRandom('flows');
  const measurement = new Measurement({ scene, random, warmupS: 1, durationS });
  while (!measurement.isDone) measurement.advance(100);
  return measurement.result;
}

test('a sender of three flows serves them in turn, and carries as much as with one', () => {
  const one = measured(star([{ from: 0, to: 1 }]));
  const { mbps, totalMbps } = measured(star([1, 2, 3].map((to) => ({ from: 0, to }))));

  assert.ok(Math.abs(totalMbps / one.totalMbps - 1) < 0.01, `${totalMbps}, ${one.totalMbps}`);
  for (const each of mbps) assert.ok(Math.abs(each / totalMbps - 1 / 3) < 0.001, mbps.join(' '));
});

test('a flow with little to send gets all of it, and leaves its turns to the others', () => {
  const little = { from: 0, to: 1, traffic: { kind: 'poisson', mbps: 1 } } as const;
  const { mbps } = measured(star([little, { from: 0, to: 2 }]), 20);
  const alone = measured(star([{ from: 0, to: 2 }]));

  assert.ok(Math.abs(mbps[0]! - 1) < 0.1, mbps.join(' '));
  assert.ok(mbps[1]! > 0.8 * alone.totalMbps && mbps[1]! < alone.totalMbps, mbps.join(' '));
});

test('a client that is out of reach does not stop the others', () => {
  const scene = star([1, 2].map((to) => ({ from: 0, to })));
  const nodes = scene.nodes.map((node, place) => (place === 1 ? { ...node, x: 500 } : node));
  const { mbps } = measured({ ...scene, nodes });

  assert.equal(mbps[0], 0);
  assert.ok(mbps[1]! > 1, mbps.join(' '));
});

test('flows of a sender have formats of their own: turns are equal in frames, so rates follow from lengths', () => {
  const formats = [narrow, { ...narrow, mcs: 0 }, { ...wide, mcs: 9 }].map(formatOf);
  const flows = formats.map((format, at) => ({ from: 0, to: at + 1, format }));
  const scene = star(flows);
  const channel = channelFromNumber({ number: 36, widthMhz: 80 })!;
  const nodes = scene.nodes.map((node) => ({ ...node, channel }));
  const { mbps } = measured({ ...scene, nodes }, 20);
  // One A-MPDU of each in a round: cycle = Σ (AIFS + back-off of 7.5 slots + data + SIFS + BlockAck).
  const overheadNs = ax.sifsNs + (3 + 7.5) * ax.slotNs + ax.sifsNs + ax.frames.ack.durationNs;
  const cycleNs = formats.reduce((sum, each) => sum + each.frames.data.durationNs + overheadNs, 0);
  formats.forEach(({ mpdus, payloadBits }, flow) => {
    const expected = (1_000 * mpdus * payloadBits) / cycleNs;
    assert.ok(Math.abs(mbps[flow]! / expected - 1) < 0.01, `${mbps[flow]}, expected ${expected}`);
  });
});

test('an 11a radio that hears the frames of 11ax, but not their answers, waits an EIFS after each', () => {
  const flows = [
    { from: 0, to: 1 },
    { from: 2, to: 3 },
  ];
  // From 20 m to one side it hears the access point, whose client is 30 m to the other.
  const turns = (rules: Rules) => {
    const scene = star(flows, [undefined, undefined, rules, rules]);
    const xs = [0, -30, 20, 23];
    const nodes = scene.nodes.map((node, place) => ({ ...node, x: xs[place]!, y: 0 }));
    const { mbps } = measured({ ...scene, nodes }, 30);
    return mbps[1]! / a.payloadBits / (mbps[0]! / (ax.mpdus * ax.payloadBits));
  };
  // An EIFS of 94 µs in place of SIFS, BlockAck and DIFS, 82 µs: more than a slot.
  const [waiting, knowing] = [turns(a), turns({ ...a, generation: ax.generation })];

  assert.ok(waiting < 0.93 * knowing, `${waiting}, ${knowing}`);
});

test('time sent, received and with the medium busy is that of the frames; who is not asked about has none', () => {
  const asked = [0, 1, 3];
  const scene = star([{ from: 0, to: 1 }]);
  const engine = new PacketEngine(scene, createRandom('flows'), asked);
  const plain = new PacketEngine(scene, createRandom('flows'));
  engine.run(1e9);
  plain.run(1e9);
  const attempts = engine.counts.attempts[0]!;
  const { data, ack } = ax.frames;
  const [point, client, other] = asked.map((node) => engine.times(node)!) as [
    ReturnType<PacketEngine['times']> & object,
    ReturnType<PacketEngine['times']> & object,
    ReturnType<PacketEngine['times']> & object,
  ];

  assert.ok(Math.abs(point.sendingNs / (attempts * data.durationNs) - 1) < 0.01);
  assert.ok(Math.abs(point.receivingNs / (attempts * ack.durationNs) - 1) < 0.01);
  assert.ok(Math.abs(client.receivingNs / point.sendingNs - 1) < 0.01);
  assert.ok(Math.abs(client.sendingNs / point.receivingNs - 1) < 0.01);
  assert.equal(other.sendingNs, 0);
  assert.ok(Math.abs(other.receivingNs / (point.sendingNs + point.receivingNs) - 1) < 0.01);
  for (const { sendingNs, receivingNs, busyNs } of [point, client, other]) {
    assert.ok(busyNs >= sendingNs + receivingNs && busyNs < 1e9);
  }
  assert.equal(engine.times(2), undefined);
  // Asking changes nothing.
  assert.deepEqual(engine.counts, plain.counts);
});

test('a medium that is held by energy alone counts as busy', () => {
  // Channel 40 beside channel 36, 1 m away: −26.7 dBm, and the mask leaves −53 dBm of it.
  const next = channelFromNumber({ number: 40, widthMhz: 20 })!;
  const scene = star([{ from: 2, to: 3 }]);
  const nodes = scene.nodes.map((node, place) =>
    place < 2 ? node : { ...node, x: place - 1, y: 0, channel: next },
  );
  const leaking = { ...scene, nodes, space: { ...space, leaks: true } };
  const engine = new PacketEngine(leaking, createRandom('flows'), [0, 2]);
  engine.run(1e9);
  const [listener, sender] = [engine.times(0)!, engine.times(2)!];

  assert.equal(listener.receivingNs, 0);
  assert.ok(Math.abs(listener.busyNs / sender.sendingNs - 1) < 0.05, `${listener.busyNs}`);
});
