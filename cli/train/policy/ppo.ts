/**
 * Proximal policy optimisation (Schulman et al., arXiv 1707.06347) of many radios with shared weights: IPPO
 * (de Witt et al., arXiv 2011.09533) where each judges by what it sees, MAPPO (Yu et al., NeurIPS 2022)
 * where the judge sees the whole site. Radios act in turns: of those that share the air, one at a time.
 */
import { Graph, type Tensor } from '#agents/onnx/graph.ts';
import { binary, logSoftmax, mean, reduceSum, unary } from '#agents/onnx/ops.ts';
import { openSession } from '#agents/onnx/session.ts';
import { see } from '#agents/policy-net/features.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { shapes, type Weights } from '#agents/policy-net/weights.ts';
import { exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { Batch, type State, stateOf } from './batch.ts';
import type { FluidEnvironment } from './environment.ts';
import { shuffle } from './imitate.ts';
import { Learner } from './learner.ts';
import { addRadios, addScores, addSeen, addValues, type Room } from './network.ts';
import type { SiteSetup } from './site.ts';

export type Algorithm = 'ippo' | 'mappo';

const CLIP = 0.2;
const ENTROPY = 0.003;
const VALUE = 0.5;
const DISCOUNT = 0.95;
const TRACE = 0.9;
const PASSES = 3;

export function ppoLoss(room: Room, algorithm: Algorithm) {
  return (graph: Graph, weight: (name: string) => Tensor): Tensor => {
    const all = room.sites * room.radios;
    const seen = addSeen(graph, room);
    const missing = graph.input('missing', [all, room.options]);
    const share = graph.input('share', [all, 1]);
    const chosen = graph.input('chosen', [all, room.options]);
    const before = graph.input('before', [all, 1]);
    const advantage = graph.input('advantage', [all, 1]);
    const expected = graph.input('expected', [all, 1]);
    /** 1 over the number that acted, for those; and the same for those that are there. */
    const acted = graph.input('acted', [all, 1]);
    const there = graph.input('there', [all, 1]);

    const add = (a: Tensor, b: Tensor) => binary(graph, 'Add', a, b);
    const sub = (a: Tensor, b: Tensor) => binary(graph, 'Sub', a, b);
    const mul = (a: Tensor, b: Tensor) => binary(graph, 'Mul', a, b);
    const relu = (x: Tensor) => unary(graph, 'Relu', x);
    const times = (x: Tensor, by: number) => mul(x, graph.scalar(by));
    /** Sum of all, each with its weight. */
    const total = (x: Tensor, by: Tensor) => times(mean(graph, mul(x, by)), all);

    const state = addRadios(graph, room, seen, weight);
    const scores = add(addScores(graph, room, seen, state, weight), missing);
    const values = addValues(graph, room, state, share, algorithm === 'mappo', weight);
    const logs = logSoftmax(graph, scores);
    const now = reduceSum(graph, mul(logs, chosen), [1]);
    const ratio = unary(graph, 'Exp', sub(now, before));
    const low = graph.scalar(1 - CLIP);
    const over = relu(sub(ratio, graph.scalar(1 + CLIP)));
    const clipped = sub(add(low, relu(sub(ratio, low))), over);
    const plain = mul(ratio, advantage);
    // The smaller of both: a − max(0, a − b).
    const least = sub(plain, relu(sub(plain, mul(clipped, advantage))));
    const off = sub(values, expected);
    const surprise = reduceSum(graph, mul(unary(graph, 'Exp', logs), logs), [1]);
    const gained = times(total(least, acted), -1);
    const judged = times(total(mul(off, off), there), VALUE);
    return add(add(gained, judged), times(total(surprise, acted), ENTROPY));
  };
}

/** One run for all radios of all sites: scores, and what the judge makes of each site. */
export function actGraph(room: Room, algorithm: Algorithm): { graph: Graph; names: string[] } {
  const graph = new Graph();
  const names = Object.keys(shapes);
  const weights = new Map(
    names.map((name) => [name, graph.input(`weight/${name}`, shapes[name]!)]),
  );
  const weight = (name: string) => weights.get(name)!;
  const seen = addSeen(graph, room);
  const share = graph.input('share', [room.sites * room.radios, 1]);
  const state = addRadios(graph, room, seen, weight);
  graph.result('scores', addScores(graph, room, seen, state, weight));
  const values = addValues(graph, room, state, share, algorithm === 'mappo', weight);
  graph.result('values', values);
  return { graph, names };
}

export interface PpoWish {
  readonly algorithm: Algorithm;
  readonly iterations: number;
  /** Of an episode. */
  readonly steps: number;
  readonly rate: number;
  readonly room: Room;
  readonly drawSetup: (random: Random) => SiteSetup;
}

/** What one site went through at one step. */
interface Turn {
  readonly state: State;
  readonly chosen: Int32Array;
  readonly before: Float32Array;
  readonly values: Float32Array;
  readonly reward: number;
  readonly advantage: Float32Array;
  readonly expected: Float32Array;
}

export async function ppo(
  weights: Weights,
  environments: readonly FluidEnvironment[],
  wish: PpoWish,
  random: Random,
  onIteration: (iteration: number, gained: number, weights: Weights) => void,
  stop: AbortSignal,
): Promise<Weights> {
  const { algorithm, room } = wish;
  const learner = await Learner.open(ppoLoss(room, algorithm), weights);
  const { graph } = actGraph(room, algorithm);
  const act = await openSession(graph.encode({ name: 'act' }));
  let now = weights;
  for (let iteration = 1; iteration <= wish.iterations && !stop.aborted; iteration += 1) {
    const own = random.fork(`iteration/${iteration}`);
    const episodes = await play(act, now, environments, wish, own);
    const turns = episodes.flat();
    for (const episode of episodes) credit(episode);
    await learn(learner, turns, wish, own, 1 - (0.9 * (iteration - 1)) / wish.iterations);
    now = learner.weights(weights);
    const gained = turns.reduce((sum, { reward }) => sum + reward, 0) / episodes.length;
    onIteration(iteration, gained, now);
  }
  await Promise.all([learner.close(), act.close()]);
  return now;
}

async function play(
  act: Awaited<ReturnType<typeof openSession>>,
  weights: Weights,
  environments: readonly FluidEnvironment[],
  { room, steps, drawSetup }: PpoWish,
  random: Random,
): Promise<Turn[][]> {
  const batch = new Batch(room);
  const fixed = Object.fromEntries(
    Object.entries(weights).map(([name, data]) => [
      `weight/${name}`,
      { data, shape: shapes[name]! },
    ]),
  );
  const episodes: Turn[][] = environments.map(() => []);
  const seen = environments.map((environment, site) =>
    environment.reset(drawSetup(random.fork(`site/${site}`))),
  );
  for (let step = 0; step < steps; step += 1) {
    batch.clear();
    const inputs = seen.map((observation) => new PolicyInput(see(observation)));
    const states = inputs.map(stateOf);
    states.forEach((state, site) => {
      batch.put(site, state);
    });
    const { missing: _missing, ...feeds } = batch.feeds();
    const out = await act.run({ ...feeds, ...fixed });
    environments.forEach((environment, site) => {
      const draw = random.fork(`draw/${step}/${site}`);
      const from = site * room.radios;
      const scores = out.scores!.data.subarray(from * room.options);
      const { chosen, before } = drawTurn(inputs[site]!, scores, room, draw);
      const { rewards, observation } = environment.step(chosen);
      seen[site] = observation;
      const { radios } = environment;
      episodes[site]!.push({
        state: states[site]!,
        chosen,
        before,
        values: out.values!.data.slice(from, from + radios),
        reward: rewards[0] ?? 0,
        advantage: new Float32Array(radios),
        expected: new Float32Array(radios),
      });
    });
  }
  return episodes;
}

/** Those whose turn it is, of any that share the air one alone, draw an option by its share. */
function drawTurn(input: PolicyInput, scores: Float32Array, room: Room, random: Random) {
  const chosen = new Int32Array(input.radios).fill(-1);
  const before = new Float32Array(input.radios);
  const blocked = new Uint8Array(input.radios);
  const order = Uint32Array.from({ length: input.radios }, (_, place) => place);
  shuffle(order, random);
  for (const radio of order) {
    if (blocked[radio] === 1) continue;
    for (let edge = input.edgesOf[radio]!; edge < input.edgesOf[radio + 1]!; edge += 1) {
      blocked[input.other[edge]!] = 1;
    }
    const row = scores.subarray(
      radio * room.options,
      radio * room.options + input.optionsOf(radio),
    );
    const most = Math.max(...row);
    const shares = Array.from(row, (score) => exp(score - most));
    const sum = shares.reduce((all, share) => all + share, 0);
    let left = random.uniform() * sum;
    let option = 0;
    while (option < shares.length - 1 && left >= shares[option]!) {
      left -= shares[option]!;
      option += 1;
    }
    chosen[radio] = option;
    before[radio] = log(shares[option]! / sum);
  }
  return { chosen, before };
}

/** Generalised advantage estimation (Schulman et al., ICLR 2016), from the end of an episode on. */
function credit(episode: readonly Turn[]): void {
  const last = episode.at(-1);
  if (last === undefined) return;
  last.values.forEach((_, radio) => {
    let carried = 0;
    let next = 0;
    for (const turn of episode.toReversed()) {
      const value = turn.values[radio]!;
      carried = turn.reward + DISCOUNT * next - value + DISCOUNT * TRACE * carried;
      turn.advantage[radio] = carried;
      turn.expected[radio] = carried + value;
      next = value;
    }
  });
}

async function learn(
  learner: Learner,
  turns: readonly Turn[],
  { room, rate }: PpoWish,
  random: Random,
  share: number,
): Promise<void> {
  const { middle, scatter } = spreadOf(turns);
  const batch = new Batch(room);
  const all = room.sites * room.radios;
  const columns = ['before', 'advantage', 'expected', 'acted', 'there'] as const;
  const parts = Object.fromEntries(
    columns.map((name) => [name, { data: new Float32Array(all), shape: [all, 1] }]),
  ) as Record<(typeof columns)[number], { data: Float32Array; shape: number[] }>;
  const chosen = new Float32Array(all * room.options);
  const order = Uint32Array.from(turns, (_, place) => place);
  for (let pass = 0; pass < PASSES; pass += 1) {
    shuffle(order, random.fork(`pass/${pass}`));
    for (let from = 0; from + room.sites <= order.length; from += room.sites) {
      batch.clear();
      for (const { data } of Object.values(parts)) data.fill(0);
      chosen.fill(0);
      const some = Array.from(order.subarray(from, from + room.sites), (place) => turns[place]!);
      const acting = some.reduce(
        (sum, turn) => sum + turn.chosen.filter((one) => one >= 0).length,
        0,
      );
      const present = some.reduce((sum, turn) => sum + turn.state.radios, 0);
      some.forEach((turn, site) => {
        batch.put(site, turn.state);
        turn.chosen.forEach((option, radio) => {
          const row = site * room.radios + radio;
          parts.there.data[row] = 1 / present;
          parts.expected.data[row] = turn.expected[radio]!;
          if (option < 0) return;
          chosen[row * room.options + option] = 1;
          parts.acted.data[row] = 1 / acting;
          parts.before.data[row] = turn.before[radio]!;
          parts.advantage.data[row] = (turn.advantage[radio]! - middle) / scatter;
        });
      });
      const picked = { data: chosen, shape: [all, room.options] };
      await learner.step({ ...batch.feeds(), ...parts, chosen: picked }, rate * share);
    }
  }
}

/** Of the advantages of all that acted, which are brought to mean 0 and scatter 1. */
function spreadOf(turns: readonly Turn[]): { middle: number; scatter: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const { chosen, advantage } of turns) {
    chosen.forEach((option, radio) => {
      if (option < 0) return;
      count += 1;
      sum += advantage[radio]!;
      squares += advantage[radio]! * advantage[radio]!;
    });
  }
  const middle = sum / Math.max(1, count);
  return {
    middle,
    scatter: Math.sqrt(Math.max(1e-8, squares / Math.max(1, count) - middle * middle)),
  };
}
