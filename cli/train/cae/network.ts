/**
 * The autoencoder as a graph. Sweeps lie 233 µs apart, so each is coded by itself, by two convolutions
 * and a dense layer to 16 values that are never negative: 256 for a tile. On the way back it gives for
 * each stretch of bins what it expects and how far that scatters. A judge, convolutions over sweeps and
 * frequency, then says of each sweep how strange it is, from what came beside what was expected.
 */
import { Graph, type Shape, sizeOf, type Tensor } from '#agents/onnx/graph.ts';
import {
  binary,
  concat,
  conv,
  expand,
  gemm,
  mean,
  pool,
  reduceSum,
  reshape,
  type Stride,
  transpose,
  unary,
} from '#agents/onnx/ops.ts';
import { ABOUT_VALUES } from '#edge/detector/about-tile.ts';
import { TILE_BINS, TILE_SWEEPS } from '#edge/detector/tile.ts';
import type { Random } from '#protocols/random.ts';

/** Values of a sweep in the vector of a tile. */
const LATENT = 16;
/** Neighbouring bins that share what is expected of them. */
export const SHARED = 4;
export const STRETCHES = TILE_BINS / SHARED;

const first = { out: 16, kernel: [1, 16], by: { strides: [1, 8], pads: [0, 4] } } as const;
const second = { out: 32, kernel: [1, 8], by: { strides: [1, 4], pads: [0, 2] } } as const;
const PLACES = TILE_BINS / 32;
const CODED = second.out * PLACES;
export const HIDDEN = 96;
/** What the judge sees of a stretch: level, two errors, spread, and two over all sweeps. */
const SEEN = 6;
const near = { out: 16, kernel: [1, 8], by: { strides: [1, 2], pads: [0, 3] } } as const;
const wide = { out: 16, kernel: [3, 6], by: { strides: [1, 4], pads: [1, 1] } } as const;
const one: Stride = { strides: [1, 1], pads: [0, 0] };

const shapes: Readonly<Record<string, Shape>> = {
  'encoder/1': [first.out, 1, ...first.kernel],
  'encoder/1/bias': [first.out, 1, 1],
  'encoder/2': [second.out, first.out, ...second.kernel],
  'encoder/2/bias': [second.out, 1, 1],
  'encoder/3': [CODED, HIDDEN],
  'encoder/3/about': [ABOUT_VALUES, HIDDEN],
  'encoder/3/bias': [HIDDEN],
  vector: [HIDDEN, LATENT],
  'vector/bias': [LATENT],
  'decoder/1': [LATENT, HIDDEN],
  'decoder/1/about': [ABOUT_VALUES, HIDDEN],
  'decoder/1/bias': [HIDDEN],
  'decoder/2': [HIDDEN, HIDDEN],
  'decoder/2/bias': [HIDDEN],
  expected: [HIDDEN, STRETCHES],
  'expected/bias': [STRETCHES],
  spread: [HIDDEN, STRETCHES],
  'spread/bias': [STRETCHES],
  'judge/1': [near.out, SEEN, ...near.kernel],
  'judge/1/about': [ABOUT_VALUES, near.out],
  'judge/1/bias': [near.out, 1, 1],
  'judge/2': [wide.out, near.out, ...wide.kernel],
  'judge/2/about': [ABOUT_VALUES, wide.out],
  'judge/2/bias': [wide.out, 1, 1],
  'judge/3': [1, wide.out, 1, 1],
  'judge/3/bias': [1, 1, 1],
};

export const parameterNames = Object.keys(shapes);

export type Weights = Readonly<Record<string, Float32Array>>;

export function shapeOf(name: string): Shape {
  return shapes[name]!;
}

export const parameterCount = Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);

/** What they give begins near their bias. */
const outermost = new Set(['expected', 'spread', 'judge/3']);

/** The latent begins above zero: a value that is never positive would never learn. */
const starts: Readonly<Record<string, number>> = {
  'vector/bias': 0.5,
  // Mean and logarithm of the variance of all values.
  'expected/bias': 1.1,
  'spread/bias': -1.2,
};

/** He's initialisation (ICCV 2015); biases are zero. */
export function initialWeights(random: Random): Weights {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const own = random.fork(name);
      const values = new Float32Array(sizeOf(shape));
      const start = starts[name];
      if (start !== undefined) return [name, values.fill(start)];
      if (name.endsWith('/bias')) return [name, values];
      const scale = Math.sqrt(2 / (shape.length === 2 ? shape[0]! : sizeOf(shape.slice(1))));
      const share = outermost.has(name) ? 0.1 : 1;
      return [name, values.map(() => own.normal() * scale * share)];
    }),
  );
}

