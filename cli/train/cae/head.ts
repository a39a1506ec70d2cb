/**
 * What nodes learn of the autoencoder together: its last layers on the way back, which say what is to be
 * expected of each stretch of bins and how far it scatters. All before them stays as it was trained, so
 * a node needs to run it once for each tile it learns from.
 */
import { createHash } from 'node:crypto';
import { adamOutputs, addAdam, createAdamRate } from '#agents/onnx/adam.ts';
import { Graph, sizeOf, type Tensor } from '#agents/onnx/graph.ts';
import { binary, gemm, mean, unary } from '#agents/onnx/ops.ts';
import { openSession, type Values } from '#agents/onnx/session.ts';
import { ABOUT_VALUES, aboutTile } from '#edge/detector/about-tile.ts';
import { TILE_BINS, TILE_SWEEPS, TILE_VALUES, type Tile } from '#edge/detector/tile.ts';
import type { LearningTask } from '#protocols/learning/task.ts';
import type { Random } from '#protocols/random.ts';
import {
  addNetwork,
  HIDDEN,
  parameterNames,
  SHARED,
  SQUARES,
  STRETCHES,
  shapeOf,
  type Weights,
} from './network.ts';

const names = ['expected', 'expected/bias', 'spread', 'spread/bias'] as const;
const SIZE = names.reduce((sum, name) => sum + sizeOf(shapeOf(name)), 0);
/** Rows of a step, of 16 tiles. */
const ROWS = 16 * TILE_SWEEPS;
const PASSES = 2;
const RATE = 5e-4;

/** Rows by sweep: what the frozen part says, and what the bins were. */
export interface HeadExamples {
  readonly rows: number;
  readonly hidden: Float32Array;
  readonly target: Float32Array;
  readonly scatter: Float32Array;
}

export interface HeadTask extends LearningTask<HeadExamples> {
  /** Of tiles that hold nothing strange. Only whole batches count: 16 tiles each. */
  examplesOf(tiles: readonly Tile[]): Promise<HeadExamples>;
  close(): Promise<void>;
}

/** `weights`: of the whole model, which the hash names. */
export async function openHead(weights: Weights, modelSha256: string): Promise<HeadTask> {
  const frozen = await openSession(frozenGraph(weights).encode({ name: 'frozen', batch: true }));
  const { graph, loss, parameters } = headGraph();
  const judge = await openSession(graph.encode({ name: 'loss' }));
  addAdam(graph, loss, parameters);
  const step = await openSession(graph.encode({ name: 'step' }));
  const run = async (head: Float32Array, examples: HeadExamples, batch: number) =>
    judge.run({ ...batchOf(examples, batch), ...partsOf(head) }, ['likelihood']);
  return {
    name: 'cae-head',
    size: SIZE,
    initial: () => joined((name) => weights[name]!),
    hashOf: (head) => createHash('sha256').update(modelSha256).update(bytesOf(head)).digest('hex'),
    async train(head, examples, random) {
      let state = stateOf(head);
      const rate = createAdamRate();
      for (let pass = 0; pass < PASSES; pass += 1) {
        for (const batch of orderOf(examples.rows / ROWS, random.fork(`pass/${pass}`))) {
          const data = Float32Array.of(rate(RATE));
          const out = await step.run({
            ...batchOf(examples, batch),
            ...state,
            rate: { data, shape: [] },
          });
          state = Object.fromEntries(
            Object.keys(state).map((input) => [input, out[outputOf(input)]!]),
          );
        }
      }
      return joined((name) => state[`weight/${name}`]!.data);
    },
    async loss(head, examples) {
      const batches = examples.rows / ROWS;
      let sum = 0;
      for (let batch = 0; batch < batches; batch += 1) {
        const { likelihood } = await run(head, examples, batch);
        sum += likelihood!.data[0]!;
      }
      return sum / batches;
    },
    async examplesOf(tiles) {
      const batches = Math.floor((tiles.length * TILE_SWEEPS) / ROWS);
      const rows = batches * ROWS;
      const examples = {
        rows,
        hidden: new Float32Array(rows * HIDDEN),
        target: new Float32Array(rows * STRETCHES),
        scatter: new Float32Array(rows * STRETCHES),
      };
      for (let at = 0; at < rows / TILE_SWEEPS; at += 1) {
        const tile = tiles[at]!;
        const about = new Float32Array(ABOUT_VALUES);
        aboutTile(tile, about);
        const out = await frozen.run({
          tile: { data: tile.values, shape: [1, 1, TILE_SWEEPS, TILE_BINS] },
          about: { data: about, shape: [1, ABOUT_VALUES] },
        });
        examples.hidden.set(out.decoded!.data, at * TILE_SWEEPS * HIDDEN);
        noteStretches(tile.values, examples, at * TILE_SWEEPS * STRETCHES);
      }
      return examples;
    },
    async close() {
      await Promise.all([frozen.close(), judge.close(), step.close()]);
    },
  };
}

