import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import type { Air } from '#protocols/air.ts';
import { PacketEngine } from '#sim/air/packet/engine.ts';
import { formatOf } from '#sim/air/packet/formats.ts';
import { rulesOf } from '#sim/air/packet/rules.ts';
import { cellsOf } from '#sim/air/packet-air/cells.ts';
import { Ground } from '#sim/air/packet-air/ground.ts';
import { sceneOf } from '#sim/air/packet-air/slice.ts';
import { createPacketAir } from '#sim/air/packet-air.ts';
import { Shadowing } from '#sim/air/path-loss.ts';
import { on, place, throughput } from './scenes.ts';

const S = 1_000_000;

test('a radio alone carries what its frames take', () => {
  const air = emptyAir();
  place(air, { id: 'r', x: 0, channel: on(5180) }, 2_000);
  air.advance(10 * S);

  // 3 m away there is signal enough for the fastest rate, HE-MCS 11 with two streams.
  const tuning = { standard: '11ax', mcs: 11, streams: 2, widthMhz: 20, band: '5' } as const;
  const options = { ...tuning, guardUs: 0.8, controlMbps: 24 } as const;
  const { dataNs, mpdus, frames, payloadBits } = formatOf(options);
  const { sifsNs, slotNs, aifsn, cwMin } = rulesOf({ ...options, usesRts: false });
  const accessNs = sifsNs + aifsn * slotNs + (cwMin / 2) * slotNs;
  const exchangeNs = accessNs + dataNs[mpdus]! + sifsNs + frames.ack.durationNs;
  const expected = (mpdus * payloadBits * 1_000) / exchangeNs;
  const got = mbps(air, 'r', 0, 10);
  assert(Math.abs(got / expected - 1) < 0.01, `${got}, expected ${expected}`);
});

test('200 ms of each second are near all of it', () => {
  const random = createRandom(3);
  const ground = new Ground(new Shadowing(random.fork('shadowing'), 0));
  const air = createPacketAir({ random });
  const put = {
    apply(change: Parameters<Air['apply']>[0]) {
      if (change.kind === 'radio') ground.putRadio(change);
      if (change.kind === 'client') ground.putClient(change);
      air.apply(change);
    },
  } as Air;
  const ids = ['a', 'b', 'c', 'd'];
  ids.forEach((id, index) => {
    place(put, { id, x: 15 * index, channel: on(5180, 40) }, [40, 80, 120, 60][index]!);
  });
  air.advance(20 * S);

  const cells = cellsOf(ground);
  assert.equal(cells.length, 1);
  const engine = new PacketEngine(sceneOf(cells[0]!), createRandom(4), [0, 1, 2, 3]);
  engine.run(S * 1_000);
  const before = ids.map((_, index) => engine.times(index)!.busyNs);
  const delivered = [...engine.counts.delivered];
  engine.run(5 * S * 1_000);
  ids.forEach((id, index) => {
    const busy = (engine.times(index)!.busyNs - before[index]!) / (4 * S * 1_000);
    const [survey] = air.observe(id, 'survey', { fromUs: 0, untilUs: 20 * S });
    const sampled = survey!.busyUs / survey!.activeUs;
    assert(Math.abs(sampled - busy) < 0.01, `${id}: busy ${sampled}, in full ${busy}`);
    const bits = (engine.counts.delivered[index]! - delivered[index]!) * engine.payloadBits[index]!;
    const whole = bits / (4 * S);
    const part = mbps(air, id, 0, 20);
    assert(Math.abs(part / whole - 1) < 0.03, `${id}: ${part} Mb/s, in full ${whole}`);
  });
});

test('who disturbs nobody is simulated alone: what changes elsewhere changes nothing', () => {
  const story = (changes: boolean) => {
    const air = emptyAir();
    place(air, { id: 'here', x: 0 }, 30);
    place(air, { id: 'near', x: 10 }, 30);
    place(air, { id: 'far', x: 900 }, 30);
    place(air, { id: 'other', x: 1, channel: on(5180) }, 30);
    air.advance(1.5 * S);
    if (changes) {
      air.apply({ kind: 'radio', id: 'far', channel: on(2437), eirpDbm: 10 });
      air.apply({ kind: 'radio', id: 'other', silent: true });
    }
    air.advance(4 * S);
    return ['survey', 'clients'].map((kind) =>
      air.observe('here', kind as 'survey', { fromUs: 0, untilUs: 4 * S }),
    );
  };
  assert.deepEqual(story(true), story(false));
});

test('a window holds what was, with the time that it was', () => {
  const air = emptyAir();
  place(air, { id: 'r', x: 0, channel: on(2412) }, 20);
  place(air, { id: 'jammed', x: 300, channel: on(2412) }, 20);
  air.advance(2 * S);
  air.apply({ kind: 'radio', id: 'r', channel: on(2437) });
  air.advance(3 * S);
  const [survey] = air.observe('r', 'survey', { fromUs: 0, untilUs: 3 * S });
  assert.equal(survey!.activeUs, S);
  assert(Math.abs(mbps(air, 'r', 0, 3) - 20) < 0.5);

  air.apply({ kind: 'radio', id: 'r', silent: true });
  air.advance(4 * S);
  assert.equal(mbps(air, 'r', 3, 4), 0);
  assert(Math.abs(mbps(air, 'r', 2, 4) - 10) < 0.5);
  assert.equal(air.load('r').carriedMbps, 0);

  air.apply({ kind: 'radio', id: 'r', silent: false, channel: null });
  air.advance(5 * S);
  air.apply({ kind: 'radio', id: 'r', channel: on(2462) });
  air.advance(6 * S);
  assert(Math.abs(mbps(air, 'r', 5, 6) - 20) < 0.5);
  assert.equal(air.observe('r', 'survey', { fromUs: 3 * S, untilUs: 6 * S })[0]!.activeUs, S);
});

