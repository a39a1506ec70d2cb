/** Runs our graphs in float64 by the definitions of the operators, slowly: what the runtime is held against. */
import type { Graph, GraphNode, Tensor } from '#agents/onnx/graph.ts';
import { sizeOf } from '#agents/onnx/graph.ts';

export type Feeds = Readonly<Record<string, readonly number[]>>;

export function interpret(graph: Graph, feeds: Feeds): Map<string, Float64Array> {
  const values = new Map<string, Float64Array>();
  for (const [name, { values: constant }] of graph.constants) {
    values.set(name, Float64Array.from(constant, Number));
  }
  for (const { name } of graph.inputs) values.set(name, Float64Array.from(feeds[name]!));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(({ name }) => values.get(name)!);
    const run = operators[node.op];
    if (run === undefined) throw new Error(`the interpreter has no ${node.op}`);
    values.set(node.output.name, run(node, inputs));
  }
  return values;
}

type Run = (node: GraphNode, inputs: readonly Float64Array[]) => Float64Array;

const each =
  (of: (x: number) => number): Run =>
  (_, [x]) =>
    x!.map(of);
const both =
  (of: (a: number, b: number) => number): Run =>
  ({ inputs, output }, [a, b]) =>
    build(output, (at) => of(a![from(inputs[0]!, at)]!, b![from(inputs[1]!, at)]!));

const operators: Readonly<Record<string, Run>> = {
  Identity: each((x) => x),
  Relu: each((x) => Math.max(0, x)),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Tanh: each(Math.tanh),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Sqrt: each(Math.sqrt),
  Neg: each((x) => -x),
  Sign: each(Math.sign),
  Abs: each(Math.abs),
  Add: both((a, b) => a + b),
  Sub: both((a, b) => a - b),
  Mul: both((a, b) => a * b),
  Div: both((a, b) => a / b),
  Expand: ({ inputs, output }, [x]) => build(output, (at) => x![from(inputs[0]!, at)]!),
  Reshape: (_, [x]) => x!.slice(),
  Gemm({ inputs, output, attributes }, [a, b]) {
    const { transA, transB } = attributes as { transA: number; transB: number };
    const inner = inputs[0]!.shape[transA === 1 ? 0 : 1]!;
    return build(output, ([i, j]) => {
      let sum = 0;
      for (let k = 0; k < inner; k += 1) {
        sum +=
          a![place(inputs[0]!, transA === 1 ? [k, i!] : [i!, k])]! *
          b![place(inputs[1]!, transB === 1 ? [j!, k] : [k, j!])]!;
      }
      return sum;
    });
  },
  MatMul({ inputs: [a, b], output }, [as, bs]) {
    const inner = a!.shape[2]!;
    return build(output, ([n, i, j]) => {
      let sum = 0;
      for (let k = 0; k < inner; k += 1) {
        sum += as![place(a!, [n!, i!, k])]! * bs![place(b!, [n!, k, j!])]!;
      }
      return sum;
    });
  },
  LogSoftmax({ output }, [x]) {
    const last = output.shape.at(-1)!;
    return x!.map((value, at) => {
      const row = x!.subarray(at - (at % last), at - (at % last) + last);
      const most = Math.max(...row);
      return value - most - Math.log(row.reduce((sum, one) => sum + Math.exp(one - most), 0));
    });
  },
  Conv({ inputs: [x, w], output, attributes }, [xs, ws]) {
    const { strides, pads, dilations } = attributes as Record<string, readonly number[]>;
    const [, channels, height, width] = x!.shape as number[];
    const [, , kh, kw] = w!.shape as number[];
    return build(output, ([n, k, i, j]) => {
      let sum = 0;
      for (let c = 0; c < channels!; c += 1) {
        for (let p = 0; p < kh!; p += 1) {
          for (let q = 0; q < kw!; q += 1) {
            const row = i! * strides![0]! + p * dilations![0]! - pads![0]!;
            const column = j! * strides![1]! + q * dilations![1]! - pads![1]!;
            if (row < 0 || column < 0 || row >= height! || column >= width!) continue;
            sum += xs![place(x!, [n!, c, row, column])]! * ws![place(w!, [k!, c, p, q])]!;
          }
        }
      }
      return sum;
    });
  },
  ConvTranspose({ inputs: [x, w], output, attributes }, [xs, ws]) {
    const { strides, pads } = attributes as Record<string, readonly number[]>;
    const [batch, kernels, height, width] = x!.shape as number[];
    const [, channels, kh, kw] = w!.shape as number[];
    const out = new Float64Array(sizeOf(output.shape));
    for (let n = 0; n < batch!; n += 1)
      for (let k = 0; k < kernels!; k += 1)
        for (let i = 0; i < height!; i += 1)
          for (let j = 0; j < width!; j += 1)
            for (let c = 0; c < channels!; c += 1)
              for (let p = 0; p < kh!; p += 1)
                for (let q = 0; q < kw!; q += 1) {
                  const row = i * strides![0]! + p - pads![0]!;
                  const column = j * strides![1]! + q - pads![1]!;
                  const [, , rows, columns] = output.shape as number[];
                  if (row < 0 || column < 0 || row >= rows! || column >= columns!) continue;
                  out[place(output, [n, c, row, column])]! +=
                    xs![place(x!, [n, k, i, j])]! * ws![place(w!, [k, c, p, q])]!;
                }
    return out;
  },
  Transpose({ inputs, output, attributes }, [x]) {
    const { perm } = attributes as Record<string, readonly number[]>;
    return build(output, (at) => {
      const source: number[] = [];
      for (const [axis, value] of at.entries()) source[perm![axis]!] = value;
      return x![place(inputs[0]!, source)]!;
    });
  },
  ReduceSum({ inputs: [x], output }, [xs]) {
    const out = new Float64Array(sizeOf(output.shape));
    walk(x!, (at, index) => {
      out[from(output, at)]! += xs![index]!;
    });
    return out;
  },
  Concat({ inputs, output }, all) {
    return build(output, (at) => {
      let along = at[1]!;
      let which = 0;
      while (along >= inputs[which]!.shape[1]!) along -= inputs[which++]!.shape[1]!;
      return all[which]![place(inputs[which]!, [at[0]!, along, ...at.slice(2)])]!;
    });
  },
  Slice({ inputs: [x], output }, [xs, starts, , axes]) {
    return build(output, (at) => {
      const source = [...at];
      axes!.forEach((axis, which) => {
        source[axis]! += starts![which]!;
      });
      return xs![place(x!, source)]!;
    });
  },
};

function build(output: Tensor, of: (at: readonly number[]) => number): Float64Array {
  const out = new Float64Array(sizeOf(output.shape));
  walk(output, (at, index) => {
    out[index] = of(at);
  });
  return out;
}

function walk({ shape }: Tensor, visit: (at: readonly number[], index: number) => void): void {
  const at = shape.map(() => 0);
  for (let index = 0; index < sizeOf(shape); index += 1) {
    visit(at, index);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      at[axis]! += 1;
      if (at[axis]! < shape[axis]!) break;
      at[axis] = 0;
    }
  }
}

function place({ shape }: Tensor, at: readonly number[]): number {
  return shape.reduce((index, size, axis) => index * size + at[axis]!, 0);
}

/** Where a broadcast position lies in a smaller tensor. */
function from(tensor: Tensor, at: readonly number[]): number {
  const more = at.length - tensor.shape.length;
  return place(
    tensor,
    tensor.shape.map((size, axis) => (size === 1 ? 0 : at[axis + more]!)),
  );
}
