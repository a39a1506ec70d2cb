/** Trains the autoencoder: one run of a graph a step, on one thread, from a seed. */
import { adamOutputs, addAdam, createAdamRate } from '#agents/onnx/adam.ts';
import { openSession, type Values } from '#agents/onnx/session.ts';
import { ABOUT_VALUES } from '#edge/detector/about-tile.ts';
import { TILE_BINS, TILE_SWEEPS } from '#edge/detector/tile.ts';
import type { Random } from '#protocols/random.ts';
import type { KeptState } from '../kept-state.ts';
import { type Examples, emptyBatch } from './data.ts';
import {
  initialWeights,
  lossGraph,
  parameterNames,
  STRETCHES,
  shapeOf,
  type Weights,
} from './network.ts';

/** The step length rises over so many. */
const WARM_STEPS = 100;

export interface TrainWish {
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
}

/** Means over the steps of an epoch. */
export interface EpochLoss {
  readonly epoch: number;
  readonly loss: number;
  readonly mse: number;
  /** Cross entropy of the judgement, nats. */
  readonly wrong: number;
}

export interface Trained {
  readonly weights: Weights;
  readonly curve: readonly EpochLoss[];
  /** The hash of the examples. */
  readonly data: string;
}

/** Between two steps; from it, and from the seed, a training goes on bit for bit. */
export interface TrainState {
  /** Steps done, over all epochs. */
  readonly steps: number;
  /** The hash of the examples. */
  readonly data: string;
  /** Weights and moments, by the names of the graph's inputs. */
  readonly values: Readonly<Record<string, Values>>;
  readonly curve: readonly EpochLoss[];
  /** Sums over the steps of the epoch under way. */
  readonly sums: Sums;
}

interface Sums {
  loss: number;
  mse: number;
  wrong: number;
}

/** The bytes of the graph of one step, Adam included. */
export function stepGraph(size: number): Uint8Array {
  const { graph, loss, parameters } = lossGraph(size);
  addAdam(graph, loss, parameters);
  return graph.encode({ name: 'training step' });
}

/** Undefined when `stop` was raised: what was learned by then is kept. */
export async function train(
  random: Random,
  examples: Examples,
  { epochs, batch: size, rate }: TrainWish,
  kept: KeptState<TrainState>,
  onEpoch: (loss: EpochLoss) => void,
  stop: AbortSignal,
): Promise<Trained | undefined> {
  const session = await openSession(stepGraph(size));
  const { found } = kept;
  const state = { ...(found?.values ?? initialState(initialWeights(random.fork('weights')))) };
  const batch = emptyBatch(size);
  const order = Uint32Array.from({ length: examples.count }, (_, place) => place);
  const steps = stepsOf(examples.count, size);
  const data = found?.data ?? examples.hash();
  const adamRate = createAdamRate();
  const curve: EpochLoss[] = [...(found?.curve ?? [])];
  let sums: Sums = { loss: 0, mse: 0, wrong: 0, ...found?.sums };
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    shuffle(order, random.fork(`order/${epoch}`));
    const turns = random.fork(`turns/${epoch}`);
    for (let step = 0; step < steps; step += 1) {
      const before = (epoch - 1) * steps + step;
      const stepRate = adamRate(rateAt(before, epochs * steps, rate));
      if (before < (found?.steps ?? 0)) {
        // What was drawn for a step that is done is drawn again, so that the next draws are the same.
        for (let place = 0; place < size; place += 1) turns.uint32();
        continue;
      }
      const keep = (now: boolean) =>
        kept.keep(() => ({ steps: before, data, values: state, curve, sums }), now);
      keep(stop.aborted);
      if (stop.aborted) {
        await session.close();
        return undefined;
      }
      examples.fill(batch, order.subarray(step * size, (step + 1) * size), turns);
      const of = (values: Float32Array, ...shape: number[]) => ({
        data: values,
        shape: [size, ...shape],
      });
      const out = await session.run({
        tile: of(batch.tile, 1, TILE_SWEEPS, TILE_BINS),
        target: of(batch.target, 1, TILE_SWEEPS, STRETCHES),
        scatter: of(batch.scatter, 1, TILE_SWEEPS, STRETCHES),
        mask: of(batch.mask, 1, TILE_SWEEPS, 1),
        about: of(batch.about, ABOUT_VALUES),
        strange: of(batch.strange, TILE_SWEEPS),
        rate: { data: Float32Array.of(stepRate), shape: [] },
        ...state,
      });
      for (const name of parameterNames) {
        const input = `weight/${name}`;
        const [next, m, v] = adamOutputs(input) as [string, string, string];
        state[input] = out[next]!;
        state[`${input}/m`] = out[m]!;
        state[`${input}/v`] = out[v]!;
      }
      sums.loss += out.loss!.data[0]!;
      sums.mse += out.mse!.data[0]!;
      sums.wrong += out.wrong!.data[0]!;
    }
    if (curve.length >= epoch) continue;
    const { loss, mse, wrong } = sums;
    const mean = { epoch, loss: loss / steps, mse: mse / steps, wrong: wrong / steps };
    curve.push(mean);
    sums = { loss: 0, mse: 0, wrong: 0 };
    onEpoch(mean);
  }
  await session.close();
  const done = { steps: epochs * steps, data, values: state, curve, sums };
  kept.keep(() => done, true);
  const weights = Object.fromEntries(
    parameterNames.map((name) => [name, state[`weight/${name}`]!.data]),
  );
  return { weights, curve, data };
}

/** Of an epoch. */
export function stepsOf(examples: number, batch: number): number {
  return Math.floor(examples / batch);
}

/** Rises, then falls to a twentieth over the run, in a straight line. */
function rateAt(step: number, of: number, rate: number): number {
  return rate * Math.min(1, (step + 1) / WARM_STEPS) * (1 - 0.95 * (step / of));
}

function initialState(weights: Weights): Record<string, Values> {
  return Object.fromEntries(
    parameterNames.flatMap((name) => {
      const shape = shapeOf(name);
      const zeros = () => ({ data: new Float32Array(weights[name]!.length), shape });
      return [
        [`weight/${name}`, { data: weights[name]!, shape }],
        [`weight/${name}/m`, zeros()],
        [`weight/${name}/v`, zeros()],
      ];
    }),
  );
}

/** Fisher and Yates. */
function shuffle(order: Uint32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
}
