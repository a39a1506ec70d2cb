/**
 * A search in rounds with whoever can tell how a plan would do: the model proposes, the twin disposes. What is between two
 * rounds is plain data, so that it outlives a restart.
 *
 * First round: plans of different daring, the first steps of the best of them, and each of its moves alone.
 * Next ones: the best plan so far with one move left out, added, or another in its place. In the end the best is told if it
 * surely helps: the lower bound of its gain is above the threshold.
 */
import { exp } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import type { Candidate, Outlook } from '#protocols/tools/twin.ts';
import { groundOf } from '../model/ground.ts';
import { AirModel } from '../model/model.ts';
import type { Site } from '../site.ts';
import { type Effort, effortFor, harmless, searchOf } from './effort.ts';
import { optionsOf, type RadioOptions, type Told } from './options.ts';
import { Planner } from './planner.ts';
import { type RefusalCode, refusalOf } from './refusal.ts';

type Move = Candidate['settings'][number];

export interface RoundOptions {
  /** Of the lower bound of the gain, over 1. */
  readonly threshold: number;
  /** The largest part of its throughput that a neighbour may lose. */
  readonly harmMost: number;
  /** How often the twin is asked at most; 0 where nobody waits for it, and the model decides. */
  readonly rounds: number;
  /** Plans it is asked for at once, at most. */
  readonly asksMost: number;
  /** Moves that a plan may have. */
  readonly changesMost: number;
  /** Of the gain by the model, where there is no twin. */
  readonly thresholdAlone: number;
  /** Of the twin's intervals; a note for whoever asks it. */
  readonly confidence: number;
  /** A radio that is told another channel keeps its power. */
  readonly oneThing: boolean;
  readonly effort?: Effort;
}

export const usualRounds: RoundOptions = {
  threshold: 0.01,
  harmMost: 0.1,
  rounds: 6,
  asksMost: 256,
  changesMost: 64,
  thresholdAlone: 0.05,
  confidence: 0.95,
  oneThing: false,
};

export interface Scored {
  readonly candidate: Candidate;
  readonly outlook: Outlook;
}

/** What a search knows between two rounds. */
export interface SearchState {
  readonly options: Omit<RoundOptions, 'effort'>;
  readonly round: number;
  /** What each move of the plan gains by the model, most first, and what else a radio might be told. */
  readonly moves: readonly { readonly move: Move; readonly gain: number }[];
  /** What the model says of the plan that was made, over staying; the first that is asked for. */
  readonly modelGain: number;
  /** How the radios of that plan would fare by the model. */
  readonly modelFares: Outlook['radios'];
  /** Children of a mesh, with whom they go. */
  readonly followers: readonly {
    readonly radio: string;
    readonly parent: string;
    readonly eirpDbm: number;
  }[];
  readonly asked: readonly Candidate[];
  /** The best of what was told so far come first; only as many as an explanation needs. */
  readonly scored: readonly Scored[];
}

export type Step =
  | { readonly state: SearchState; readonly ask: readonly Candidate[] }
  | { readonly decided: Decision };

export type Decision =
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  /** `best`: what came nearest; null when no move promised anything. */
  | {
      readonly kind: 'stay';
      readonly best: Scored | null;
      readonly alternatives: readonly Scored[];
    }
  | {
      readonly kind: 'move';
      readonly by: 'twin' | 'model';
      readonly best: Scored;
      readonly alternatives: readonly Scored[];
    };

const KEPT = 8;
/** Stations and clients that the twin is to reckon at once, over all plans: a few seconds of one core with 16 draws. */
const ASKED = 100_000;
/** Other settings that are tried in place of a plan's: so many of a radio, and of all. */
const OTHERS = 3;
const POOL = 128;
/** Moves of which each two are tried together: with 24 of them there are 276 pairs, more than are asked for. */
const PAIRED = 24;
/**
 * Plans that dare less and more: what a change costs, over what it costs where the model decides. Here it only proposes,
 * and who disposes knows better. The first of them stands where no twin answers.
 */
const USUAL = 0.2;
const daring = [USUAL, 0.6, 0.06] as const;

