/**
 * What is left of a coordinated site half an hour after its cloud was cut: radios that play MCTopM by themselves, beside
 * the same site whose coordinator goes on. The same things happen to both, and an interferer comes with the cut.
 */
import { type AloneKept, knowsNothing, playAlone } from '#agents/bandits/alone.ts';
import { isForPlans } from '#agents/plan-channels.ts';
import { createRandom } from '#agents/random/philox.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { coordinator } from '#cloud/coordinator/search/decider.ts';
import type { Site } from '#cloud/coordinator/site.ts';
import { isPoor, meanServed } from '#machines/radio-alone.ts';
import { type Channel, channelKey, overlapMhz, sameChannel, span } from '#protocols/channels.ts';
import { servedShare, utility } from '#protocols/fare.ts';
import type { Random } from '#protocols/random.ts';
import type { FluidAir } from '#sim/air/fluid-air.ts';
import { type GeneratedSite, generateSite, openSite } from '#sim/sites/generate.ts';
import { siteKinds } from '#sim/sites/index.ts';
import { measureSite } from '#sim/sites/measure.ts';
import { atLeast, type BenchOptions, type Row, told } from '../bench.ts';

const APS = 8;
const SITES = 1;
const SITES_OF_ALL = 4;
const MINUTE_US = 60_000_000;
const CUT_US = 6 * 60 * MINUTE_US;
/** Half an hour, in reports a minute. */
const STEPS = 30;
/** The coordinator plans as often as it does by default. */
const PLAN_STEPS = 5;
/** What is held against each other: the mean of the last so many steps. */
const LAST = 5;
const HEARD_DBM = -82;
/** Reports, one a minute. The product's radios look at a minute's surveys. */
const PATIENCE = 1;

export const name = 'alone';

