import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adamOutputs, addAdam, createAdamRate } from '#agents/onnx/adam.ts';
import { gradients } from '#agents/onnx/gradient.ts';
import { Graph, type Shape, sizeOf, type Tensor } from '#agents/onnx/graph.ts';
import {
  binary,
  concat,
  conv,
  convTranspose,
  gemm,
  logSoftmax,
  matmul,
  mean,
  part,
  reduceSum,
  reshape,
  type Stride,
  transpose,
  unary,
} from '#agents/onnx/ops.ts';
import { openSession } from '#agents/onnx/session.ts';
import { createRandom } from '#agents/random/philox.ts';
import { type Feeds, interpret } from './interpreter.ts';

/** A function of its inputs, which the loss sums up with weights that differ by place. */
interface Case {
  readonly name: string;
  readonly inputs: readonly Shape[];
  readonly of: (graph: Graph, inputs: readonly Tensor[]) => Tensor;
  /** Inputs are drawn above this; for functions that are defined there alone. */
  readonly above?: number;
}

const stride: Stride = { strides: [2, 4], pads: [1, 2] };
const uneven: Stride = { strides: [1, 2], pads: [1, 1] };
const elementwise = (['Relu', 'Sigmoid', 'Tanh', 'Exp', 'Neg', 'Abs'] as const).map(
  (op): Case => ({ name: op, inputs: [[2, 3]], of: (g, [x]) => unary(g, op, x!) }),
);
const positive = (['Log', 'Sqrt'] as const).map(
  (op): Case => ({ name: op, inputs: [[2, 3]], of: (g, [x]) => unary(g, op, x!), above: 0.5 }),
);
const pairs = (['Add', 'Sub', 'Mul', 'Div'] as const).flatMap((op): Case[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 3, 4],
      [3, 1],
    ],
    [
      [1, 4],
      [3, 1],
    ],
    [[2, 2], []],
  ].map((inputs) => ({
    name: `${op} of [${inputs[0]}] and [${inputs[1]}]`,
    inputs,
    of: (g, [a, b]) => binary(g, op, a!, b!),
    above: 0.5,
  })),
);
const products = ([0, 1] as const).flatMap((transA) =>
  ([0, 1] as const).map(
    (transB): Case => ({
      name: `Gemm ${transA} ${transB}`,
      inputs: [transA === 1 ? [4, 3] : [3, 4], transB === 1 ? [2, 4] : [4, 2]],
      of: (g, [a, b]) => gemm(g, a!, b!, { transA, transB }),
    }),
  ),
);
const cases: readonly Case[] = [
  ...elementwise,
  ...positive,
  ...pairs,
  ...products,
  {
    name: 'Conv, as of the autoencoder',
    inputs: [
      [2, 3, 4, 16],
      [2, 3, 4, 8],
    ],
    of: (g, [x, w]) => conv(g, x!, w!, stride),
  },
  {
    name: 'Conv, unlike in rows and columns',
    inputs: [
      [2, 2, 4, 6],
      [3, 2, 3, 4],
    ],
    of: (g, [x, w]) => conv(g, x!, w!, uneven),
  },
  {
    name: 'ConvTranspose, as of the autoencoder',
    inputs: [
      [2, 3, 2, 4],
      [3, 2, 4, 8],
    ],
    of: (g, [x, w]) => convTranspose(g, x!, w!, stride),
  },
  {
    name: 'MatMul, by batch',
    inputs: [
      [2, 3, 4],
      [2, 4, 2],
    ],
    of: (g, [a, b]) => matmul(g, a!, b!),
  },
  { name: 'LogSoftmax', inputs: [[3, 4]], of: (g, [x]) => logSoftmax(g, x!) },
  { name: 'Reshape', inputs: [[2, 6]], of: (g, [x]) => reshape(g, x!, [3, 4]) },
  { name: 'Transpose', inputs: [[2, 3, 4]], of: (g, [x]) => transpose(g, x!, [2, 0, 1]) },
  { name: 'ReduceSum', inputs: [[2, 3, 4]], of: (g, [x]) => reduceSum(g, x!, [0, 2]) },
  { name: 'ReduceMean', inputs: [[2, 3]], of: (g, [x]) => mean(g, x!) },
  {
    name: 'a part of the second dimension',
    inputs: [[2, 4, 2]],
    of: (g, [x]) => part(g, x!, 1, 3),
  },
  {
    name: 'Concat, and a value used twice',
    inputs: [
      [2, 3],
      [2, 1],
    ],
    of: (g, [a, b]) => concat(g, [a!, b!, a!]),
  },
];

