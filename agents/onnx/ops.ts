/** The operators that our models are made of, each with the shape it results in. */
import { type Graph, type Shape, sizeOf, type Tensor } from './graph.ts';

/** Of a convolution over rows and columns: as many at either end are padded with zeros. */
export interface Stride {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number];
}

type Unary = 'Relu' | 'Sigmoid' | 'Tanh' | 'Exp' | 'Log' | 'Sqrt' | 'Neg' | 'Sign' | 'Abs';
type Binary = 'Add' | 'Sub' | 'Mul' | 'Div';

export function unary(graph: Graph, op: Unary, x: Tensor): Tensor {
  return graph.node(op, [x], x.shape);
}

/** Shapes are made alike as ONNX broadcasts them. */
export function binary(graph: Graph, op: Binary, a: Tensor, b: Tensor): Tensor {
  return graph.node(op, [a, b], broadcast(a.shape, b.shape));
}

/** Two matrices, either of them transposed first. */
export function gemm(
  graph: Graph,
  a: Tensor,
  b: Tensor,
  { transA = 0, transB = 0 }: { readonly transA?: 0 | 1; readonly transB?: 0 | 1 } = {},
): Tensor {
  const [rows, inner] = transA === 1 ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [other, columns] = transB === 1 ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  if (inner !== other) throw new Error(`gemm of [${a.shape}] and [${b.shape}]`);
  return graph.node('Gemm', [a, b], [rows, columns], { transA, transB });
}

/** Matrix by matrix, [B, rows, inner] and [B, inner, columns]. */
export function matmul(graph: Graph, a: Tensor, b: Tensor): Tensor {
  const [batch, rows, inner] = a.shape as [number, number, number];
  const [others, other, columns] = b.shape as [number, number, number];
  if (inner !== other || batch !== others)
    throw new Error(`matmul of [${a.shape}] and [${b.shape}]`);
  return graph.node('MatMul', [a, b], [batch, rows, columns]);
}

/** Logarithms of shares along the last dimension, which add up to 1. */
export function logSoftmax(graph: Graph, x: Tensor): Tensor {
  return graph.node('LogSoftmax', [x], x.shape, { axis: x.shape.length - 1 });
}

/** x [N, C, H, W] with weights [K, C, kh, kw] to [N, K, h, w]. */
export function conv(
  graph: Graph,
  x: Tensor,
  weights: Tensor,
  { strides, pads }: Stride,
  dilations: readonly [number, number] = [1, 1],
): Tensor {
  const [batch, channels, ...size] = x.shape as [number, number, number, number];
  const [kernels, expected, ...kernel] = weights.shape as [number, number, number, number];
  if (channels !== expected) throw new Error(`conv of [${x.shape}] with [${weights.shape}]`);
  const out = [0, 1].map((axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1;
    return Math.floor((size[axis]! + 2 * pads[axis]! - reach) / strides[axis]!) + 1;
  });
  return graph.node('Conv', [x, weights], [batch, kernels, ...out], {
    strides,
    pads: [...pads, ...pads],
    dilations,
    kernel_shape: kernel,
  });
}

/** x [N, K, h, w] with weights [K, C, kh, kw] to [N, C, H, W]: what `conv` maps back from. */
export function convTranspose(
  graph: Graph,
  x: Tensor,
  weights: Tensor,
  { strides, pads }: Stride,
): Tensor {
  const [batch, kernels, ...size] = x.shape as [number, number, number, number];
  const [expected, channels, ...kernel] = weights.shape as [number, number, number, number];
  if (kernels !== expected)
    throw new Error(`convTranspose of [${x.shape}] with [${weights.shape}]`);
  const out = [0, 1].map(
    (axis) => (size[axis]! - 1) * strides[axis]! + kernel[axis]! - 2 * pads[axis]!,
  );
  return graph.node('ConvTranspose', [x, weights], [batch, channels, ...out], {
    strides,
    pads: [...pads, ...pads],
    kernel_shape: kernel,
  });
}

/**
 * Where the first dimension stays, it is written as "the same", so that it may be left open; with
 * `open` as "whatever is left", where it becomes another. With `inner` that is the second.
 */
export function reshape(graph: Graph, x: Tensor, shape: Shape, left?: 'open' | 'inner'): Tensor {
  if (sizeOf(shape) !== sizeOf(x.shape)) throw new Error(`reshape of [${x.shape}] to [${shape}]`);
  const isBatched = shape.length > 0 && shape[0] === x.shape[0];
  const first = left === 'open' ? -1 : isBatched && left !== 'inner' ? 0 : shape[0];
  const inner = left === 'inner' ? [-1, ...shape.slice(2)] : shape.slice(1);
  const target = graph.integers(shape.length === 0 ? [] : [first!, ...inner]);
  return graph.node('Reshape', [x, target], shape);
}

export function transpose(graph: Graph, x: Tensor, perm: readonly number[]): Tensor {
  return graph.node(
    'Transpose',
    [x],
    perm.map((axis) => x.shape[axis]!),
    { perm },
  );
}

export function reduceSum(graph: Graph, x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return graph.node('ReduceSum', [x, graph.integers(axes)], shape, { keepdims: 1 });
}

/** The mean of everything, as a scalar. */
export function mean(graph: Graph, x: Tensor): Tensor {
  const count = x.shape.reduce((product, size) => product * size, 1);
  const sum = reshape(graph, reduceSum(graph, x, range(x.shape.length)), []);
  return binary(graph, 'Mul', sum, graph.scalar(1 / count));
}

export function expand(graph: Graph, x: Tensor, shape: Shape): Tensor {
  return graph.node('Expand', [x, graph.integers(shape)], shape);
}

/** Columns and rows [0, to) of the last two of four dimensions. */
export function crop(graph: Graph, x: Tensor, to: readonly [number, number]): Tensor {
  if (x.shape[2] === to[0] && x.shape[3] === to[1]) return x;
  const parts = [graph.integers([0, 0]), graph.integers(to), graph.integers([2, 3])];
  return graph.node('Slice', [x, ...parts], [x.shape[0]!, x.shape[1]!, ...to]);
}

/** The mean or the largest of each so many rows and columns. It has no gradient rule: for inputs alone. */
export function pool(
  graph: Graph,
  op: 'AveragePool' | 'MaxPool',
  x: Tensor,
  size: readonly [rows: number, columns: number],
): Tensor {
  const shape = [...x.shape.slice(0, 2), x.shape[2]! / size[0], x.shape[3]! / size[1]];
  return graph.node(op, [x], shape, { kernel_shape: size, strides: size });
}

/** Along the second dimension. */
export function concat(graph: Graph, parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor, ...Tensor[]];
  const along = parts.reduce((sum, { shape }) => sum + shape[1]!, 0);
  const shape = [first.shape[0]!, along, ...first.shape.slice(2)];
  return graph.node('Concat', parts, shape, { axis: 1 });
}

/** Of the second dimension, the part [from, to). */
export function part(graph: Graph, x: Tensor, from: number, to: number): Tensor {
  const parts = [graph.integers([from]), graph.integers([to]), graph.integers([1])];
  return graph.node('Slice', [x, ...parts], [x.shape[0]!, to - from, ...x.shape.slice(2)]);
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function broadcast(a: Shape, b: Shape): Shape {
  const length = Math.max(a.length, b.length);
  return range(length).map((place) => {
    const one = a[a.length - length + place] ?? 1;
    const other = b[b.length - length + place] ?? 1;
    if (one !== other && one !== 1 && other !== 1) throw new Error(`[${a}] beside [${b}]`);
    return Math.max(one, other);
  });
}