export function begin(site: Site, random: Random, options: RoundOptions = usualRounds): Step {
  const code = refusalOf(site);
  if (code !== undefined) return { decided: { kind: 'refused', code } };
  const { effort = effortFor(site.reports.length), ...wished } = options;
  const ground = groundOf(site);
  const size = ground.stations.length + ground.clients.ids.length;
  const asksMost = Math.max(1, Math.min(options.asksMost, Math.floor(ASKED / size)));
  const kept = { ...wished, asksMost };
  const plans: Move[][] = [];
  let moves: SearchState['moves'] = [];
  let modelGain = 0;
  let modelFares: Outlook['radios'] = [];
  for (const costs of daring) {
    const model = new AirModel(ground, { ...harmless, follow: effort.follow });
    const radios = optionsOf(site, model);
    const share = { ...effort, trials: Math.ceil(effort.trials / daring.length) };
    const search = searchOf(model, radios, share, costs);
    const planner = new Planner(model, radios, search, random.fork(`plan/${costs}`));
    const before = model.total;
    const faresBefore = radios.map((one) => fareOf(model, one));
    const told = planner.plan();
    if (costs === USUAL)
      modelGain = exp((model.total - before) / Math.max(1, ground.clients.ids.length)) - 1;
    if (costs === USUAL) {
      modelFares = radios.map((one, radio) => ({
        radio: ground.stations[one.station]!.id,
        before: faresBefore[radio]!,
        after: fareOf(model, one),
      }));
    }
    const made = inOrder(model, radios, told, options);
    if (costs === USUAL) {
      const others = radios.flatMap((_, radio) =>
        planner.alternatives(radio, OTHERS).map(({ told: to, gain }) => ({
          move: moveOf(model, radios[radio]!, to, options),
          gain,
        })),
      );
      moves = [...made, ...others.sort((a, b) => b.gain - a.gain).slice(0, POOL)];
    }
    if (made.length > 0) plans.push(made.slice(0, options.changesMost).map(({ move }) => move));
  }
  const [usual] = plans;
  if (usual === undefined) return { decided: { kind: 'stay', best: null, alternatives: [] } };
  const lists: Move[][] = [...plans];
  for (let count = 1; count < usual.length; count *= 2) lists.push(usual.slice(0, count));
  for (const move of usual) lists.push([move]);
  const followers = followersOf(site);
  const ask = candidatesOf(lists, 0, asksMost, new Set(), followers);
  const state = {
    options: kept,
    round: 1,
    moves,
    modelGain,
    modelFares,
    followers,
    asked: ask,
    scored: [],
  };
  return options.rounds === 0 ? { decided: decideAlone(state) } : { state, ask };
}

export function next(state: SearchState, outlooks: readonly Outlook[]): Step {
  const { options, asked, round, moves } = state;
  const fresh = outlooks.flatMap((outlook): Scored[] => {
    const candidate = asked.find(({ id }) => id === outlook.id);
    return candidate === undefined ? [] : [{ candidate, outlook }];
  });
  const scored = [...state.scored, ...fresh].sort(
    (a, b) => worthOf(b) - worthOf(a) || (a.candidate.id < b.candidate.id ? -1 : 1),
  );
  const allowed = scored.filter(({ outlook }) => outlook.harm <= options.harmMost);
  const [best] = allowed;
  const sure = allowed.find(({ outlook }) => outlook.gain.low > options.threshold);
  // The best sure one is kept however many dare more.
  const kept = scored.filter((one, place) => place < KEPT || one === sure);
  const isBetter = fresh.some((one) => one === best);
  if (round >= options.rounds || best === undefined || !isBetter) {
    return { decided: decide(sure, best, kept) };
  }
  const met = new Set(scored.map(({ candidate }) => keyOf(candidate.settings)));
  const settings = best.candidate.settings.filter(
    ({ radio }) => !state.followers.some((follower) => follower.radio === radio),
  );
  const around: Move[][] = settings.map((_, left) => settings.filter((_, at) => at !== left));
  const put = (...added: readonly Move[]) => {
    const others = settings.filter(({ radio }) => !added.some((one) => one.radio === radio));
    if (others.length + added.length <= options.changesMost) around.push([...others, ...added]);
  };
  for (const { move } of moves) put(move);
  // Two together reach what neither reaches alone: the most promising pairs first.
  const pairs = moves.slice(0, PAIRED).flatMap(({ move, gain }, at) =>
    moves.slice(at + 1, PAIRED).flatMap(({ move: mate, gain: its }) => {
      return mate.radio === move.radio ? [] : [{ move, mate, gain: gain + its }];
    }),
  );
  pairs.sort((a, b) => b.gain - a.gain);
  for (const { move, mate } of pairs) put(move, mate);
  const ask = candidatesOf(around, round, options.asksMost, met, state.followers);
  if (ask.length === 0) return { decided: decide(sure, best, kept) };
  return { state: { ...state, round: round + 1, asked: ask, scored: kept }, ask };
}