for (const one of cases) {
  test(`the gradient of ${one.name} is the difference quotient, in float64`, () => {
    const { graph, inputs, loss, slopes } = lossOf(one);
    const feeds = drawn(inputs, 7, one.above);
    const values = interpret(graph, feeds);
    inputs.forEach(({ name }, which) => {
      const analytic = values.get(slopes[which]!.name)!;
      const given = feeds[name]!;
      given.forEach((value, at) => {
        const step = 1e-5;
        const at1 = { ...feeds, [name]: given.with(at, value + step) };
        const at0 = { ...feeds, [name]: given.with(at, value - step) };
        const rise =
          interpret(graph, at1).get(loss.name)![0]! - interpret(graph, at0).get(loss.name)![0]!;
        const quotient = rise / (2 * step);
        const off = Math.abs(analytic[at]! - quotient);
        assert.ok(
          off <= 1e-6 * (1 + Math.abs(quotient)),
          `${name}[${at}]: ${analytic[at]} ${quotient}`,
        );
      });
    });
  });

  test(`the runtime computes ${one.name} and its gradient as the definitions say`, async () => {
    const { graph, inputs, loss, slopes } = lossOf(one);
    graph.result('loss', loss);
    for (const [which, slope] of slopes.entries()) graph.result(`slope/${which}`, slope);
    const feeds = drawn(inputs, 8, one.above);
    const expected = interpret(graph, feeds);
    const session = await openSession(graph.encode({ name: 'one' }));
    const given = inputs.map(({ name, shape }) => [
      name,
      { data: Float32Array.from(feeds[name]!), shape },
    ]);
    const results = await session.run(Object.fromEntries(given));
    for (const name of session.outputs) {
      const exact = expected.get(name)!;
      results[name]!.data.forEach((value, at) => {
        const off = Math.abs(value - exact[at]!);
        assert.ok(off <= 1e-4 * (1 + Math.abs(exact[at]!)), `${name}[${at}]`);
      });
    }
    await session.close();
  });
}

test('no two tensors have one name', () => {
  const graph = new Graph();
  graph.input('x', [1]);
  assert.throws(() => graph.constant('x', [], Float32Array.of(1)), /two tensors of one name: 'x'/);
});

test('an operator without a rule is named, not passed over', () => {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const loss = mean(graph, graph.node('Erf', [x], [2]));
  assert.throws(() => gradients(graph, loss, [x]), /no gradient rule for Erf/);
});

test('Adam in the graph moves as algorithm 1 of its paper', async () => {
  const graph = new Graph();
  const w = graph.input('w', [3]);
  const target = graph.constant('target', [3], Float32Array.of(1, -2, 0.5));
  const off = binary(graph, 'Sub', w, target);
  addAdam(graph, mean(graph, binary(graph, 'Mul', off, off)), [w]);
  const session = await openSession(graph.encode({ name: 'adam' }));
  const rateOf = createAdamRate();
  const state = { w: [0, 0, 0], m: [0, 0, 0], v: [0, 0, 0] };
  let [given, m, v] = [0, 0, 0].map(() => new Float32Array(3)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let step = 1; step <= 200; step += 1) {
    const rate = { data: Float32Array.of(rateOf(0.05)), shape: [] };
    const of = (data: Float32Array) => ({ data, shape: [3] });
    const out = await session.run({ w: of(given), 'w/m': of(m), 'w/v': of(v), rate });
    [given, m, v] = adamOutputs('w').map((name) => out[name]!.data) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    paper(state, step);
  }
  for (const [at, value] of given.entries()) assert.ok(Math.abs(value - state.w[at]!) < 1e-4);
  assert.ok(Math.abs(given[0]! - 1) < 0.05);
  await session.close();
});

/** Written from the paper, in float64, for the loss above. */
function paper(state: { w: number[]; m: number[]; v: number[] }, step: number): void {
  [1, -2, 0.5].forEach((target, at) => {
    const slope = (2 * (state.w[at]! - target)) / 3;
    state.m[at] = 0.9 * state.m[at]! + 0.1 * slope;
    state.v[at] = 0.999 * state.v[at]! + 0.001 * slope * slope;
    const mHat = state.m[at]! / (1 - 0.9 ** step);
    const vHat = state.v[at]! / (1 - 0.999 ** step);
    state.w[at]! -= (0.05 * mHat) / (Math.sqrt(vHat) + 1e-8);
  });
}

function lossOf({ inputs: shapes, of }: Case) {
  const graph = new Graph();
  const inputs = shapes.map((shape, which) => graph.input(`x${which}`, shape));
  const value = of(graph, inputs);
  const weights = Float32Array.from({ length: sizeOf(value.shape) }, (_, at) => 1 + (at % 5) / 4);
  const weighted = binary(graph, 'Mul', value, graph.constant('weights', value.shape, weights));
  const loss = mean(graph, weighted);
  return { graph, inputs, loss, slopes: gradients(graph, loss, inputs) };
}

function drawn(inputs: readonly Tensor[], seed: number, above?: number): Feeds {
  const random = createRandom(seed);
  return Object.fromEntries(
    inputs.map(({ name, shape }) => [
      name,
      Array.from({ length: sizeOf(shape) }, () =>
        above === undefined ? random.uniform() * 2 - 1 : above + random.uniform(),
      ),
    ]),
  );
}
