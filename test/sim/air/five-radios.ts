/** Five radios of which anything may be changed. */
import * as fc from 'fast-check';
import type { Air, AirChange } from '#protocols/air.ts';
import { on, place } from './scenes.ts';

export const ids = ['r0', 'r1', 'r2', 'r3', 'r4'];
const channels = [on(2412), on(2422), on(5180), on(5180, 80), on(5220, 40), null];

const spot = fc
  .tuple(fc.nat(12), fc.nat(12))
  .map(([column, row]) => ({ x: column * 5, y: row * 5 + 0.25, z: 0 }));

export const change: fc.Arbitrary<AirChange> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('radio' as const),
      id: fc.constantFrom(...ids),
      channel: fc.constantFrom(...channels),
      eirpDbm: fc.constantFrom(5, 20, 30),
      silent: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('radio' as const), id: fc.constantFrom(...ids), at: spot }),
  fc.record({
    kind: fc.constant('client' as const),
    id: fc.constantFrom('r0-client', 'r1-client', 'r2-client', 'other'),
    at: spot,
    radio: fc.constantFrom(...ids, null),
    offeredMbps: fc.constantFrom(0, 1, 10, 400),
  }),
  fc.record({
    kind: fc.constant('emitter' as const),
    id: fc.constantFrom('e0', 'e1'),
    at: spot,
    centerMhz: fc.constantFrom(2412, 5200),
    widthMhz: fc.constantFrom(6, 20),
    eirpDbm: fc.constantFrom(10, 20),
    duty: fc.constantFrom(0, 0.3, 1),
  }),
  fc.record({
    kind: fc.constant('wall' as const),
    from: spot,
    to: spot,
    lossDb: fc.constantFrom(3, 12),
  }),
  fc.record({
    kind: fc.constant('link' as const),
    from: fc.constantFrom('r0', 'r1'),
    to: fc.constantFrom('r2', 'r3'),
    lossDb: fc.integer({ min: 40, max: 120 }),
    band: fc.constantFrom('2.4' as const, '5' as const),
  }),
);

export function fiveRadios(air: Air): Air {
  ids.forEach((id, index) => {
    const channel = channels[index % 3]!;
    place(air, { id, x: (index % 3) * 15, y: Math.floor(index / 3) * 15, channel }, 60);
  });
  return air;
}

/** Everything that can be seen of the second from then on. */
export function look(air: Air, fromUs: number): unknown {
  const window = { fromUs, untilUs: fromUs + 1_000_000 };
  return ids.map((id) => [
    air.observe(id, 'survey', window),
    air.observe(id, 'neighbours', window),
    air.observe(id, 'clients', window),
    air.load(id),
    air.tuned(id),
  ]);
}
