/**
 * Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of a scalar by
 * other tensors. One rule an operator, written in operators again, so that training needs nothing
 * but a runtime for inference.
 */
import type { Graph, GraphNode, Shape, Tensor } from './graph.ts';
import {
  binary,
  concat,
  conv,
  convTranspose,
  crop,
  expand,
  gemm,
  matmul,
  part,
  reduceSum,
  reshape,
  type Stride,
  transpose,
  unary,
} from './ops.ts';

/** The gradients of `loss` by each of `by`, in their order. */
export function gradients(graph: Graph, loss: Tensor, by: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0) throw new Error(`the loss is no scalar: [${loss.shape}]`);
  const forward = [...graph.nodes];
  const needed = reaching(forward, by);
  const found = new Map<string, Tensor>([[loss.name, graph.scalar(1)]]);
  for (const node of forward.toReversed()) {
    const gradient = found.get(node.output.name);
    if (gradient === undefined || !needed.has(node.output.name)) continue;
    const rule = rules[node.op];
    if (rule === undefined) throw new Error(`no gradient rule for ${node.op}`);
    rule(graph, node, gradient).forEach((share, place) => {
      const input = node.inputs[place]!;
      if (share === undefined || !needed.has(input.name)) return;
      const before = found.get(input.name);
      const fitted = sumTo(graph, share(), input.shape);
      found.set(input.name, before === undefined ? fitted : binary(graph, 'Add', before, fitted));
    });
  }
  return by.map(({ name }) => {
    const gradient = found.get(name);
    if (gradient === undefined) throw new Error(`the loss does not depend on '${name}'`);
    return gradient;
  });
}

/** Names of tensors that some of `by` flows into; others need no gradient. */
function reaching(nodes: readonly GraphNode[], by: readonly Tensor[]): Set<string> {
  const names = new Set(by.map(({ name }) => name));
  for (const { inputs, output } of nodes) {
    if (inputs.some(({ name }) => names.has(name))) names.add(output.name);
  }
  return names;
}

/** For each input, its share of the gradient, made only when it is wanted; undefined: none flows. */
type Rule = (
  graph: Graph,
  node: GraphNode,
  gradient: Tensor,
) => readonly ((() => Tensor) | undefined)[];

const rules: Readonly<Record<string, Rule>> = {
  Identity: (_, __, d) => [() => d],
  Add: (_, __, d) => [() => d, () => d],
  Sub: (graph, _, d) => [() => d, () => unary(graph, 'Neg', d)],
  Mul: (graph, { inputs: [a, b] }, d) => [
    () => binary(graph, 'Mul', d, b!),
    () => binary(graph, 'Mul', d, a!),
  ],
  Div: (graph, { inputs: [, b], output }, d) => [
    () => binary(graph, 'Div', d, b!),
    () => {
      const share = binary(graph, 'Div', binary(graph, 'Mul', d, output), b!);
      return unary(graph, 'Neg', share);
    },
  ],
  Neg: (graph, _, d) => [() => unary(graph, 'Neg', d)],
  Exp: (graph, { output }, d) => [() => binary(graph, 'Mul', d, output)],
  Log: (graph, { inputs: [x] }, d) => [() => binary(graph, 'Div', d, x!)],
  Sqrt: (graph, { output }, d) => [
    () => binary(graph, 'Div', binary(graph, 'Mul', d, graph.scalar(0.5)), output),
  ],
  Abs: (graph, { inputs: [x] }, d) => [() => binary(graph, 'Mul', d, unary(graph, 'Sign', x!))],
  // What comes out is never negative: its sign is 1 where it was let through.
  Relu: (graph, { output }, d) => [() => binary(graph, 'Mul', d, unary(graph, 'Sign', output))],
  Sigmoid: (graph, { output }, d) => [
    () => {
      const other = binary(graph, 'Sub', graph.scalar(1), output);
      return binary(graph, 'Mul', d, binary(graph, 'Mul', output, other));
    },
  ],
  Tanh: (graph, { output }, d) => [
    () => {
      const square = binary(graph, 'Mul', output, output);
      return binary(graph, 'Mul', d, binary(graph, 'Sub', graph.scalar(1), square));
    },
  ],
  Gemm: gemmRule,
  MatMul: (graph, { inputs: [a, b] }, d) => [
    () => matmul(graph, d, transpose(graph, b!, [0, 2, 1])),
    () => matmul(graph, transpose(graph, a!, [0, 2, 1]), d),
  ],
  LogSoftmax: (graph, { output }, d) => [
    () => {
      const sum = reduceSum(graph, d, [d.shape.length - 1]);
      const back = binary(graph, 'Mul', unary(graph, 'Exp', output), sum);
      return binary(graph, 'Sub', d, back);
    },
  ],
  Conv: convRule,
  ConvTranspose: convTransposeRule,
  Reshape: (graph, { inputs: [x] }, d) => [() => reshape(graph, d, x!.shape)],
  Transpose: (graph, { attributes }, d) => [
    () => {
      const perm = attributes.perm as readonly number[];
      return transpose(
        graph,
        d,
        perm.map((_, axis) => perm.indexOf(axis)),
      );
    },
  ],
  ReduceSum: (graph, { inputs: [x] }, d) => [() => expand(graph, d, x!.shape)],
  Slice: sliceRule,
  Concat: (graph, { inputs }, d) => {
    let from = 0;
    return inputs.map(({ shape }) => {
      const start = from;
      from += shape[1]!;
      return () => part(graph, d, start, start + shape[1]!);
    });
  },
};

