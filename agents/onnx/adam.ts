/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1) as part of a graph: weights and moments go in and
 * come out changed, so that a step of training is one run of the graph.
 */
import { gradients } from './gradient.ts';
import type { Graph, Tensor } from './graph.ts';
import { binary, unary } from './ops.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The outputs of one parameter; its inputs are `<name>`, `<name>/m` and `<name>/v`. */
export const adamOutputs = (name: string) => [`${name}/next`, `${name}/m/next`, `${name}/v/next`];

/**
 * Adds a step down the gradient of `loss`. The input `rate` takes the step length with the bias of
 * the moments taken out, as `adamRate` says for each step.
 */
export function addAdam(graph: Graph, loss: Tensor, parameters: readonly Tensor[]): void {
  const rate = graph.input('rate', []);
  const slopes = gradients(graph, loss, parameters);
  const mul = (a: Tensor, value: number) => binary(graph, 'Mul', a, graph.scalar(value));
  parameters.forEach((parameter, place) => {
    const slope = slopes[place]!;
    const { name, shape } = parameter;
    const m = graph.input(`${name}/m`, shape);
    const v = graph.input(`${name}/v`, shape);
    const nextM = binary(graph, 'Add', mul(m, BETA1), mul(slope, 1 - BETA1));
    const square = binary(graph, 'Mul', slope, slope);
    const nextV = binary(graph, 'Add', mul(v, BETA2), mul(square, 1 - BETA2));
    const root = binary(graph, 'Add', unary(graph, 'Sqrt', nextV), graph.scalar(EPSILON));
    const move = binary(graph, 'Mul', rate, binary(graph, 'Div', nextM, root));
    const [next, keptM, keptV] = adamOutputs(name) as [string, string, string];
    graph.result(next, binary(graph, 'Sub', parameter, move));
    graph.result(keptM, nextM);
    graph.result(keptV, nextV);
  });
}

/** The length of step number `step`, from 1 on (section 2 of the paper, its last line). */
export function createAdamRate(): (rate: number) => number {
  let decay1 = 1;
  let decay2 = 1;
  return (rate) => {
    decay1 *= BETA1;
    decay2 *= BETA2;
    return (rate * Math.sqrt(1 - decay2)) / (1 - decay1);
  };
}