function frozenGraph(weights: Weights): Graph {
  const graph = new Graph();
  const tile = graph.input('tile', [1, 1, TILE_SWEEPS, TILE_BINS]);
  const about = graph.input('about', [1, ABOUT_VALUES]);
  const fixed = new Map(
    parameterNames.map((name) => [
      name,
      graph.constant(`weight/${name}`, shapeOf(name), weights[name]!),
    ]),
  );
  graph.result('decoded', addNetwork(graph, tile, about, (name) => fixed.get(name)!).decoded);
  return graph;
}

/** The part of the loss of the whole that these weights bear on, and its likelihood alone. */
function headGraph() {
  const graph = new Graph();
  const hidden = graph.input('hidden', [ROWS, HIDDEN]);
  const target = graph.input('target', [ROWS, STRETCHES]);
  const scatter = graph.input('scatter', [ROWS, STRETCHES]);
  const parameters = names.map((name) => graph.input(`weight/${name}`, shapeOf(name)));
  const [expectedBy, expectedBias, spreadBy, spreadBias] = parameters as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const mul = (a: Tensor, b: Tensor) => binary(graph, 'Mul', a, b);
  const add = (a: Tensor, b: Tensor) => binary(graph, 'Add', a, b);
  const expected = add(gemm(graph, hidden, expectedBy), expectedBias);
  const logVariance = add(gemm(graph, hidden, spreadBy), spreadBias);
  const off = binary(graph, 'Sub', target, expected);
  const squares = add(mul(off, off), scatter);
  const inverse = unary(graph, 'Exp', unary(graph, 'Neg', logVariance));
  const unlikely = add(mul(squares, inverse), logVariance);
  const likelihood = mul(mean(graph, unlikely), graph.scalar(0.5));
  const loss = add(likelihood, mul(mean(graph, squares), graph.scalar(SQUARES)));
  graph.result('likelihood', likelihood);
  return { graph, loss, parameters };
}

function batchOf({ hidden, target, scatter }: HeadExamples, batch: number) {
  const of = (values: Float32Array, width: number): Values => ({
    data: values.subarray(batch * ROWS * width, (batch + 1) * ROWS * width),
    shape: [ROWS, width],
  });
  return {
    hidden: of(hidden, HIDDEN),
    target: of(target, STRETCHES),
    scatter: of(scatter, STRETCHES),
  };
}

function partsOf(head: Float32Array): Record<string, Values> {
  let from = 0;
  return Object.fromEntries(
    names.map((name) => {
      const shape = shapeOf(name);
      const data = head.subarray(from, from + sizeOf(shape));
      from += data.length;
      return [`weight/${name}`, { data, shape }];
    }),
  );
}

function stateOf(head: Float32Array): Record<string, Values> {
  return Object.fromEntries(
    Object.entries(partsOf(head)).flatMap(([input, { data, shape }]) => {
      const zeros = () => ({ data: new Float32Array(data.length), shape });
      return [
        [input, { data, shape }],
        [`${input}/m`, zeros()],
        [`${input}/v`, zeros()],
      ];
    }),
  );
}

/** The output that an input of a step comes back as. */
function outputOf(input: string): string {
  const name = input.replace(/\/[mv]$/, '');
  const [next, m, v] = adamOutputs(name) as [string, string, string];
  return input === name ? next : input.endsWith('/m') ? m : v;
}

function joined(of: (name: string) => Float32Array): Float32Array {
  const head = new Float32Array(SIZE);
  let from = 0;
  for (const name of names) {
    head.set(of(name), from);
    from += of(name).length;
  }
  return head;
}

function noteStretches(values: Float32Array, examples: HeadExamples, from: number): void {
  for (let stretch = 0; stretch < TILE_VALUES / SHARED; stretch += 1) {
    let sum = 0;
    let squares = 0;
    for (let bin = 0; bin < SHARED; bin += 1) {
      const value = values[stretch * SHARED + bin]!;
      sum += value;
      squares += value * value;
    }
    const middle = sum / SHARED;
    examples.target[from + stretch] = middle;
    examples.scatter[from + stretch] = squares / SHARED - middle * middle;
  }
}

function orderOf(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
  return order;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
