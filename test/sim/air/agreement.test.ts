/** Where airs of different fidelities have to agree, and how far apart they are elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import type { HeardRadar } from '#protocols/air.ts';
import { airNames, airs } from '#sim/air/fidelities.ts';
import { airId, layOut } from '#sim/layout.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { change, fiveRadios, ids } from './five-radios.ts';
import { on, place, second } from './scenes.ts';

test('radars are heard alike in all airs', () => {
  const stories = airNames.map((name) => {
    const air = airs[name]({ random: createRandom(1).fork('air'), shadowingDb: 3 });
    const heard: (readonly [string, HeardRadar])[] = [];
    for (const [index, id] of ids.entries()) {
      place(air, { id, x: 40 * index, channel: on(5260, 80) });
      air.watchRadar(id, (radar) => heard.push([id, radar]));
    }
    const radar = { kind: 'radar', centerMhz: 5300, widthMhz: 5, durationUs: 2_000_000 } as const;
    const ship = { ...radar, id: 'ship', at: { x: -20, y: 0, z: 0 }, eirpDbm: 40 };
    air.apply(ship);
    air.advance(500_000);
    air.apply({ ...radar, id: 'plane', eirpDbm: -60, pattern: 'fcc-1' });
    air.apply({ kind: 'radio', id: 'r1', channel: on(5500) });
    air.apply({ kind: 'radio', id: 'r1', channel: on(5260, 80) });
    const now = ids.map((id) => air.heardRadar(id));
    const window = { fromUs: 0, untilUs: 2_000_000 };
    const pulses = ids.map((id) => air.observe(id, 'pulses', window));
    air.advance(3_000_000);
    return { heard, now, pulses, later: ids.map((id) => air.heardRadar(id)) };
  });

  const [first, ...others] = stories;
  assert(first!.heard.length >= 7 && first!.pulses[0]!.length > 18);
  assert(
    first!.heard.some(([id]) => id === 'r0') && first!.later.every((one) => one === undefined),
  );
  for (const other of others) assert.deepEqual(other, first);
});

test('who is heard how strongly is the same in all airs', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const [first, ...others] = airNames.map((name) => {
        const air = fiveRadios(airs[name]({ random: createRandom(1).fork('air'), shadowingDb: 4 }));
        for (const one of changes) air.apply(one);
        return ids.map((id) => ({
          tuned: air.tuned(id),
          noise: air.observe(id, 'survey', second).map(({ noiseDbm }) => noiseDbm.toFixed(6)),
          levels: (['neighbours', 'clients'] as const).map((kind) =>
            air.observe(id, kind, second).map((one) => `${one.id} ${one.rssiDbm.toFixed(6)}`),
          ),
        }));
      });
      for (const other of others) assert.deepEqual(other, first);
    }),
    { numRuns: 30 },
  );
});

test('fluid and packet carry the same in the office', (context) => {
  const window = { fromUs: 0, untilUs: 10_000_000 };
  const [fluid, packet] = (['fluid', 'packet'] as const).map((name) => {
    const air = airs[name]({ random: createRandom(1).fork('air') });
    const { atStart, site } = layOut(loadScenario('office'), createRandom(1));
    for (const one of atStart) air.apply(one);
    const radios = site.nodes.flatMap((node) =>
      node.radios.map(({ id, channel, eirpDbm }) => {
        air.apply({ kind: 'radio', id: airId(node.id, id), channel, eirpDbm });
        return airId(node.id, id);
      }),
    );
    air.advance(window.untilUs);
    return radios.map((id) => {
      const [survey] = air.observe(id, 'survey', window);
      const mbps = air
        .observe(id, 'clients', window)
        .reduce((sum, one) => sum + one.throughputMbps, 0);
      return { id, mbps, busy: survey!.busyUs / survey!.activeUs };
    });
  });

  context.diagnostic('radio          fluid Mb/s, busy   packet Mb/s, busy');
  fluid!.forEach(({ id, mbps, busy }, index) => {
    const other = packet![index]!;
    context.diagnostic(
      `${id.padEnd(14)} ${mbps.toFixed(1).padStart(6)}  ${busy.toFixed(3)}      ` +
        `${other.mbps.toFixed(1).padStart(6)}  ${other.busy.toFixed(3)}`,
    );
    assert(Math.abs(other.mbps - mbps) <= 0.03 * mbps, id);
    // Small frames at low loads, back-off and channels beside: the fluid knows none of these.
    assert(Math.abs(other.busy - busy) <= 0.35, id);
  });
});
