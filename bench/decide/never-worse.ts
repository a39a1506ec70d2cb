/**
 * Whether the whole way of a decision ever leaves a site worse off: reports, plan, twin, trial, and what the
 * radios take back. Loads move all the while, so that what is measured scatters as it does in life; in
 * the end the site as it was left is held against the site as it was, both in the same moments.
 */
import { decideByTwin } from '#cloud/coordinator/search/decider.ts';
import { type ClientFare, lossBetween, servedShare, utility } from '#protocols/fare.ts';
import { exp, log } from '#protocols/math.ts';
import type { Outlook, Setting } from '#protocols/tools/twin.ts';
import { evaluatePlans } from '#sim/twin/evaluate.ts';
import { atLeast, atMost, type BenchOptions, median, type Row, told } from '../bench.ts';
import { type DrawnSite, lackingSites, retuned } from './drawn-site.ts';

const SITES = 1_000;
const FIRST_SEED = 1;
const DRAWS = 16;
const CONFIDENCE = 0.95;
/** What one client asks, from one moment to the next: deviation of its logarithm. */
const LOAD_SIGMA = 0.2;
/** Surveys on either side of a change: a minute's. */
const SURVEYS = 6;
/** Moments in which both sites are held against each other. */
const JUDGED = 24;
/** As a radio does it. */
const RADIO = { confidence: 0.99, negligible: 0.02 } as const;
const noLimit = { maxCost: Number.POSITIVE_INFINITY };
const moment = { fromUs: 0, untilUs: 1 };

export interface Verdict {
  readonly kind: string;
  readonly applied: boolean;
  /** Radios that went back by themselves, and whether the whole plan was taken back. */
  readonly wentBack: number;
  readonly takenBack: boolean;
  /** Of the site as it was left over the site as it was, each in the same moments. */
  readonly gain: number;
  /** Sure to be lower: the whole 95 % interval is below nothing. */
  readonly isWorse: boolean;
  /** The same of the plan as the twin let it through, had nothing been taken back. */
  readonly planIsWorse: boolean;
}

export const name = 'never-worse';

