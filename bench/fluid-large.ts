/**
 * Ten thousand access points as a fluid, each with a client that takes all it gets: how long all of them take
 * to reckon, and how long it takes when one changes its channel. One JSON document.
 */
import { createRandom } from '#agents/random/philox.ts';
import type { AirChange } from '#protocols/air.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';
import { median } from './bench.ts';

const COUNT = 10_000;
const SPACING_M = 20;
const SIDE = 100;
const AGAIN = 5;
const CHANGES = 300;
/** The channels of 20 MHz that 5 GHz has in Europe up to 5,720 MHz. */
const numbers = [
  36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 140,
];
const channels = numbers.map((number) => channelFromNumber({ band: '5', number, widthMhz: 20 })!);

const random = createRandom(1).fork('bench');
const changes: AirChange[] = Array.from({ length: COUNT }, (_, index) => {
  const x = SPACING_M * (index % SIDE);
  const y = SPACING_M * Math.floor(index / SIDE);
  const radio = `r${index}`;
  const channel = channels[random.below(channels.length)]!;
  return [
    { kind: 'radio', id: radio, at: { x, y, z: 0 }, channel, eirpDbm: 20 } as const,
    {
      kind: 'client',
      id: `c${index}`,
      at: { x: x + 4, y: y + 3, z: 0 },
      radio,
      offeredMbps: 1_000,
    } as const,
  ];
}).flat();

const solves: number[] = [];
let air = settled();
for (let turn = 1; turn < AGAIN; turn += 1) air = settled();
const changesMs = cpuMs(() => {
  for (let turn = 0; turn < CHANGES; turn += 1) changeOne(air, turn);
});
console.log(
  JSON.stringify({
    radios: COUNT,
    solveSeconds: median(solves),
    changeMs: changesMs / CHANGES,
  }),
);

/** With everything reckoned, from nothing. */
function settled(): FluidAir {
  const fresh = createFluidAir({ random: createRandom(1).fork('air') });
  for (const change of changes) fresh.apply(change);
  fresh.advance(1_000_000);
  solves.push(cpuMs(() => fresh.load('r0')) / 1_000);
  return fresh;
}

function changeOne(on: FluidAir, turn: number): void {
  const id = `r${random.below(COUNT)}`;
  on.advance((2 + turn) * 1_000_000);
  on.apply({ kind: 'radio', id, channel: channels[random.below(channels.length)]! });
  on.load(id);
}

function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