export interface Network {
  /** Of each sweep. */
  readonly latent: Tensor;
  /** Of each sweep, a row: what the last layers of the way back are given. */
  readonly decoded: Tensor;
  /** Mean of each stretch of bins. */
  readonly level: Tensor;
  /** What is expected of a stretch of bins, and the logarithm of the variance around it. */
  readonly expected: Tensor;
  readonly logVariance: Tensor;
  /** Of each sweep: above 0 where it more likely than not holds what is neither noise nor Wi-Fi. */
  readonly strangeness: Tensor;
}

/** Places are judged within ± this, so that the sum of their exponentials stays a number. */
const JUDGED = 20;

export function addNetwork(
  graph: Graph,
  tile: Tensor,
  about: Tensor,
  weight: (name: string) => Tensor,
): Network {
  const [batch] = tile.shape as [number];
  const add = (a: Tensor, b: Tensor) => binary(graph, 'Add', a, b);
  const relu = (x: Tensor) => unary(graph, 'Relu', x);
  const folded = (name: string, x: Tensor, by: Stride) =>
    add(conv(graph, x, weight(name), by), weight(`${name}/bias`));
  const dense = (name: string, x: Tensor) =>
    add(gemm(graph, x, weight(name)), weight(`${name}/bias`));
  const told = (name: string, shape: Shape) =>
    reshape(graph, gemm(graph, about, weight(`${name}/about`)), shape);
  // Rows of a matrix are sweeps; what a tile is told belongs to each of its 16.
  const rows = batch * TILE_SWEEPS;
  const withAbout = (name: string, x: Tensor) => {
    const apart = reshape(graph, dense(name, x), [batch, TILE_SWEEPS, HIDDEN], 'open');
    const both = add(apart, told(name, [batch, 1, HIDDEN]));
    return relu(reshape(graph, both, [rows, HIDDEN], 'open'));
  };

  const bins = relu(folded('encoder/1', tile, first.by));
  const places = relu(folded('encoder/2', bins, second.by));
  const coded = reshape(graph, transpose(graph, places, [0, 2, 1, 3]), [rows, CODED], 'open');
  const latent = relu(dense('vector', withAbout('encoder/3', coded)));
  const decoded = relu(dense('decoder/2', withAbout('decoder/1', latent)));
  const map = (x: Tensor) => reshape(graph, x, [batch, 1, TILE_SWEEPS, STRETCHES], 'open');
  const expected = map(dense('expected', decoded));
  const logVariance = map(dense('spread', decoded));

  const precision = unary(graph, 'Exp', binary(graph, 'Mul', logVariance, graph.scalar(-0.5)));
  const level = pool(graph, 'AveragePool', tile, [1, SHARED]);
  const largest = pool(graph, 'MaxPool', tile, [1, SHARED]);
  const error = (x: Tensor) => binary(graph, 'Mul', binary(graph, 'Sub', x, expected), precision);
  // What a stretch comes down to in the quietest sweep, and its mean: does it ever pause, does it stay?
  const negative = unary(graph, 'Neg', level);
  const quietest = unary(graph, 'Neg', pool(graph, 'MaxPool', negative, [TILE_SWEEPS, 1]));
  const steady = pool(graph, 'AveragePool', level, [TILE_SWEEPS, 1]);
  const throughout = [quietest, steady].map((x) => expand(graph, x, level.shape));
  const seen = concat(graph, [level, error(level), error(largest), precision, ...throughout]);
  const close = relu(
    add(folded('judge/1', seen, near.by), told('judge/1', [batch, near.out, 1, 1])),
  );
  const further = relu(
    add(folded('judge/2', close, wide.by), told('judge/2', [batch, wide.out, 1, 1])),
  );
  const judged = folded('judge/3', further, one);
  // The strangest place of a sweep counts, softly: the logarithm of a sum of exponentials.
  const scaled = binary(graph, 'Mul', judged, graph.scalar(1 / JUDGED));
  const bounded = binary(graph, 'Mul', unary(graph, 'Tanh', scaled), graph.scalar(JUDGED));
  const sum = reduceSum(graph, unary(graph, 'Exp', bounded), [3]);
  const strangeness = reshape(graph, unary(graph, 'Log', sum), [batch, TILE_SWEEPS]);
  return { latent, decoded, level, expected, logVariance, strangeness };
}

const tileShape = (batch: number): Shape => [batch, 1, TILE_SWEEPS, TILE_BINS];
const mapShape = (batch: number): Shape => [batch, 1, TILE_SWEEPS, STRETCHES];