export async function rows({ all, note }: BenchOptions): Promise<Row[]> {
  const kept: number[] = [];
  const untouched: number[] = [];
  for (const { name } of siteKinds) {
    for (let seed = 1; seed <= (all ? SITES_OF_ALL : SITES); seed += 1) {
      const random = createRandom(seed).fork(`alone/${name}`);
      const generated = generateSite({
        kind: name,
        aps: APS,
        random: random.fork('site'),
        hours: 7,
      });
      const run = (way: Way) => playOn(generated, way, random);
      const coordinated = run(planned);
      kept.push(run(alone) / coordinated);
      untouched.push(run(() => () => undefined) / coordinated);
      note(
        `${name} ${seed}: ${(100 * kept.at(-1)!).toFixed(1)} % kept, ${(100 * untouched.at(-1)!).toFixed(1)} % with nobody moving`,
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const mean = (values: readonly number[]) =>
    (100 * values.reduce((sum, one) => sum + one, 0)) / values.length;
  const where = `${kept.length} sites of ${APS} APs, cloud cut for 30 min`;
  return [
    atLeast(`${where}: MCTopM keeps, of the coordinated utility`, mean(kept), '%', 90),
    told(`${where}: least of them`, 100 * Math.min(...kept), '%'),
    told(`${where}: with nobody moving`, mean(untouched), '%'),
  ];
}

/** What is done after each report. */
type Way = (
  site: GeneratedSite,
  air: FluidAir,
  random: Random,
) => (step: number, nowUs: number) => void;

function playOn(generated: GeneratedSite, way: Way, random: Random): number {
  const air = openSite(generated, random.fork('air'));
  const due = generated.happenings.flatMap(({ atUs, changes }) =>
    changes.flatMap((change) => (change.kind === 'radar' ? [] : [{ atUs, change }])),
  );
  const happen = (fromUs: number, untilUs: number) => {
    for (const { atUs, change } of due) if (atUs > fromUs && atUs <= untilUs) air.apply(change);
  };
  happen(0, CUT_US);
  // Both begin with a plan of the coordinator's.
  const ids = generated.radios.map(({ id }) => id);
  for (let turn = 0; turn < 2; turn += 1)
    decide(generated, air, CUT_US, random.fork(`first/${turn}`));
  const first = air.tuned(ids.at(-1)!).channel!;
  air.apply({
    kind: 'emitter',
    id: 'comes-with-the-cut',
    at: generated.scene.radios.at(-1)!.at,
    centerMhz: first.centerMhz,
    widthMhz: 20,
    eirpDbm: 20,
    duty: 0.9,
  });
  const act = way(generated, air, random);
  let sum = 0;
  for (let step = 1; step <= STEPS; step += 1) {
    const nowUs = CUT_US + step * MINUTE_US;
    happen(nowUs - MINUTE_US, nowUs);
    act(step, nowUs);
    if (step > STEPS - LAST) sum += utilityOf(air, ids, nowUs) / LAST;
  }
  return sum;
}

const planned: Way = (generated, air, random) => (step, nowUs) => {
  // Something fills a channel: that is answered at once.
  if (step === 1 || step % PLAN_STEPS === 0)
    decide(generated, air, nowUs, random.fork(`plan/${step}`));
};

const alone: Way = (generated, air, random) => {
  const players = generated.radios.map((radio) => {
    const tuned = air.tuned(radio.id);
    const channels = legalChannels({ ...radio, eirpDbm: tuned.eirpDbm })
      .filter(isForPlans)
      .filter(({ channel, clearMs }) => isLike(channel, tuned.channel!) && clearMs === 0)
      .map(({ channel }) => channel);
    if (!channels.some((one) => sameChannel(one, tuned.channel!))) channels.push(tuned.channel!);
    const heard = air.observe(radio.id, 'neighbours', window(CUT_US));
    const rivals = heard.filter(
      ({ rssiDbm, channel }) => rssiDbm >= HEARD_DBM && isLike(channel, tuned.channel!),
    );
    return {
      id: radio.id,
      channels,
      players: 1 + rivals.length,
      kept: knowsNothing as AloneKept,
      served: [] as number[],
      random: random.fork(`alone/${radio.id}`),
    };
  });
  return (_, nowUs) => {
    for (const player of players) {
      const { id, channels, random: own } = player;
      const clients = air.observe(id, 'clients', window(nowUs));
      const { channel } = air.tuned(id);
      const shared = air
        .observe(id, 'neighbours', window(nowUs))
        .some(
          (other) =>
            other.rssiDbm >= HEARD_DBM && overlapMhz(span(other.channel), span(channel!)) > 0,
        );
      player.served.push(servedShare(clients));
      if (!isPoor(player.served, PATIENCE)) continue;
      const { to, kept } = playAlone(
        player.kept,
        {
          channels: channels.map(channelKey),
          here: channelKey(channel!),
          players: player.players,
          served: meanServed(player.served.slice(-PATIENCE)),
          shared,
        },
        own,
      );
      player.served = [];
      player.kept = kept;
      air.apply({ kind: 'radio', id, channel: channels.find((one) => channelKey(one) === to)! });
    }
  };
};

/** The same band and width. */
function isLike(a: Channel, b: Channel): boolean {
  return a.band === b.band && a.widthMhz === b.widthMhz;
}

function decide({ radios }: GeneratedSite, air: FluidAir, nowUs: number, random: Random): void {
  const reports = measureSite(
    air,
    radios.map(({ id }) => id),
    nowUs,
  );
  const site: Site = {
    nowMs: nowUs / 1_000,
    reports,
    choices: new Map(
      radios.map((radio) => [
        radio.id,
        legalChannels({ ...radio, eirpDbm: air.tuned(radio.id).eirpDbm }).filter(isForPlans),
      ]),
    ),
    minEirpDbm: new Map(radios.map(({ id, minEirpDbm }) => [id, minEirpDbm])),
  };
  for (const [id, { channel, eirpDbm }] of coordinator.decide(site, random)) {
    air.apply({ kind: 'radio', id, channel, eirpDbm });
  }
}

function utilityOf(air: FluidAir, ids: readonly string[], nowUs: number): number {
  return utility(ids.flatMap((id) => [...air.observe(id, 'clients', window(nowUs))]));
}

function window(nowUs: number) {
  return { fromUs: nowUs - 10_000_000, untilUs: nowUs };
}
