/** Sites by chance for the twin: access points on a floor, their clients, neighbours; all measured as chips do. */
import { createRandom } from '#agents/random/philox.ts';
import type { Air } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';

const second = { fromUs: 0, untilUs: 1_000_000 };

export const channels: readonly Channel[] = [
  { band: '5', primaryMhz: 5180, centerMhz: 5190, widthMhz: 40 },
  { band: '5', primaryMhz: 5220, centerMhz: 5230, widthMhz: 40 },
  { band: '5', primaryMhz: 5745, centerMhz: 5755, widthMhz: 40 },
  { band: '5', primaryMhz: 5785, centerMhz: 5795, widthMhz: 40 },
];

export interface RandomSite {
  readonly air: FluidAir;
  readonly ours: readonly string[];
  readonly foreign: readonly string[];
}

export function randomSite(
  seed: number,
  { aps = 8, clientsPerAp = 4, foreign = 3, shadowingDb = 4 } = {},
): RandomSite {
  const random = createRandom(seed);
  const air = createFluidAir({ random: random.fork('air'), shadowingDb });
  const layout = random.fork('layout');
  const side = 12 * Math.sqrt(aps);
  const anywhere = () => ({ x: side * layout.uniform(), y: side * layout.uniform(), z: 0 });
  const of = <Item>(items: readonly Item[]) => items[layout.below(items.length)]!;
  const ours: string[] = [];
  for (let ap = 0; ap < aps; ap += 1) {
    const id = `ap${ap}/radio-0`;
    const at = anywhere();
    const eirpDbm = 17 + layout.below(4);
    air.apply({ kind: 'radio', id, at, channel: of(channels), eirpDbm });
    ours.push(id);
    for (let client = 0; client < clientsPerAp; client += 1) {
      const near = {
        x: at.x + 12 * layout.uniform() - 6,
        y: at.y + 12 * layout.uniform() - 6,
        z: 0,
      };
      const offeredMbps = of([2, 20, 80, 200]);
      air.apply({ kind: 'client', id: `${id}-c${client}`, at: near, radio: id, offeredMbps });
    }
  }
  const neighbours = Array.from({ length: foreign }, (_, index) => `flat${index}`);
  for (const id of neighbours) {
    const at = anywhere();
    air.apply({ kind: 'radio', id, at, channel: of(channels), eirpDbm: 20, unmanaged: true });
    const client = { ...at, x: at.x + 3 };
    const offeredMbps = of([5, 40, 200]);
    air.apply({ kind: 'client', id: `${id}-client`, at: client, radio: id, offeredMbps });
  }
  return { air, ours, foreign: neighbours };
}

/** Levels with an error of so many dB, in whole dB. */
export function reportsOf(
  air: Air,
  ours: readonly string[],
  { seed = 1, sigmaDb = 2 } = {},
): RadioReport[] {
  const noise = createRandom(seed).fork('readings');
  const read = (dbm: number) => Math.round(dbm + sigmaDb * noise.normal());
  return ours.map((id) => ({
    id,
    ...air.tuned(id),
    survey: [...air.observe(id, 'survey', second)],
    neighbours: air.observe(id, 'neighbours', second).map((one) => {
      return { ...one, rssiDbm: read(one.rssiDbm) };
    }),
    clients: air.observe(id, 'clients', second).map((one) => {
      return { ...one, rssiDbm: read(one.rssiDbm) };
    }),
  }));
}
