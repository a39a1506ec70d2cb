/** How long the twin takes over plans, and how often its interval holds what the air really gives. */
import { coordinator } from '#cloud/coordinator/search/decider.ts';
import { utility } from '#protocols/fare.ts';
import { log } from '#protocols/math.ts';
import type { Setting } from '#protocols/tools/twin.ts';
import { evaluatePlans } from '#sim/twin/evaluate.ts';
import { atLeast, type BenchOptions, median, type Row, told } from '../bench.ts';
import { type DrawnSite, drawSite, lackingSites, retuned } from './drawn-site.ts';

const CONFIDENCE = 0.95;
const DRAWS = 16;
/** Sites of their own, beside those that the twin was calibrated on. */
const FIRST_SEED = 500_001;
const SITES = 300;
const noLimit = { maxCost: Number.POSITIVE_INFINITY };
const moment = { fromUs: 0, untilUs: 1 };

export const name = 'twin';

export async function rows({ note, repeats }: BenchOptions): Promise<Row[]> {
  const errors = calibrationErrors(FIRST_SEED, SITES, note);
  const held = errors.filter(({ halves }) => halves <= 1).length;
  const what = `twin, ${SITES} generated sites: true gain of the coordinator's plan within its 95 % interval`;
  return [
    atLeast(what, held / errors.length, 'of sites', CONFIDENCE),
    told(
      'twin: half of that interval, median',
      median(errors.map(({ half }) => half)),
      'log utility',
    ),
    told(
      'twin: 30 APs, 64 plans of one change, 16 draws, CPU',
      median(Array.from({ length: repeats }, () => secondsOf(1))),
      's',
    ),
    told(
      'twin: the same, plans of 30 changes, CPU',
      median(Array.from({ length: repeats }, () => secondsOf(30))),
      's',
    ),
  ];
}

/** How far the twin is off the air in the logarithm of a gain, for the coordinator's plan of each site. */
export interface TwinError {
  /** Over half of the interval: at most 1 where it holds the truth. */
  readonly halves: number;
  readonly half: number;
}

/** Of sites in which clients lack something and for which there is a plan. */
export function calibrationErrors(
  firstSeed: number,
  sites: number,
  note: (text: string) => void,
): TwinError[] {
  const errors: TwinError[] = [];
  for (const { drawn, looked } of lackingSites(firstSeed)) {
    if (errors.length === sites) break;
    const decided = coordinator.decide(drawn.site, drawn.random.fork('decide'));
    const settings = changesIn(drawn, decided);
    if (settings.length === 0) continue;
    const { outlooks } = evaluatePlans(
      {
        reports: [...drawn.reports],
        candidates: [{ id: 'plan', settings }],
        draws: DRAWS,
        confidence: CONFIDENCE,
        seed: looked,
      },
      noLimit,
    );
    const { mean, low, high } = outlooks[0]!.gain;
    const half = (log(1 + high) - log(1 + low)) / 2;
    const off = Math.abs(log(1 + trueGain(drawn, settings)) - log(1 + mean));
    errors.push({ halves: off === 0 ? 0 : off / half, half });
    if (errors.length % 20 === 0) note(`twin: ${errors.length} of ${sites} sites`);
  }
  return errors;
}

/** What a plan tells that is not so already. */
export function changesIn(
  { reports }: Pick<DrawnSite, 'reports'>,
  plan: ReadonlyMap<string, Omit<Setting, 'radio'>>,
): Setting[] {
  return reports.flatMap(({ id, channel, eirpDbm }) => {
    const setting = plan.get(id);
    const isSame =
      setting === undefined ||
      (setting.eirpDbm === eirpDbm && JSON.stringify(setting.channel) === JSON.stringify(channel));
    return isSame ? [] : [{ radio: id, ...setting }];
  });
}

function trueGain(drawn: DrawnSite, settings: readonly Setting[]): number {
  const { air, radios } = drawn;
  const now = () => utility(radios.flatMap((id) => air.observe(id, 'clients', moment)));
  const before = now();
  for (const { radio, channel, eirpDbm } of settings) {
    air.apply({ kind: 'radio', id: radio, channel, eirpDbm });
  }
  const gain = now() / before - 1;
  for (const { radio } of settings) air.apply(retuned(drawn, radio));
  return gain;
}

/** CPU of one question: 64 plans for an office of 30 access points, so many changes each. */
function secondsOf(changes: number): number {
  const { reports, site, random } = drawSite(1, { kind: 'office', aps: 30 });
  const draw = random.fork('plans');
  const candidates = Array.from({ length: 64 }, (_, plan) => {
    const some = new Set(Array.from({ length: changes }, () => draw.below(reports.length)));
    const settings = [...some].map((place) => {
      const { id: radio, eirpDbm } = reports[place]!;
      const choices = site.choices.get(radio)!;
      return { radio, channel: choices[draw.below(choices.length)]!.channel, eirpDbm };
    });
    return { id: `plan-${plan}`, settings };
  });
  const before = process.cpuUsage();
  const how = { draws: DRAWS, confidence: CONFIDENCE, seed: 1 };
  evaluatePlans({ reports: [...reports], candidates, ...how }, noLimit);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