/** Weights of the parts of the loss beside the likelihood of the bins. */
const SPARSITY = 0.005;
/** A likelihood alone learns to be unsure before it learns what to expect (Seitzer, ICLR 2022). */
export const SQUARES = 2;
const JUDGEMENT = 1;

/**
 * A step of training: the likelihood of the bins under a Gaussian of the expected spread (Nix and
 * Weigend, ICNN 1994), what the latent costs, as the sum of its values, and the judgement's cross
 * entropy. `target` and `scatter` are mean and variance of the bins of a stretch without strangers.
 */
export function lossGraph(batch: number) {
  const graph = new Graph();
  const tile = graph.input('tile', tileShape(batch));
  const target = graph.input('target', mapShape(batch));
  const scatter = graph.input('scatter', mapShape(batch));
  const mask = graph.input('mask', [batch, 1, TILE_SWEEPS, 1]);
  const about = graph.input('about', [batch, ABOUT_VALUES]);
  const strange = graph.input('strange', [batch, TILE_SWEEPS]);
  const parameters = parameterNames.map((name) => graph.input(`weight/${name}`, shapes[name]!));
  const weight = (name: string) => parameters[parameterNames.indexOf(name)]!;
  const network = addNetwork(graph, tile, about, weight);

  const mul = (a: Tensor, b: Tensor) => binary(graph, 'Mul', a, b);
  const add = (a: Tensor, b: Tensor) => binary(graph, 'Add', a, b);
  const off = binary(graph, 'Sub', target, network.expected);
  const squares = mul(add(mul(off, off), scatter), mask);
  const inverse = unary(graph, 'Exp', unary(graph, 'Neg', network.logVariance));
  const unlikely = add(mul(squares, inverse), mul(network.logVariance, mask));
  const wrong = mul(
    crossEntropy(graph, network.strangeness, strange),
    reshape(graph, mask, [batch, TILE_SWEEPS]),
  );
  const parts = [
    add(
      mul(mean(graph, unlikely), graph.scalar(0.5)),
      mul(mean(graph, squares), graph.scalar(SQUARES)),
    ),
    mul(mean(graph, network.latent), graph.scalar(SPARSITY)),
    mul(mean(graph, wrong), graph.scalar(JUDGEMENT)),
  ] as const;
  const loss = add(add(parts[0], parts[1]), parts[2]);
  graph.result('loss', loss);
  graph.result('mse', mean(graph, squares));
  graph.result('wrong', mean(graph, wrong));
  return { graph, loss, parameters };
}

/** max(x, 0) − x·label + ln(1 + exp(−|x|)). */
function crossEntropy(graph: Graph, x: Tensor, label: Tensor): Tensor {
  const linear = binary(graph, 'Sub', unary(graph, 'Relu', x), binary(graph, 'Mul', x, label));
  const small = unary(graph, 'Exp', unary(graph, 'Neg', unary(graph, 'Abs', x)));
  const rest = unary(graph, 'Log', binary(graph, 'Add', small, graph.scalar(1)));
  return binary(graph, 'Add', linear, rest);
}

/**
 * What the node runs: weights fixed, any number of tiles at once. `plain` adds the plain squared error,
 * to compare with.
 */
export function modelGraph(weights: Weights, { plain = false } = {}): Graph {
  const graph = new Graph();
  const tile = graph.input('tile', tileShape(1));
  const about = graph.input('about', [1, ABOUT_VALUES]);
  const fixed = new Map(
    Object.entries(weights).map(([name, values]) => [
      name,
      graph.constant(`weight/${name}`, shapes[name]!, values),
    ]),
  );
  const network = addNetwork(graph, tile, about, (name) => fixed.get(name)!);
  const { latent, strangeness } = network;
  graph.result('vector', reshape(graph, latent, [1, TILE_SWEEPS * LATENT], 'open'));
  graph.result('strangeness', strangeness);
  if (plain) graph.result('plainError', plainError(graph, tile, network));
  return graph;
}

/** By sweep, the mean over its bins of the squared error. */
function plainError(graph: Graph, tile: Tensor, { level, expected }: Network): Tensor {
  const mul = (a: Tensor, b: Tensor) => binary(graph, 'Mul', a, b);
  const squares = pool(graph, 'AveragePool', mul(tile, tile), [1, SHARED]);
  const twice = binary(graph, 'Sub', mul(level, graph.scalar(2)), expected);
  const off = binary(graph, 'Sub', squares, mul(expected, twice));
  const sum = reshape(graph, reduceSum(graph, off, [3]), [1, TILE_SWEEPS]);
  return mul(sum, graph.scalar(1 / STRETCHES));
}
