/**
 * A search in rounds with whoever can tell how a plan would do: the model proposes, the twin disposes. What is between two
 * rounds is plain data, so that it outlives a restart.
 *
 * First round: plans of different daring, the first steps of the best of them, and each of its moves alone.
 * Next ones: the best plan so far with one move left out, and with one added. In the end the best is told if it
 * surely helps: the lower bound of its gain is above the threshold.
 */
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
  /** How often the twin is asked at most. */
  readonly rounds: number;
  /** Plans it is asked for at once, at most. */
  readonly asksMost: number;
  /** Moves that a plan may have. */
  readonly changesMost: number;
  readonly effort?: Effort;
}

export const usualRounds: RoundOptions = {
  threshold: 0.01,
  harmMost: 0.1,
  rounds: 3,
  asksMost: 48,
  changesMost: 64,
};

export interface Scored {
  readonly candidate: Candidate;
  readonly outlook: Outlook;
}

/** What a search knows between two rounds. */
export interface SearchState {
  readonly options: Omit<RoundOptions, 'effort'>;
  readonly round: number;
  /** What each move was expected to gain by itself, by the model; most first. */
  readonly moves: readonly { readonly move: Move; readonly gain: number }[];
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
  | { readonly kind: 'move'; readonly best: Scored; readonly alternatives: readonly Scored[] };

const KEPT = 8;
/** Plans that dare less and more: what a change costs, over the usual. */
const daring = [1, 3, 0.3] as const;

export function begin(site: Site, random: Random, options: RoundOptions = usualRounds): Step {
  const code = refusalOf(site);
  if (code !== undefined) return { decided: { kind: 'refused', code } };
  const { effort = effortFor(site.reports.length), ...kept } = options;
  const ground = groundOf(site);
  const plans: Move[][] = [];
  let moves: SearchState['moves'] = [];
  for (const costs of daring) {
    const model = new AirModel(ground, { ...harmless, follow: effort.follow });
    const radios = optionsOf(site, model);
    const share = { ...effort, trials: Math.ceil(effort.trials / daring.length) };
    const search = searchOf(model, radios, share, costs);
    const planner = new Planner(model, radios, search, random.fork(`plan/${costs}`));
    const told = planner.plan();
    const made = inOrder(model, radios, told);
    if (costs === 1) moves = made;
    if (made.length > 0) plans.push(made.slice(0, options.changesMost).map(({ move }) => move));
  }
  const [usual] = plans;
  if (usual === undefined) return { decided: { kind: 'stay', best: null, alternatives: [] } };
  const lists: Move[][] = [...plans];
  for (let count = 1; count < usual.length; count *= 2) lists.push(usual.slice(0, count));
  for (const { move } of moves) lists.push([move]);
  const ask = candidatesOf(lists, 0, options.asksMost, new Set());
  return { state: { options: kept, round: 1, moves, asked: ask, scored: [] }, ask };
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
  const kept = scored.slice(0, KEPT);
  const isBetter = fresh.some((one) => one === best);
  if (round >= options.rounds || best === undefined || !isBetter) {
    return { decided: decide(best, kept, options.threshold) };
  }
  const met = new Set(scored.map(({ candidate }) => keyOf(candidate.settings)));
  const { settings } = best.candidate;
  const around: Move[][] = settings.map((_, left) => settings.filter((_, at) => at !== left));
  for (const { move } of moves) {
    if (settings.some(({ radio }) => radio === move.radio)) continue;
    if (settings.length < options.changesMost) around.push([...settings, move]);
  }
  const ask = candidatesOf(around, round, options.asksMost, met);
  if (ask.length === 0) return { decided: decide(best, kept, options.threshold) };
  return { state: { ...state, round: round + 1, asked: ask, scored: kept }, ask };
}

function decide(best: Scored | undefined, scored: readonly Scored[], threshold: number): Decision {
  const alternatives = scored.filter((one) => one !== best);
  if (best === undefined) return { kind: 'stay', best: null, alternatives };
  return { kind: best.outlook.gain.low > threshold ? 'move' : 'stay', best, alternatives };
}

/** What each move costs the clients of a site for a moment, as a share of the utility: a choice of ours. */
const MOVE_COST = 0.0005;

/** By what surely comes of it, and a little for each move. */
function worthOf({ candidate, outlook }: Scored): number {
  return (outlook.gain.mean + outlook.gain.low) / 2 - MOVE_COST * candidate.settings.length;
}

/** The moves of a plan, those first that gain most by themselves once the others are made. */
function inOrder(
  model: AirModel,
  radios: readonly RadioOptions[],
  told: readonly Told[],
): { move: Move; gain: number }[] {
  const { stations, effects } = model.ground;
  const made = radios.flatMap(({ station, now }, radio) => {
    const { channel, eirpDbm } = told[radio]!;
    if (now !== null && channel === now.channel && eirpDbm === now.eirpDbm) return [];
    const gain = now === null ? 0 : -model.gainOf(station, now.channel, now.eirpDbm);
    const move = { radio: stations[station]!.id, channel: effects.channels[channel]!, eirpDbm };
    return [{ move, gain }];
  });
  return made.sort((a, b) => b.gain - a.gain || (a.move.radio < b.move.radio ? -1 : 1));
}

function candidatesOf(
  lists: readonly Move[][],
  round: number,
  most: number,
  met: Set<string>,
): Candidate[] {
  const found: Candidate[] = [];
  for (const settings of lists) {
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
