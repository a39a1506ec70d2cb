/** What is worth a try: for radios whose turn it is, the option that the model and a draw of what it may miss like best. */
import { meanOf } from '#agents/bandits/beta-arm.ts';
import { see } from '#agents/policy-net/features.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import type { PolicyModel } from '#agents/policy-net/model.ts';
import { priorArms } from '#agents/policy-net/priors.ts';
import { createRandom } from '#agents/random/philox.ts';
import { type Channel, sameChannel } from '#protocols/channels.ts';
import { servedShare } from '#protocols/fare.ts';
import { log } from '#protocols/math.ts';
import { groundOf } from '../model/ground.ts';
import { AirModel } from '../model/model.ts';
import { type DecisionRecord, siteOfRecord } from '../record.ts';
import { effortFor, harmless } from '../search/effort.ts';
import { optionsOf } from '../search/options.ts';
import { drawResiduals, type Lesson, seenOf } from './residual.ts';

/** Everything that a choice of tries is made from. */
export interface ExplorationRecord
  extends Pick<
    DecisionRecord,
    'nowMs' | 'seed' | 'options' | 'reports' | 'choices' | 'minEirpDbm' | 'fillings' | 'follows'
  > {
  /** Whose turn it is, by id. */
  readonly ready: readonly string[];
  readonly lessons: readonly (readonly [radio: string, lessons: readonly Lesson[]])[];
  /** The policy whose scores are believed at first; null where none is good enough. */
  readonly policyHash: string | null;
}

export interface Try {
  readonly radio: string;
  readonly to: Channel;
  readonly seen: readonly number[];
  /** Gain of the site a client of it, in logarithms: by the model, and with what was drawn. */
  readonly modelled: number;
  readonly drawn: number;
  readonly servedBefore: number;
}

/** Of each radio, those that the model likes best. */
const SHORTLIST = 8;
/** A try has to look better than staying by so much. */
const LEAST = 0.01;
/** How many measurements the policy's belief counts for. */
const PRIOR_WEIGHT = 4;

/** `policy`: the one that the record names. */
export function chooseTries(record: ExplorationRecord, policy: PolicyModel | undefined): Try[] {
  const site = siteOfRecord({ ...record, outlooks: [] });
  const { follow } = effortFor(site.reports.length);
  const model = new AirModel(groundOf(site), { ...harmless, follow });
  const { stations, effects, clients } = model.ground;
  const lessonsOf = new Map(record.lessons);
  const random = createRandom(record.seed);
  const beliefs = policy === undefined ? undefined : beliefsOf(record, policy);
  return optionsOf(site, model).flatMap(({ station, now, options }): Try[] => {
    const radio = stations[station]!.id;
    const report = site.reports.find(({ id }) => id === radio);
    if (now === null || report === undefined || !record.ready.includes(radio)) return [];
    const around = Math.max(1, clients.ids.length);
    const ranked = options
      .filter(({ channel, clearMs }) => channel !== now.channel && clearMs === 0)
      .map(({ channel, maxEirpDbm }) => ({
        to: effects.channels[channel]!,
        modelled: model.gainOf(station, channel, Math.min(now.eirpDbm, maxEirpDbm)) / around,
      }))
      .sort((a, b) => b.modelled - a.modelled)
      .slice(0, SHORTLIST)
      .map((one) => ({ ...one, seen: seenOf(report, one.to) }));
    const believed = ranked.flatMap(({ to, modelled, seen }): Lesson[] => {
      const belief = beliefs?.(radio, to);
      return belief === undefined ? [] : [{ seen, residual: belief - modelled }];
    });
    const lessons = [...believed, ...(lessonsOf.get(radio) ?? [])];
    const residuals = drawResiduals(
      lessons,
      ranked.map(({ seen }) => seen),
      random.fork(`try/${radio}`),
    );
    const [best] = ranked
      .map((one, at) => ({ ...one, drawn: one.modelled + residuals[at]! }))
      .sort((a, b) => b.drawn - a.drawn);
    if (best === undefined || best.drawn < LEAST) return [];
    return [{ radio, ...best, servedBefore: servedShare(report.clients) }];
  });
}

/** What the policy believes of each option, in logarithms over where the radio is. */
function beliefsOf({ reports, choices }: ExplorationRecord, { net, card }: PolicyModel) {
  const choicesOf = new Map(choices);
  const options = reports.map(({ id }) => (choicesOf.get(id) ?? []).map(({ channel }) => channel));
  const input = new PolicyInput(see({ reports, options }));
  const scores = net.scores(input);
  return (radio: string, to: Channel): number | undefined => {
    const at = reports.findIndex(({ id }) => id === radio);
    const { channel, clients } = reports[at]!;
    const own = options[at]!;
    const here = own.findIndex((one) => channel !== null && sameChannel(one, channel));
    const place = own.findIndex((one) => sameChannel(one, to));
    if (here < 0 || place < 0) return undefined;
    const served = Math.max(0.01, servedShare(clients));
    const arms = priorArms([...scores.subarray(input.firstOf[at]!, input.firstOf[at + 1]!)], {
      temperature: card.temperature,
      here,
      served,
      weight: PRIOR_WEIGHT,
    });
    return log(meanOf(arms[place]!) / served);
  };
}