test('energy is no frame, however wide: it holds the medium and is not received', () => {
  const air = emptyAir();
  place(air, { id: 'r', x: 0, channel: on(5180, 80) }, 100);
  const block = { centerMhz: 5210, widthMhz: 80, eirpDbm: 20, duty: 1 };
  air.apply({ kind: 'emitter', id: 'jammer', at: { x: 5, y: 0, z: 0 }, ...block });
  air.advance(2 * S);
  const [survey] = air.observe('r', 'survey', { fromUs: 0, untilUs: 2 * S });
  assert.deepEqual([survey!.rxUs, survey!.txUs, mbps(air, 'r', 0, 2)], [0, 0, 0]);
  assert(survey!.busyUs > 0.99 * survey!.activeUs);
});

test('energy below the threshold holds no radio, however long it goes on', () => {
  const air = emptyAir();
  place(air, { id: 'r', x: 0 }, 20);
  const block = { centerMhz: 2412, widthMhz: 16, eirpDbm: 20, duty: 1 };
  air.apply({ kind: 'emitter', id: 'camera', at: { x: 30, y: 0, z: 0 }, ...block });
  air.advance(2 * S);
  assert(air.load('r').utilisation < 0.6);
  assert(mbps(air, 'r', 0, 2) > 19);
});

test('a wider channel and a nearer client carry more; one out of reach gets nothing', () => {
  const alone = (widthMhz: 20 | 40 | 80 | 160, metres: number) => {
    const air = emptyAir();
    place(air, { id: 'r', x: 0, channel: on(5180, widthMhz) }, 3_000);
    air.apply({ kind: 'client', id: 'r-client', at: { x: metres, y: 0, z: 0 } });
    air.advance(S);
    return throughput(air, 'r');
  };
  const byWidth = ([20, 40, 80, 160] as const).map((width) => alone(width, 2));
  const byDistance = [2, 8, 14, 19, 60].map((metres) => alone(20, metres));
  assert.deepEqual(
    byWidth,
    byWidth.toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    byDistance,
    byDistance.toSorted((a, b) => b - a),
  );
  assert(byDistance[3]! > 0);
  assert.equal(byDistance[4], 0);
});

test('clients of one radio take turns, each at its own rate', () => {
  const air = emptyAir();
  air.apply({ kind: 'radio', id: 'r', at: { x: 0, y: 0, z: 0 }, channel: on(5180), eirpDbm: 20 });
  for (const [id, x, offeredMbps] of [
    ['near', 2, 1_000],
    ['far', 19, 1_000],
    ['modest', 3, 2],
  ] as const) {
    air.apply({ kind: 'client', id, at: { x, y: 0, z: 0 }, radio: 'r', offeredMbps });
  }
  air.advance(5 * S);
  const got = new Map(
    air
      .observe('r', 'clients', { fromUs: 0, untilUs: 5 * S })
      .map(({ id, throughputMbps }) => [id, throughputMbps]),
  );
  const [near, far] = [got.get('near')!, got.get('far')!];
  assert(got.get('modest')! > 1.9);
  // Frame by frame: what is slow for one costs the other too.
  assert(Math.abs(near / far - 1) < 0.1 && near > 40, `${near} and ${far}`);
  assert(near + far < 0.9 * aloneMbps(2) && near + far > aloneMbps(19), `${near} and ${far}`);
});

/** What one client so far away gets. */
function aloneMbps(metres: number): number {
  const air = emptyAir();
  place(air, { id: 'r', x: 0, channel: on(5180) }, 1_000);
  air.apply({ kind: 'client', id: 'r-client', at: { x: metres, y: 0, z: 0 } });
  air.advance(2 * S);
  return mbps(air, 'r', 0, 2);
}

test('frames of two that do not hear each other are lost between them', () => {
  const air = emptyAir();
  place(air, { id: 'a', x: 0 }, 1_000);
  air.apply({ kind: 'client', id: 'a-client', at: { x: 25, y: 0, z: 0 } });
  air.advance(2 * S);
  const alone = mbps(air, 'a', 0, 2);
  place(air, { id: 'b', x: 60 }, 1_000);
  air.advance(4 * S);
  assert.deepEqual(air.observe('a', 'neighbours', { fromUs: 2 * S, untilUs: 4 * S }), []);
  const disturbed = mbps(air, 'a', 2, 4);
  assert(disturbed < 0.5 * alone, `${disturbed} of ${alone}`);
});

function emptyAir(): Air {
  return createPacketAir({ random: createRandom(1).fork('air') });
}

/** What a radio carried from one second to another. */
function mbps(air: Air, radio: string, from: number, until: number): number {
  return air
    .observe(radio, 'clients', { fromUs: from * S, untilUs: until * S })
    .reduce((sum, one) => sum + one.throughputMbps, 0);
}
