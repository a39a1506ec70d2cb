/** How long a plan for a large site takes: reports of 1,000 access points in, a channel, width and power for each out. */
import { isForPlans } from '#agents/plan-channels.ts';
import { createRandom } from '#agents/random/philox.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { groundOf } from '#cloud/coordinator/model/ground.ts';
import { AirModel } from '#cloud/coordinator/model/model.ts';
import { coordinator } from '#cloud/coordinator/search/decider.ts';
import { effortFor, harmless } from '#cloud/coordinator/search/effort.ts';
import type { Assignment, Choice, Site } from '#cloud/coordinator/site.ts';
import { exp, hypot, log10 } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Random } from '#protocols/random.ts';
import { atMost, type BenchOptions, median, type Row, told } from '../bench.ts';

const COLUMNS = 40;
const ROWS = 25;
const SPACING_M = 12;
const EIRP_DBM = 20;
const CLIENTS = 5;
const HEARD_DBM = -82;

export const name = 'plan';

export async function rows({ repeats, note }: BenchOptions): Promise<Row[]> {
  const site = largeSite(createRandom(1).fork('plan'));
  const seconds: number[] = [];
  let gain = 0;
  for (let turn = 0; turn < Math.max(1, repeats); turn += 1) {
    const before = process.cpuUsage();
    const assignment = coordinator.decide(site, createRandom(turn + 1));
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
    gain = gainOf(site, assignment);
    note(`plan for 1,000 access points: ${seconds.at(-1)!.toFixed(2)} s of CPU`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return [
    atMost('plan for 1,000 APs, from their reports', median(seconds), 's', 2),
    told('that plan: gain in utility, by the model', 100 * gain, '%'),
  ];
}

function gainOf(site: Site, assignment: Assignment): number {
  const { follow } = effortFor(site.reports.length);
  const model = new AirModel(groundOf(site), { ...harmless, follow });
  const before = model.total;
  site.reports.forEach(({ id }, station) => {
    const setting = assignment.get(id);
    if (setting === undefined) return;
    const channel = model.ground.effects.numberOf(setting.channel);
    model.set(station, channel, setting.eirpDbm);
  });
  return exp((model.total - before) / model.ground.clients.ids.length) - 1;
}

/** Reports alone, without an air: an office floor of 480 × 300 m with a radio of 5 GHz every 12 m. */
function largeSite(random: Random): Site {
  const choices = legalChannels({
    country: 'DE',
    indoor: true,
    antennaGainDbi: 3,
    bands: ['5'],
    maxWidthMhz: 80,
    minEirpDbm: 8,
    maxEirpDbm: 23,
    eirpDbm: EIRP_DBM,
  })
    .filter(isForPlans)
    .map(({ channel, maxEirpDbm, clearMs }): Choice => ({ channel, maxEirpDbm, clearMs }));
  const forty = choices.filter(({ channel }) => channel.widthMhz === 40);
  const places = Array.from({ length: COLUMNS * ROWS }, (_, index) => ({
    id: `ap${index}/radio-0`,
    x: SPACING_M * ((index % COLUMNS) + 0.5 * random.uniform()),
    y: SPACING_M * (Math.floor(index / COLUMNS) + 0.5 * random.uniform()),
    channel: forty[random.below(forty.length)]!.channel,
  }));
  const heard = places.map(() => [] as RadioReport['neighbours']);
  places.forEach((a, one) => {
    places.slice(one + 1).forEach((b, after) => {
      const loss =
        46.7 + 35 * log10(Math.max(1, hypot(a.x - b.x, a.y - b.y))) + 5 * random.normal();
      const rssiDbm = EIRP_DBM - loss;
      if (rssiDbm < HEARD_DBM) return;
      const load = 0.4;
      heard[one]!.push({ id: b.id, channel: b.channel, rssiDbm, load, managed: true });
      heard[one + 1 + after]!.push({ id: a.id, channel: a.channel, rssiDbm, load, managed: true });
    });
  });
  const reports = places.map(({ id, channel }, index): RadioReport => {
    const survey = { activeUs: 1e7, busyUs: 4e6, rxUs: 2e6, txUs: 2e6, noiseDbm: -91 };
    const clients = Array.from({ length: CLIENTS }, (_, client) => ({
      id: `${id}-${client}`,
      rssiDbm: -50 - 25 * random.uniform(),
      offeredMbps: 5 + 45 * random.uniform(),
      throughputMbps: 5,
    }));
    return {
      id,
      channel,
      eirpDbm: EIRP_DBM,
      silent: false,
      survey: [{ channel, ...survey }],
      neighbours: heard[index]!,
      clients,
    };
  });
  return {
    nowMs: 0,
    reports,
    choices: new Map(places.map(({ id }) => [id, choices])),
    minEirpDbm: new Map(places.map(({ id }) => [id, 8])),
  };
}
