import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import type { Channel } from '#protocols/channels.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { frameOf, Thinned } from '#sim/recording/frames.ts';

test('however many were added, what is kept is evenly spaced, from the first on, and few', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 2, max: 60 }),
      (count, most) => {
        const thinned = new Thinned<number>(most);
        for (let index = 0; index < count; index += 1) thinned.add(index);

        const kept = thinned.items;
        const step = kept.length > 1 ? kept[1]! - kept[0]! : 1;
        assert.equal(kept[0], 0);
        assert(kept.length <= most && kept.length >= Math.min(count, Math.floor(most / 2)));
        assert(kept.every((value, index) => value === index * step));
        assert(count - kept.at(-1)! <= step);
      },
    ),
  );
});

test('a frame says what each client gets and how the time of each radio goes', () => {
  const channel: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
  const air = createFluidAir({ random: createRandom(1) });
  const at = { x: 0, y: 0, z: 2 };
  air.apply({ kind: 'radio', id: 'a', at, channel, eirpDbm: 20 });
  air.apply({ kind: 'radio', id: 'b', at, channel, eirpDbm: 20, silent: true });
  air.apply({ kind: 'client', id: 'c', at: { ...at, x: 3 }, radio: 'a', offeredMbps: 10 });
  air.advance(60_000_000);
  const window = { fromUs: 0, untilUs: 60_000_000 };
  const clients = air.observe('a', 'clients', window);

  const frame = frameOf(
    { air, radios: ['a', 'b'], places: new Map([['c', 0]]) },
    { clients, foreign: [] },
    window,
  );

  const { channel: on, busy, tx, rx } = frame.radios;
  assert.equal(frame.clientMbps[0], 10);
  assert.equal(Math.round(frame.utilityMbps), 10);
  assert.deepEqual(on, [channel, null]);
  assert(tx[0]! > 0 && rx[0] === 0 && Math.abs(busy[0]! - tx[0]!) < 1e-6);
  assert(tx[1] === 0 && Math.abs(rx[1]! - tx[0]!) < 1e-6);
});