/** Without a twin: by the model, which has to promise more. */
export function decideAlone({ options, asked, modelGain, modelFares }: SearchState): Decision {
  const [candidate] = asked;
  if (candidate === undefined) return { kind: 'stay', best: null, alternatives: [] };
  const gain = { mean: modelGain, low: modelGain, high: modelGain };
  const unknown = {
    jain: 0,
    fifthPercentileMbps: 0,
    aggregateMbps: 0,
    harm: 0,
    radios: modelFares,
  };
  const outlook = { id: candidate.id, utilityMbps: { mean: 0, low: 0, high: 0 }, gain, ...unknown };
  const best = { candidate, outlook };
  return modelGain > options.thresholdAlone
    ? { kind: 'move', by: 'model', best, alternatives: [] }
    : { kind: 'stay', best, alternatives: [] };
}

/** `sure`: the best of those that surely help. */
function decide(
  sure: Scored | undefined,
  best: Scored | undefined,
  scored: readonly Scored[],
): Decision {
  const told = sure ?? best;
  const alternatives = scored.filter((one) => one !== told);
  if (told === undefined) return { kind: 'stay', best: null, alternatives };
  return sure === undefined
    ? { kind: 'stay', best: told, alternatives }
    : { kind: 'move', by: 'twin', best: told, alternatives };
}

/** What each move costs the clients of a site for a moment, as a share of the utility: a choice of ours. */
const MOVE_COST = 0.0003;

/** By what comes of it in the mean, and a little for each move. */
function worthOf({ candidate, outlook }: Scored): number {
  return outlook.gain.mean - MOVE_COST * candidate.settings.length;
}

/** The moves of a plan, those first that gain most by themselves once the others are made. */
function inOrder(
  model: AirModel,
  radios: readonly RadioOptions[],
  told: readonly Told[],
  options: Pick<RoundOptions, 'oneThing'>,
): { move: Move; gain: number }[] {
  const made = radios.flatMap(({ station, now }, radio) => {
    const { channel, eirpDbm } = told[radio]!;
    if (now !== null && channel === now.channel && eirpDbm === now.eirpDbm) return [];
    const gain = now === null ? 0 : -model.gainOf(station, now.channel, now.eirpDbm);
    return [{ move: moveOf(model, radios[radio]!, { channel, eirpDbm }, options), gain }];
  });
  return made.sort((a, b) => b.gain - a.gain || (a.move.radio < b.move.radio ? -1 : 1));
}

/** The geometric mean of what a radio's clients get, Mb/s. */
function fareOf(model: AirModel, { station }: RadioOptions): number {
  const { first } = model.ground.clients;
  const clients = first[station + 1]! - first[station]!;
  return clients === 0 ? 0 : exp(model.valueOf(station) / clients);
}

function moveOf(
  { ground }: AirModel,
  { station, now }: RadioOptions,
  told: Told,
  { oneThing }: Pick<RoundOptions, 'oneThing'>,
): Move {
  const { stations, effects } = ground;
  const isKept = oneThing && now !== null && now.channel !== told.channel;
  const eirpDbm = isKept ? now.eirpDbm : told.eirpDbm;
  return { radio: stations[station]!.id, channel: effects.channels[told.channel]!, eirpDbm };
}

function followersOf({ reports, follows = new Map() }: Site): SearchState['followers'] {
  return reports.flatMap(({ id, eirpDbm }) => {
    const parent = follows.get(id);
    return parent === undefined ? [] : [{ radio: id, parent, eirpDbm }];
  });
}

/** Who follows another goes where that one goes, and who follows that one. */
function withFollowers(list: readonly Move[], followers: SearchState['followers']): Move[] {
  const settings = [...list];
  for (let at = 0; at < settings.length; at += 1) {
    const { radio: parent, channel } = settings[at]!;
    for (const { radio, parent: own, eirpDbm } of followers) {
      if (own !== parent || settings.some((one) => one.radio === radio)) continue;
      settings.push({ radio, channel, eirpDbm });
    }
  }
  return settings;
}

function candidatesOf(
  lists: readonly Move[][],
  round: number,
  most: number,
  met: Set<string>,
  followers: SearchState['followers'],
): Candidate[] {
  const found: Candidate[] = [];
  for (const list of lists) {
    const settings = withFollowers(list, followers);
    const key = keyOf(settings);
    if (settings.length === 0 || met.has(key) || found.length === most) continue;
    met.add(key);
    found.push({ id: `${round}-${found.length}`, settings });
  }
  return found;
}

function keyOf(settings: readonly Move[]): string {
  return settings
    .map(
      ({ radio, channel, eirpDbm }) =>
        `${radio} ${channel.primaryMhz} ${channel.centerMhz} ${channel.widthMhz} ${eirpDbm}`,
    )
    .sort()
    .join(',');
}
