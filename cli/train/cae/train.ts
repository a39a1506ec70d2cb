/** Trains the autoencoder: one run of a graph a step, on one thread, from a seed. */
import { adamOutputs, addAdam, createAdamRate } from '#agents/onnx/adam.ts';
import { openSession, type Values } from '#agents/onnx/session.ts';
import { ABOUT_VALUES } from '#edge/detector/about-tile.ts';
import { TILE_BINS, TILE_SWEEPS } from '#edge/detector/tile.ts';
import type { Random } from '#protocols/random.ts';
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
}

/** Stops after the epoch in which `stop` is raised, with what there is. */
export async function train(
  random: Random,
  examples: Examples,
  { epochs, batch: size, rate }: TrainWish,
  onEpoch: (loss: EpochLoss) => void,
  stop: AbortSignal,
): Promise<Trained> {
  const { graph, loss, parameters } = lossGraph(size);
  addAdam(graph, loss, parameters);
  const session = await openSession(graph.encode({ name: 'training step' }));
  const state = initialState(initialWeights(random.fork('weights')));
  const batch = emptyBatch(size);
  const order = Uint32Array.from({ length: examples.made }, (_, place) => place);
  const steps = Math.floor(examples.made / size);
  const adamRate = createAdamRate();
  const curve: EpochLoss[] = [];
  for (let epoch = 1; epoch <= epochs && !stop.aborted; epoch += 1) {
    shuffle(order, random.fork(`order/${epoch}`));
    const turns = random.fork(`turns/${epoch}`);
    let losses = 0;
    let squares = 0;
    let wrong = 0;
    for (let step = 0; step < steps; step += 1) {
      examples.fill(batch, order.subarray(step * size, (step + 1) * size), turns);
      // Down to a twentieth over the run, in a straight line.
      const done = ((epoch - 1) * steps + step) / (epochs * steps);
      const warm = Math.min(1, ((epoch - 1) * steps + step + 1) / WARM_STEPS);
      const data = Float32Array.of(adamRate(rate * warm * (1 - 0.95 * done)));
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
        rate: { data, shape: [] },
        ...state,
      });
      for (const name of parameterNames) {
        const input = `weight/${name}`;
        const [next, m, v] = adamOutputs(input) as [string, string, string];
        state[input] = out[next]!;
        state[`${input}/m`] = out[m]!;
        state[`${input}/v`] = out[v]!;
      }
      losses += out.loss!.data[0]!;
      squares += out.mse!.data[0]!;
      wrong += out.wrong!.data[0]!;
    }
    const mean = { epoch, loss: losses / steps, mse: squares / steps, wrong: wrong / steps };
    curve.push(mean);
    onEpoch(mean);
  }
  await session.close();
  const weights = Object.fromEntries(
    parameterNames.map((name) => [name, state[`weight/${name}`]!.data]),
  );
  return { weights, curve };
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
