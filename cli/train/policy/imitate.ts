/** Learns from the teacher: the shares of options come near those of what each would bring. */
import type { Graph, Tensor } from '#agents/onnx/graph.ts';
import { binary, logSoftmax, mean, reduceSum, unary } from '#agents/onnx/ops.ts';
import type { Weights } from '#agents/policy-net/weights.ts';
import { exp } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { Batch } from './batch.ts';
import { Learner } from './learner.ts';
import { addRadios, addScores, addSeen, type Room } from './network.ts';
import type { Lesson } from './teacher.ts';

/** A score of one more stands for so much more of the logarithm of throughput. */
export const TEMPERATURE = 0.15;

export function imitationLoss(room: Room) {
  return (graph: Graph, weight: (name: string) => Tensor): Tensor => {
    const seen = addSeen(graph, room);
    const all = room.sites * room.radios;
    const missing = graph.input('missing', [all, room.options]);
    const target = graph.input('target', [all, room.options]);
    const state = addRadios(graph, room, seen, weight);
    const scores = addScores(graph, room, seen, state, weight);
    const logs = logSoftmax(graph, binary(graph, 'Add', scores, missing));
    const likely = reduceSum(graph, binary(graph, 'Mul', logs, target), [1]);
    return unary(graph, 'Neg', mean(graph, likely));
  };
}

export interface ImitationWish {
  readonly epochs: number;
  readonly rate: number;
  readonly room: Room;
}

export async function imitate(
  weights: Weights,
  lessons: readonly Lesson[],
  { epochs, rate, room }: ImitationWish,
  random: Random,
  onEpoch: (epoch: number, loss: number) => void,
  stop: AbortSignal,
): Promise<Weights> {
  const learner = await Learner.open(imitationLoss(room), weights);
  const batch = new Batch(room);
  const target = new Float32Array(room.sites * room.radios * room.options);
  const order = Uint32Array.from(lessons, (_, place) => place);
  const steps = Math.floor(lessons.length / room.sites);
  const shape = [room.sites * room.radios, room.options];
  for (let epoch = 1; epoch <= epochs && !stop.aborted; epoch += 1) {
    shuffle(order, random.fork(`order/${epoch}`));
    let losses = 0;
    for (let step = 0; step < steps; step += 1) {
      batch.clear();
      target.fill(0);
      for (let site = 0; site < room.sites; site += 1) {
        const lesson = lessons[order[step * room.sites + site]!]!;
        batch.put(site, lesson.state);
        aim(target, site, lesson, room);
      }
      const { missing, share: _share, ...feeds } = batch.feeds();
      const done = ((epoch - 1) * steps + step) / (epochs * steps);
      const warm = Math.min(1, ((epoch - 1) * steps + step + 1) / 100);
      const out = await learner.step(
        { ...feeds, missing: missing!, target: { data: target, shape } },
        rate * warm * (1 - 0.97 * done),
      );
      losses += out.loss!.data[0]!;
    }
    // A batch has empty places: the mean is over those too, and over the entropy of what is aimed at.
    onEpoch(epoch, losses / steps);
  }
  const learned = learner.weights(weights);
  await learner.close();
  return learned;
}

/** The shares aimed at; radios for whom all options are alike teach nothing and are left out. */
function aim(target: Float32Array, site: number, { state, gains }: Lesson, room: Room): void {
  for (let radio = 0; radio < state.radios; radio += 1) {
    const from = state.firstOf[radio]!;
    const until = state.firstOf[radio + 1]!;
    let most = Number.NEGATIVE_INFINITY;
    for (let row = from; row < until; row += 1) most = Math.max(most, gains[row]!);
    let sum = 0;
    for (let row = from; row < until; row += 1) sum += exp((gains[row]! - most) / TEMPERATURE);
    const to = (site * room.radios + radio) * room.options - from;
    for (let row = from; row < until; row += 1) {
      target[to + row] = exp((gains[row]! - most) / TEMPERATURE) / sum;
    }
  }
}

/** Fisher and Yates. */
export function shuffle(order: Uint32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
}
