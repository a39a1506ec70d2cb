/**
 * How far what the coordinator decides is from the best that can be proven: sites of ten access points and
 * four channels, small enough that each plan is reckoned. Channels alike are interchangeable, so a
 * plan is a partition of the radios into at most four classes: 43,947 of them.
 */
import { createRandom } from '#agents/random/philox.ts';
import { coordinator, coordinatorWith } from '#cloud/coordinator/search/decider.ts';
import { usualRounds } from '#cloud/coordinator/search/rounds.ts';
import type { Decider, Site } from '#cloud/coordinator/site.ts';
import { allChannels } from '#protocols/channels.ts';
import { utility } from '#protocols/fare.ts';
import type { Random } from '#protocols/random.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';
import { measureSite } from '#sim/sites/measure.ts';
import { evaluatePlans } from '#sim/twin/evaluate.ts';
import { atMost, type BenchOptions, type Row, told } from '../bench.ts';

const APS = 10;
const CLIENTS = 4;
const EIRP_DBM = 20;
const channels = allChannels('5', 20).slice(0, 4);
const radios = Array.from({ length: APS }, (_, index) => `ap${index}/radio-0`);
/** Each from new reports, as the coordinator plans from time to time. */
const DECISIONS = 3;
const SITES = 4;
const SITES_OF_ALL = 20;

export const name = 'optimum';

export async function rows({ all, note }: BenchOptions): Promise<Row[]> {
  const gaps = { search: 0, gated: 0, model: 0, before: 0 };
  let worst = 0;
  const sites = all ? SITES_OF_ALL : SITES;
  for (let seed = 1; seed <= sites; seed += 1) {
    const random = createRandom(seed).fork('optimum');
    const best = optimumOf(siteOf(random));
    const gapOf = (decider: Decider | null) => {
      const air = siteOf(random);
      for (let turn = 0; decider !== null && turn < DECISIONS; turn += 1) {
        carryOut(decider, air, random.fork(`decide/${turn}`));
      }
      return 100 * (1 - utilityOf(air) / best);
    };
    const gap = {
      search: gapOf(daring),
      gated: gapOf(proven),
      model: gapOf(coordinator),
      before: gapOf(null),
    };
    for (const kind of ['search', 'gated', 'model', 'before'] as const) {
      gaps[kind] += gap[kind] / sites;
    }
    worst = Math.max(worst, gap.gated);
    note(
      `site ${seed} of ${sites}: ${gap.gated.toFixed(2)} % below the optimum, without the gate ${gap.search.toFixed(2)} %, model alone ${gap.model.toFixed(2)} %`,
    );
  }
  const where = `${sites} sites of 10 APs × 4 channels`;
  return [
    atMost(`${where}: coordinator with twin, gap to the proven optimum`, gaps.gated, '%', 1),
    told(`${where}: the largest of these gaps`, worst, '%'),
    atMost(`${where}: the same where the twin’s mean decides, sure or not`, gaps.search, '%', 1),
    told(`${where}: coordinator on its model alone, gap`, gaps.model, '%'),
    told(`${where}: as they were, gap`, gaps.before, '%'),
  ];
}

const evaluate: Parameters<typeof coordinatorWith>[0] = (site, candidates) => {
  const request = { reports: [...site.reports], candidates: [...candidates] };
  const how = { draws: 16, confidence: 0.95, seed: 1 };
  return evaluatePlans({ ...request, ...how }, { maxCost: Number.POSITIVE_INFINITY }).outlooks;
};
const proven = coordinatorWith(evaluate);
const daring = coordinatorWith(evaluate, { ...usualRounds, threshold: -1 });

function siteOf(random: Random): FluidAir {
  const air = createFluidAir({ random: random.fork('air'), shadowingDb: 5 });
  const at = random.fork('places');
  const side = 30 + 40 * at.uniform();
  radios.forEach((id, index) => {
    const place = { x: side * at.uniform(), y: side * at.uniform(), z: 0 };
    const channel = channels[at.below(channels.length)]!;
    air.apply({ kind: 'radio', id, at: place, channel, eirpDbm: EIRP_DBM });
    for (let client = 0; client < CLIENTS; client += 1) {
      air.apply({
        kind: 'client',
        id: `client-${index}-${client}`,
        at: {
          x: place.x + 16 * (at.uniform() - 0.5),
          y: place.y + 16 * (at.uniform() - 0.5),
          z: 0,
        },
        radio: id,
        offeredMbps: 5 + 45 * at.uniform(),
      });
    }
  });
  return air;
}

function carryOut(decider: Decider, air: FluidAir, random: Random): void {
  const reports = measureSite(air, radios, 10_000_000);
  const choice = channels.map((channel) => ({ channel, maxEirpDbm: EIRP_DBM, clearMs: 0 }));
  const site: Site = {
    nowMs: 0,
    reports,
    choices: new Map(radios.map((id) => [id, choice])),
    minEirpDbm: new Map(radios.map((id) => [id, EIRP_DBM])),
  };
  for (const [id, { channel, eirpDbm }] of decider.decide(site, random)) {
    air.apply({ kind: 'radio', id, channel, eirpDbm });
  }
}

function utilityOf(air: FluidAir): number {
  const window = { fromUs: 0, untilUs: 1_000_000 };
  return utility(radios.flatMap((id) => [...air.observe(id, 'clients', window)]));
}

/** Goes through all partitions; the last radio moves most often, so that one step changes little. */
function optimumOf(air: FluidAir): number {
  let best = 0;
  const put = (radio: number, used: number): void => {
    if (radio === APS) {
      best = Math.max(best, utilityOf(air));
      return;
    }
    const id = radios[radio]!;
    for (let channel = 0; channel < Math.min(used + 1, channels.length); channel += 1) {
      air.apply({ kind: 'radio', id, channel: channels[channel]! });
      put(radio + 1, Math.max(used, channel + 1));
    }
  };
  put(0, 0);
  return best;
}