/** Of a part of the second dimension: the rest of it gets nothing. */
function sliceRule(graph: Graph, { inputs }: GraphNode, d: Tensor) {
  const [x, starts, , axes] = inputs as [Tensor, Tensor, Tensor, Tensor];
  const whole = ({ name }: Tensor) => [...graph.constants.get(name)!.values].map(Number);
  if (whole(axes).join() !== '1') throw new Error('no gradient rule for a Slice but of axis 1');
  return [
    () => {
      const [from] = whole(starts) as [number];
      const zeros = (count: number) =>
        expand(graph, graph.scalar(0), [x.shape[0]!, count, ...x.shape.slice(2)]);
      const after = x.shape[1]! - from - d.shape[1]!;
      const parts = [...(from > 0 ? [zeros(from)] : []), d, ...(after > 0 ? [zeros(after)] : [])];
      return concat(graph, parts);
    },
  ];
}

/** Of C = A·B, with either transposed first. */
function gemmRule(graph: Graph, { inputs, attributes }: GraphNode, d: Tensor) {
  const [a, b] = inputs as [Tensor, Tensor];
  const transA = attributes.transA as 0 | 1;
  const transB = attributes.transB as 0 | 1;
  return [
    () =>
      transA === 1
        ? gemm(graph, b, d, { transA: transB, transB: 1 })
        : gemm(graph, d, b, { transB: transB === 1 ? 0 : 1 }),
    () =>
      transB === 1
        ? gemm(graph, d, a, { transA: 1, transB: transA })
        : gemm(graph, a, d, { transA: transA === 1 ? 0 : 1 }),
  ];
}

function strideOf({ attributes }: GraphNode): Stride {
  const [rows, columns] = attributes.strides as [number, number];
  const [top, left] = attributes.pads as [number, number];
  return { strides: [rows, columns], pads: [top, left] };
}

function convRule(graph: Graph, node: GraphNode, d: Tensor) {
  const [x, weights] = node.inputs as [Tensor, Tensor];
  const stride = strideOf(node);
  return [
    () => {
      const back = convTranspose(graph, d, weights, stride);
      // Rows and columns at the end that no window reached have no gradient: none of ours has such.
      if (back.shape.some((size, axis) => size !== x.shape[axis])) {
        throw new Error(`conv of [${x.shape}] leaves a rest over: choose pads that use it all`);
      }
      return back;
    },
    () => weightGradient(graph, x, d, stride, weights.shape),
  ];
}

function convTransposeRule(graph: Graph, node: GraphNode, d: Tensor) {
  const [x, weights] = node.inputs as [Tensor, Tensor];
  const stride = strideOf(node);
  return [
    () => conv(graph, d, weights, stride),
    () => weightGradient(graph, d, x, stride, weights.shape),
  ];
}

/**
 * By the weights [K, C, kh, kw] that map `wide` [N, C, H, W] to `narrow` [N, K, h, w]: a convolution
 * over the batch, in which what was the stride becomes the dilation.
 */
function weightGradient(
  graph: Graph,
  wide: Tensor,
  narrow: Tensor,
  { strides, pads }: Stride,
  shape: Shape,
): Tensor {
  const swap = [1, 0, 2, 3];
  const over = conv(
    graph,
    transpose(graph, wide, swap),
    transpose(graph, narrow, swap),
    { strides: [1, 1], pads },
    [strides[0], strides[1]],
  );
  return transpose(graph, crop(graph, over, [shape[2]!, shape[3]!]), swap);
}

/** Sums over the axes along which a shape was broadcast. */
function sumTo(graph: Graph, x: Tensor, shape: Shape): Tensor {
  const more = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < more || (shape[axis - more] === 1 && size !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? x : reduceSum(graph, x, axes);
  const isAlike =
    summed.shape.length === shape.length && summed.shape.every((size, at) => size === shape[at]);
  return isAlike ? summed : reshape(graph, summed, shape);
}
