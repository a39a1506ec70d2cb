/**
 * Spot checks of the tournament frame by frame: what strategies decided on the fluid air, in its fullest hour, is put
 * into a packet air of the same small site. Where the two differ, so would the tournament.
 */
import { createRandom } from '#agents/random/philox.ts';
import { siteOf } from '#cloud/coordinator/site-of.ts';
import { utility } from '#protocols/fare.ts';
import { createPacketAir } from '#sim/air/packet-air.ts';
import { generateSite, openSite, placeSite } from '#sim/sites/generate.ts';
import { measureSite } from '#sim/sites/measure.ts';
import { fullestLoads } from '#sim/sites/scenario-of.ts';
import { type BenchOptions, type Row, told } from '../bench.ts';
import { type Contestant, contestants } from './tournament/contestant.ts';

export const name = 'frames';

const KINDS = ['office', 'mixed', 'dense-flats'] as const;
const APS = 4;
/** Each decides so often, on what came of the turn before. */
const TURNS = 3;
const SECOND_US = 1_000_000;
const SETTLED_S = 4;
const MEASURED_S = 16;
/** Strategies nearer to each other than this are not told apart. */
const TELLING = 0.03;
const names = ['coordinator', 'static', 'random', 'least-used', 'best-response', 'turbo-ca'];

export async function rows({ note }: BenchOptions): Promise<Row[]> {
  const found: Row[] = [];
  let [apart, alike] = [0, 0];
  for (const kind of KINDS) {
    const both = contestants
      .filter(({ decider }) => names.includes(decider.name))
      .map((contestant) => {
        const fares = bothFidelities(kind, contestant);
        const { fluid, frames } = fares;
        const { name: strategy } = contestant.decider;
        note(
          `${kind} of ${APS}: ${strategy}: ${fluid.toFixed(2)} by shares, ${frames.toFixed(2)} by frames`,
        );
        return fares;
      });
    for (const one of both) {
      for (const other of both) {
        if (one.fluid < (1 + TELLING) * other.fluid) continue;
        apart += 1;
        if (one.frames > other.frames) alike += 1;
      }
    }
    const ratio = both.reduce((sum, { fluid, frames }) => sum + frames / fluid, 0) / both.length;
    found.push(told(`${kind} of ${APS}: utility by frames over utility by shares`, ratio, ''));
  }
  found.push(
    told('pairs of strategies 3 % apart by shares', apart, ''),
    told('of these, in the same order by frames', alike, ''),
  );
  return found;
}

function bothFidelities(kind: string, { decider }: Contestant): { fluid: number; frames: number } {
  const random = createRandom('frames').fork(kind);
  const site = generateSite({ kind, aps: APS, random });
  const { shadowingDb } = site;
  const ids = site.radios.map(({ id }) => id);
  const fluid = openSite(site, random.fork('air'));
  const frames = createPacketAir({ random: random.fork('air'), shadowingDb });
  placeSite(site, frames);
  for (const [id, offeredMbps] of fullestLoads(site)) {
    for (const air of [fluid, frames]) air.apply({ kind: 'client', id, offeredMbps });
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    const reports = measureSite(fluid, ids, (turn + 1) * 10 * SECOND_US);
    const wishes = decider.decide(siteOf(reports, site.radios, 0), random.fork(`${turn}`));
    for (const [id, { channel, eirpDbm }] of wishes) {
      for (const air of [fluid, frames]) air.apply({ kind: 'radio', id, channel, eirpDbm });
    }
  }
  const untilUs = (SETTLED_S + MEASURED_S) * SECOND_US;
  frames.advance(untilUs);
  const window = { fromUs: SETTLED_S * SECOND_US, untilUs };
  return {
    fluid: utility(ids.flatMap((id) => fluid.observe(id, 'clients', window))),
    frames: utility(ids.flatMap((id) => frames.observe(id, 'clients', window))),
  };
}