export async function rows({ note }: BenchOptions): Promise<Row[]> {
  const verdicts: Verdict[] = [];
  let drawnInAll = 0;
  for (const { drawn, looked } of lackingSites(FIRST_SEED)) {
    drawnInAll = looked;
    verdicts.push(decideFor(drawn));
    if (verdicts.length === SITES) break;
    if (verdicts.length % 10 === 0) {
      note(`never worse: ${verdicts.length} of ${SITES} sites`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return summed(verdicts, drawnInAll);
}

/** `looked`: at how many sites, most of which lacked nothing. */
export function summed(verdicts: readonly Verdict[], looked: number): Row[] {
  const sites = `${verdicts.length} generated sites that lack something`;
  const count = (of: (one: Verdict) => boolean) => verdicts.filter(of).length;
  const percent = (gains: readonly number[]) => 100 * median(gains);
  const applied = verdicts.filter((one) => one.applied);
  return [
    atMost(
      `${sites}: left lower, beyond the 95 % interval`,
      count((one) => one.isWorse),
      'sites',
      0,
    ),
    atLeast(
      'the same: median gain in utility, plan applied or not',
      percent(verdicts.map(({ gain }) => gain)),
      '%',
      5,
    ),
    told('the same: looked at to find them', looked, 'sites'),
    told('the same: a plan was applied', applied.length, 'sites'),
    told(
      'the same: median gain where one was',
      applied.length === 0 ? 0 : percent(applied.map(({ gain }) => gain)),
      '%',
    ),
    told(
      'the same: lower at all, in the mean',
      count(({ gain }) => gain < 0),
      'sites',
    ),
    told(
      'the same: plan taken back whole',
      count((one) => one.takenBack),
      'sites',
    ),
    told(
      'the same: some radio went back',
      count(({ wentBack }) => wentBack > 0),
      'sites',
    ),
    told(
      'the same: lower had nothing been taken back',
      count((one) => one.planIsWorse),
      'sites',
    ),
  ];
}

export function decideFor(drawn: DrawnSite): Verdict {
  const { kind, radios } = drawn;
  const moments = new Moments(drawn);
  const plan = decisionFor(drawn);
  const nothing = { kind, wentBack: 0, takenBack: false, gain: 0, isWorse: false };
  if (plan === undefined) return { ...nothing, applied: false, planIsWorse: false };
  const before = moments.span('before', SURVEYS);
  tell(drawn, plan.settings);
  const judgedPlan = judged(drawn, moments, plan.settings);
  const after = moments.span('after', SURVEYS);
  const back = plan.settings.filter(({ radio }) =>
    goesBack(radio, plan.outlook, { before, after, radios }),
  );
  for (const { radio } of back) drawn.air.apply(retuned(drawn, radio));
  const kept = plan.settings.filter((setting) => !back.includes(setting));
  // The coordinator confirms only what the site as a whole shows.
  const settled = back.length === 0 ? after : moments.span('settled', SURVEYS);
  const loss = lossBetween(before.map(logUtility), settled.map(logUtility), CONFIDENCE);
  const takenBack = loss.value > loss.interval;
  if (takenBack) for (const { radio } of kept) drawn.air.apply(retuned(drawn, radio));
  const left = takenBack ? [] : kept;
  return {
    kind,
    applied: true,
    wentBack: back.length,
    takenBack,
    ...judged(drawn, moments, left),
    planIsWorse: judgedPlan.isWorse,
  };
}

/** What the coordinator decides with the twin; undefined where it is not sure that a plan helps. */
function decisionFor({ site, reports, random }: DrawnSite): Plan | undefined {
  const decision = decideByTwin(
    site,
    random.fork('decide'),
    (candidates) =>
      evaluatePlans(
        {
          reports: [...reports],
          candidates: [...candidates],
          draws: DRAWS,
          confidence: CONFIDENCE,
          seed: 1,
        },
        noLimit,
      ).outlooks,
  );
  if (decision.kind !== 'move') return undefined;
  const { candidate, outlook } = decision.best;
  return { settings: candidate.settings, outlook };
}

interface Plan {
  readonly settings: readonly Setting[];
  readonly outlook: Outlook;
}

interface Sides {
  readonly before: readonly Fares[];
  readonly after: readonly Fares[];
  readonly radios: readonly string[];
}

/** As `machines/radio-trial.ts` has it; the plan says what a radio may lose. */
function goesBack(radio: string, outlook: Outlook, { before, after, radios }: Sides): boolean {
  const place = radios.indexOf(radio);
  if (before[0]![place]!.length === 0) return false;
  const served = (side: readonly Fares[]) => side.map((fares) => servedShare(fares[place]!));
  const expected = outlook.radios.find((one) => one.radio === radio)!;
  const mayLose = expected.before === 0 ? 0 : Math.max(0, 1 - expected.after / expected.before);
  const { value, interval } = lossBetween(served(before), served(after), RADIO.confidence);
  return value > interval + Math.max(RADIO.negligible, mayLose);
}

/** The site with these settings over the site as it was, in pairs of the same moments. */
function judged(
  drawn: DrawnSite,
  moments: Moments,
  settings: readonly Setting[],
): Pick<Verdict, 'gain' | 'isWorse'> {
  const here = moments.span('judged', JUDGED).map(logUtility);
  for (const { radio } of settings) drawn.air.apply(retuned(drawn, radio));
  const there = moments.span('judged', JUDGED).map(logUtility);
  tell(drawn, settings);
  const lost = here.map((one, place) => there[place]! - one);
  const { value, interval } = lossBetween(
    lost,
    lost.map(() => 0),
    CONFIDENCE,
  );
  return { gain: exp(-value) - 1, isWorse: value > interval };
}

function tell({ air }: DrawnSite, settings: readonly Setting[]): void {
  for (const { radio, channel, eirpDbm } of settings) {
    air.apply({ kind: 'radio', id: radio, channel, eirpDbm, silent: false });
  }
}

/** What the clients of each radio get. */
type Fares = readonly (readonly ClientFare[])[];

const logUtility = (fares: Fares) => log(utility(fares.flat()));

/** The site from one moment to the next: each client asks now more, now less. */
class Moments {
  readonly #drawn: DrawnSite;
  readonly #usual: readonly { readonly id: string; readonly offeredMbps: number }[];

  constructor(drawn: DrawnSite) {
    this.#drawn = drawn;
    this.#usual = drawn.radios.flatMap((id) => drawn.air.observe(id, 'clients', moment));
  }

  /** The same name gives the same moments. */
  span(name: string, count: number): Fares[] {
    const { air, radios, random } = this.#drawn;
    return Array.from({ length: count }, (_, at) => {
      const stream = random.fork(`moments/${name}/${at}`);
      for (const { id, offeredMbps } of this.#usual) {
        const wish = offeredMbps * exp(LOAD_SIGMA * stream.normal());
        air.apply({ kind: 'client', id, offeredMbps: wish });
      }
      return radios.map((id) => air.observe(id, 'clients', moment));
    });
  }
}
