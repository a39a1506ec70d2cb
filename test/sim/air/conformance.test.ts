/** What every air has to hold, whatever its fidelity. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import type { Air, AirChange } from '#protocols/air.ts';
import { airNames, airs } from '#sim/air/fidelities.ts';
import { change, fiveRadios, ids, look } from './five-radios.ts';
import { airtime, on, place, second, throughput } from './scenes.ts';

for (const name of airNames) {
  const make = (shadowingDb = 0, seed = 1): Air =>
    airs[name]({ random: createRandom(seed).fork('air'), shadowingDb });
  const holds = (what: string, run: () => void) => test(`${name}: ${what}`, run);

  holds('says its fidelity', () => {
    assert.equal(make().describe().fidelity, name);
  });

  holds('times add up, and no more is delivered than offered', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 15 }), (changes) => {
        const air = fiveRadios(make(3));
        for (const one of changes) air.apply(one);
        air.advance(1_000_000);
        for (const id of ids) {
          const [survey] = air.observe(id, 'survey', second);
          if (survey !== undefined) {
            const { activeUs, busyUs, rxUs, txUs } = survey;
            assert(busyUs <= activeUs + 1 && txUs + rxUs <= busyUs + 2, JSON.stringify(survey));
            assert(txUs >= 0 && rxUs >= 0);
          }
          const clients = air.observe(id, 'clients', second);
          for (const { offeredMbps, throughputMbps } of clients) {
            assert(throughputMbps >= 0 && throughputMbps <= offeredMbps);
          }
          const { utilisation, stations, carriedMbps } = air.load(id);
          assert(utilisation >= 0 && utilisation <= 1);
          assert.equal(stations, clients.length);
          const sum = clients.reduce((all, one) => all + one.throughputMbps, 0);
          assert(Math.abs(carriedMbps - sum) < 1e-9);
        }
      }),
      { numRuns: 25 },
    );
  });

  holds('who stand together on a channel carry no more than one alone', () => {
    const carried = (count: number) => {
      const air = make();
      const some = ids.slice(0, count);
      for (const [index, id] of some.entries()) place(air, { id, x: index });
      air.advance(1_000_000);
      return some.reduce((all, id) => all + throughput(air, id), 0);
    };
    const alone = carried(1);
    // Frames of two leave less of the medium idle than those of one.
    for (const count of [2, 5]) assert(carried(count) <= 1.1 * alone);
    assert(carried(5) > 0.5 * alone);
  });

  holds('a silent radio sends nothing and hears; one that is off does neither', () => {
    const air = make();
    place(air, { id: 'busy', x: 0 });
    place(air, { id: 'silent', x: 1, silent: true });
    place(air, { id: 'off', x: 2, channel: null });
    air.advance(1_000_000);

    assert(airtime(air, 'busy') > 0.6);
    assert.equal(airtime(air, 'silent'), 0);
    assert.equal(throughput(air, 'silent'), 0);
    assert(air.load('silent').utilisation > 0.6);
    const [heard, ...more] = air.observe('silent', 'neighbours', second);
    assert(heard?.id === 'busy' && more.length === 0);
    assert.deepEqual(air.observe('busy', 'neighbours', second), []);
    assert.deepEqual(air.load('off'), { utilisation: 0, stations: 1, carriedMbps: 0 });
    assert.deepEqual(air.observe('off', 'survey', second), []);
    assert.deepEqual(air.observe('off', 'neighbours', second), []);
    assert.deepEqual(air.tuned('off'), { channel: null, eirpDbm: 20, silent: true });
  });

  holds('equals get equal shares', () => {
    const air = make();
    for (const [id, x, y] of [
      ['r0', 0, 0],
      ['r1', 20, 0],
      ['r2', 0, 20],
      ['r3', 20, 20],
    ] as const) {
      place(air, { id, x, y });
    }
    const window = { fromUs: 0, untilUs: 10_000_000 };
    air.advance(window.untilUs);
    const shares = ids.slice(0, 4).map((id) => air.observe(id, 'survey', window)[0]!.txUs / 1e7);
    const mean = shares.reduce((all, share) => all + share, 0) / 4;
    for (const share of shares) assert(Math.abs(share - mean) < 0.1 * mean, shares.join());
  });

  holds('what one does not need the others get', () => {
    const air = make();
    place(air, { id: 'light', x: 0 }, 1);
    place(air, { id: 'heavy', x: 1 });
    air.advance(1_000_000);
    assert(throughput(air, 'light') > 0.97);
    assert(airtime(air, 'heavy') > 0.6);
  });

  holds('coming closer never lowers a level, and more power raises it by as much', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), (a, b) => {
        const air = make();
        place(air, { id: 'here', x: 0 });
        place(air, { id: 'there', x: 50 });
        const at = (x: number) => {
          air.apply({ kind: 'radio', id: 'there', at: { x, y: 0, z: 0 } });
          air.apply({ kind: 'client', id: 'here-client', at: { x, y: 0, z: 0 } });
          const level = air.observe('here', 'neighbours', second)[0]?.rssiDbm;
          const client = air.observe('here', 'clients', second)[0]!.rssiDbm;
          return { level: level ?? Number.NEGATIVE_INFINITY, client };
        };
        const [near, far] = [at(Math.min(a, b)), at(Math.max(a, b))];
        assert(near.level >= far.level && near.client >= far.client);
        air.apply({ kind: 'radio', id: 'there', eirpDbm: 23 });
        const louder = at(Math.min(a, b)).level;
        assert(near.level === Number.NEGATIVE_INFINITY || Math.abs(louder - near.level - 3) < 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  holds('a wall stands between, and a given loss in place of both', () => {
    const air = make();
    place(air, { id: 'a', x: 0 });
    place(air, { id: 'b', x: 10 });
    const level = () => air.observe('a', 'neighbours', second)[0]!.rssiDbm;
    const open = level();
    air.apply({ kind: 'wall', from: { x: 5, y: -5, z: 0 }, to: { x: 5, y: 5, z: 0 }, lossDb: 12 });
    assert(Math.abs(open - 12 - level()) < 1e-9);
    air.apply({ kind: 'link', from: 'b', to: 'a', lossDb: 71, band: '2.4' });
    assert.equal(level(), -51);
  });

  holds('energy on its channel stops a radio, half the time leaves half, and leaving pays', () => {
    const air = make();
    place(air, { id: 'hit', x: 0 }, 20);
    place(air, { id: 'spared', x: 2, channel: on(5180) }, 20);
    const camera = {
      kind: 'emitter',
      id: 'camera',
      at: { x: 5, y: 0, z: 0 },
      centerMhz: 2414,
      widthMhz: 6,
      eirpDbm: 20,
    } as const;
    air.apply({ ...camera, duty: 1 });
    air.advance(2_000_000);
    assert.equal(throughput(air, 'hit'), 0);
    assert(air.load('hit').utilisation > 0.99);
    assert(throughput(air, 'spared') > 19);

    air.apply({ ...camera, duty: 0.5 });
    air.apply({ kind: 'client', id: 'hit-client', offeredMbps: 1_000 });
    air.advance(4_000_000);
    const half = at(air, 'hit', 2);
    air.apply({ ...camera, duty: 0 });
    air.advance(6_000_000);
    const whole = at(air, 'hit', 4);
    assert(half > 0.3 * whole && half < 0.6 * whole, `${half} of ${whole}`);

    air.apply({ ...camera, duty: 1 });
    air.apply({ kind: 'radio', id: 'hit', channel: on(2437) });
    air.advance(8_000_000);
    assert(at(air, 'hit', 6) > 0.9 * whole);
  });

  holds('a snapshot has the same future', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(change, fc.integer({ min: 0, max: 1_500_000 })), { maxLength: 6 }),
        fc.array(change, { maxLength: 3 }),
        (before, after) => {
          const air = fiveRadios(make(4));
          let nowUs = 0;
          for (const [one, waitUs] of before) {
            air.apply(one);
            nowUs += waitUs;
            air.advance(nowUs);
          }
          const other = make(4);
          other.restore(JSON.parse(JSON.stringify(air.snapshot())));
          assert.deepEqual(other.snapshot(), air.snapshot());
          for (const both of [air, other]) {
            for (const one of after) both.apply(one);
            both.advance(nowUs + 700_000);
          }
          assert.deepEqual(look(other, nowUs), look(air, nowUs));
        },
      ),
      { numRuns: 15 },
    );
  });

  holds('whether and when somebody looks makes no difference', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(change, fc.integer({ min: 0, max: 1_500_000 }), fc.boolean()), {
          maxLength: 8,
        }),
        (steps) => {
          const [seen, unseen] = [fiveRadios(make(4)), fiveRadios(make(4))];
          let nowUs = 0;
          for (const [one, waitUs, looks] of steps) {
            nowUs += waitUs;
            for (const air of [seen, unseen]) {
              air.apply(one);
              air.advance(nowUs);
            }
            if (looks) look(seen, nowUs);
          }
          for (const air of [seen, unseen]) air.advance(nowUs + 1_000_000);
          assert.deepEqual(look(seen, nowUs), look(unseen, nowUs));
          assert.deepEqual(seen.snapshot(), unseen.snapshot());
        },
      ),
      { numRuns: 15 },
    );
  });

  holds('knows its radios, and refuses others', () => {
    const air = make();
    const unknown = /no radio 'r9' in the air: expected one that the scene places/;
    assert.throws(() => air.load('r9'), unknown);
    assert.throws(() => air.tuned('r9'), unknown);
    assert.throws(() => air.observe('r9', 'survey', second), unknown);
    assert.throws(() => air.heardRadar('r9'), unknown);
    assert.throws(() => air.watchRadar('r9', () => undefined), unknown);
    assert.throws(() => air.spectrum('r9', { bins: 128, sweeps: 1 }), unknown);
    assert.throws(() => air.restore({ format: 'another' }), /snapshot of the air: at /);
  });

  holds('refuses what is wrong in one line, and stays as it was', () => {
    const air = fiveRadios(make());
    const before = air.snapshot();
    const at = { x: 0, y: 0, z: 0 };
    const block = { centerMhz: 2412, widthMhz: 20 };
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [{ kind: 'radio', id: 'r9' }, /new radio 'r9' .*expected its place/],
      [{ kind: 'radio', id: 'r0', eirpDbm: Number.NaN }, /radio 'r0': at eirpDbm/],
      [{ kind: 'radio', id: 'r0', eirpDbm: 200 }, /radio 'r0': at eirpDbm/],
      [{ kind: 'radio', id: 'r0', at: { x: Number.POSITIVE_INFINITY, y: 0, z: 0 } }, /at at\.x/],
      [{ kind: 'radio', id: 'r0', channel: { band: '5' } }, /at channel\.primaryMhz/],
      [{ kind: 'radio', id: 'r0', colour: 'red' }, /radio 'r0': at the change: .*colour/],
      [{ kind: 'client', id: 'c', at, radio: 'r9' }, /no radio 'r9'/],
      [{ kind: 'client', id: 'r0-client', offeredMbps: -1 }, /at offeredMbps/],
      [{ kind: 'emitter', id: 'e', at, ...block, eirpDbm: 20, duty: 2 }, /at duty/],
      [{ kind: 'emitter', id: 'e', at, ...block, widthMhz: 0, eirpDbm: 20, duty: 1 }, /widthMhz/],
      [{ kind: 'radar', id: 'r', at, ...block, eirpDbm: 20, durationUs: 0 }, /at durationUs/],
      [{ kind: 'wall', from: at, to: at, lossDb: -1 }, /wall: at lossDb/],
      [{ kind: 'link', from: 'r0', to: 'r9', lossDb: 60, band: '5' }, /link 'r0' to 'r9': .*'r9'/],
      [{ kind: 'door', id: 'd' }, /door 'd': at kind/],
    ];
    for (const [bad, message] of wrong) {
      // What a careless caller gives.
      assert.throws(() => air.apply(bad as AirChange), { name: 'InputError', message });
    }
    assert.deepEqual(air.snapshot(), before);
  });

  holds('the same seed gives the same, and another one another', () => {
    const run = (seed: number) => {
      const air = fiveRadios(make(4, seed));
      air.advance(2_000_000);
      return look(air, 1_000_000);
    };
    assert.deepEqual(run(1), run(1));
    assert.notDeepEqual(run(1), run(2));
  });
}

/** What a radio carries in the two seconds from then on. */
function at(air: Air, radio: string, seconds: number): number {
  const window = { fromUs: seconds * 1_000_000, untilUs: (seconds + 2) * 1_000_000 };
  return air.observe(radio, 'clients', window).reduce((sum, one) => sum + one.throughputMbps, 0);
}
