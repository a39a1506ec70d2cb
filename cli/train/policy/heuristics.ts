/**
 * What the policy has to beat, from the same reports. None of them changes a radio's width: who shares least
 * of the air with others takes the narrowest, and that is not what is asked.
 */
import { CHANNEL_VALUES, coupling, type PolicyInput } from '#agents/policy-net/input.ts';
import type { Random } from '#protocols/random.ts';

export interface Heuristic {
  readonly name: string;
  readonly about: string;
  /** Changes what is taken, by radio the place of an option. */
  improve(problem: Problem, taken: Int32Array, random: Random): void;
}

export const RESTARTS = 100;

export const heuristics: readonly Heuristic[] = [
  { name: 'static', about: 'stays', improve: () => undefined },
  {
    name: 'random',
    about: 'draws',
    improve(problem, taken, random) {
      problem.options.forEach((own, radio) => {
        taken[radio] = own[random.below(own.length)]!;
      });
    },
  },
  {
    name: 'least-used',
    about:
      'in turn to the channel with the fewest that are heard, others of ours once, strangers twice',
    improve(problem, taken) {
      for (let radio = 0; radio < taken.length; radio += 1) {
        taken[radio] = cheapest(problem, taken, radio, (weight) => (weight > 0 ? 1 : 0));
      }
    },
  },
  {
    name: 'best-response',
    about: `best response by heard levels until nobody gains, the best of ${RESTARTS} starts`,
    improve: (problem, taken, random) =>
      bestOf(problem, taken, random, (weight) => Math.max(0, weight)),
  },
  {
    name: 'best-response by load',
    about: `the same, each pair weighed by the time both want`,
    improve: (problem, taken, random) =>
      bestOf(problem, taken, random, (weight, one, other) => {
        const wanted = Math.min(1, problem.wanted[one]!) * Math.min(1, problem.wanted[other]!);
        return Math.max(0, weight) * (0.02 + wanted);
      }),
  },
];

export class Problem {
  readonly input: PolicyInput;
  /** By radio, places of the options that are as wide as what it has. */
  readonly options: readonly (readonly number[])[];
  readonly wanted: Float64Array;
  /** By row of the input's options. */
  readonly foreign: Float64Array;

  constructor(input: PolicyInput, taken: Int32Array) {
    this.input = input;
    const row = (radio: number, option: number) => input.firstOf[radio]! + option;
    const value = (at: number, place: number) => input.options[at * CHANNEL_VALUES + place]!;
    this.options = Array.from(taken, (here, radio) =>
      Array.from({ length: input.optionsOf(radio) }, (_, option) => option).filter(
        (option) => value(row(radio, option), 1) === value(row(radio, here), 1),
      ),
    );
    this.wanted = Float64Array.from(taken, (here, radio) => value(row(radio, here), 3));
    const rows = input.firstOf[input.radios]!;
    this.foreign = Float64Array.from({ length: rows }, (_, at) => value(at, 11));
  }

  shared(radio: number, option: number, other: number, there: number): number {
    const { input } = this;
    const one = (input.firstOf[radio]! + option) * CHANNEL_VALUES;
    const two = (input.firstOf[other]! + there) * CHANNEL_VALUES;
    return coupling(input.options, one, input.options, two);
  }
}

type Weigh = (weight: number, one: number, other: number) => number;

function costOf(problem: Problem, taken: Int32Array, radio: number, option: number, weigh: Weigh) {
  const { input } = problem;
  const unit = weigh(1, radio, radio);
  let cost = 2 * unit * problem.foreign[input.firstOf[radio]! + option]!;
  for (let edge = input.edgesOf[radio]!; edge < input.edgesOf[radio + 1]!; edge += 1) {
    const other = input.other[edge]!;
    const shared = problem.shared(radio, option, other, taken[other]!);
    if (shared > 0) cost += shared * weigh(input.weight[edge]!, radio, other);
  }
  return cost;
}

/** Where it is, unless another is cheaper by more than rounding. */
function cheapest(problem: Problem, taken: Int32Array, radio: number, weigh: Weigh): number {
  let best = taken[radio]!;
  let least = costOf(problem, taken, radio, best, weigh) - 1e-9;
  for (const option of problem.options[radio]!) {
    const cost = costOf(problem, taken, radio, option, weigh);
    if (cost >= least) continue;
    best = option;
    least = cost;
  }
  return best;
}

function bestOf(problem: Problem, taken: Int32Array, random: Random, weigh: Weigh): void {
  const best = taken.slice();
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start < RESTARTS; start += 1) {
    const trial = taken.slice();
    if (start > 0) {
      problem.options.forEach((own, radio) => {
        trial[radio] = own[random.below(own.length)]!;
      });
    }
    for (let hasMoved = true; hasMoved; ) {
      hasMoved = false;
      for (let radio = 0; radio < trial.length; radio += 1) {
        const to = cheapest(problem, trial, radio, weigh);
        hasMoved ||= to !== trial[radio];
        trial[radio] = to;
      }
    }
    let cost = 0;
    trial.forEach((option, radio) => {
      cost += costOf(problem, trial, radio, option, weigh);
    });
    if (cost >= least) continue;
    least = cost;
    best.set(trial);
  }
  taken.set(best);
}
