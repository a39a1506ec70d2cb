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
  mean,
  reshape,
  type Stride,
  unary,
} from '#agents/onnx/ops.ts';
import { readMetadata } from '#agents/onnx/schema.ts';
import { openSession, type Values } from '#agents/onnx/session.ts';
import { createRandom } from '#agents/random/philox.ts';
import { interpret } from './interpreter.ts';

/** Every kind of layer that our models have, in the order of an autoencoder. */
const stride: Stride = { strides: [2, 4], pads: [1, 2] };
const shapes: Readonly<Record<string, Shape>> = {
  fold: [3, 1, 4, 8],
  'fold/bias': [3, 1, 1],
  code: [3 * 2 * 4 + 2, 5],
  'code/bias': [5],
  decode: [5, 3 * 2 * 4],
  unfold: [3, 2, 4, 8],
  'unfold/bias': [2, 1, 1],
};
const names = Object.keys(shapes);

test('the gradient of a whole autoencoder is the difference quotient along any direction', () => {
  const { graph, loss, parameters } = smallAutoencoder(2);
  const slopes = gradients(graph, loss, parameters);
  for (const seed of [1, 2, 3]) {
    const feeds = drawn(seed);
    const values = interpret(graph, feeds);
    const random = createRandom(seed).fork('direction');
    const way = names.map((name) => feeds[name]!.map(() => random.normal()));
    const analytic = slopes.reduce((sum, { name }, which) => {
      const slope = values.get(name)!;
      return way[which]!.reduce((inner, step, at) => inner + step * slope[at]!, sum);
    }, 0);
    const at = (step: number) => {
      const moved = names.map((name, which) => [
        name,
        feeds[name]!.map((value, place) => value + step * way[which]![place]!),
      ]);
      return interpret(graph, { ...feeds, ...Object.fromEntries(moved) }).get(loss.name)![0]!;
    };
    const quotient = (at(1e-6) - at(-1e-6)) / 2e-6;
    assert.ok(Math.abs(analytic - quotient) < 1e-5 * (1 + Math.abs(quotient)), `${seed}`);
  }
});

test('a training repeats bit for bit, and lowers its loss', async () => {
  const one = await trained(4);
  const again = await trained(4);
  const other = await trained(5);
  assert.deepEqual(one.weights, again.weights);
  assert.notDeepEqual(one.weights, other.weights);
  assert.ok(one.losses.at(-1)! < one.losses[0]! - 0.05, `${one.losses[0]} ${one.losses.at(-1)}`);
});

test('a model with an open batch takes any number at once and says what it was made of', async () => {
  const graph = new Graph();
  const x = graph.input('x', [1, 1, 4, 16]);
  const about = graph.input('about', [1, 2]);
  const feeds = drawn(6);
  const fixed = (name: string) =>
    graph.constant(name, shapes[name]!, Float32Array.from(feeds[name]!));
  graph.result('code out', layers(graph, x, about, fixed).code);
  const bytes = graph.encode({ name: 'small', batch: true, metadata: { seed: '6' } });
  assert.deepEqual(readMetadata(bytes), { seed: '6' });
  const session = await openSession(bytes);
  assert.deepEqual(session.inputs.get('x'), [-1, 1, 4, 16]);
  for (const batch of [1, 2, 7]) {
    const { [session.outputs[0]!]: code } = await session.run({
      x: { data: new Float32Array(batch * 64).fill(0.5), shape: [batch, 1, 4, 16] },
      about: { data: new Float32Array(batch * 2), shape: [batch, 2] },
    });
    assert.deepEqual(code!.shape, [batch, 5]);
  }
  await assert.rejects(session.run({}), /input 'x' was not given/);
  await session.close();
});

function layers(graph: Graph, x: Tensor, about: Tensor, weight: (name: string) => Tensor) {
  const [batch] = x.shape as [number];
  const add = (a: Tensor, b: Tensor) => binary(graph, 'Add', a, b);
  const folded = unary(
    graph,
    'Relu',
    add(conv(graph, x, weight('fold'), stride), weight('fold/bias')),
  );
  const flat = concat(graph, [reshape(graph, folded, [batch, 24]), about]);
  const code = unary(graph, 'Sigmoid', add(gemm(graph, flat, weight('code')), weight('code/bias')));
  const back = reshape(graph, gemm(graph, code, weight('decode')), [batch, 3, 2, 4]);
  const out = add(convTranspose(graph, back, weight('unfold'), stride), weight('unfold/bias'));
  return { code, out };
}

function smallAutoencoder(batch: number) {
  const graph = new Graph();
  const x = graph.input('x', [batch, 1, 4, 16]);
  const about = graph.input('about', [batch, 2]);
  const parameters = names.map((name) => graph.input(name, shapes[name]!));
  const { out } = layers(graph, x, about, (name) => parameters[names.indexOf(name)]!);
  const off = binary(graph, 'Sub', out, x);
  const loss = mean(graph, binary(graph, 'Mul', off, off));
  return { graph, loss, parameters };
}

async function trained(seed: number) {
  const { graph, loss, parameters } = smallAutoencoder(2);
  addAdam(graph, loss, parameters);
  graph.result('loss', loss);
  const session = await openSession(graph.encode({ name: 'step' }));
  const feeds = drawn(seed);
  const state: Record<string, Values> = {};
  for (const name of names) {
    const shape = shapes[name]!;
    const zeros = () => ({ data: new Float32Array(sizeOf(shape)), shape });
    state[name] = { data: Float32Array.from(feeds[name]!), shape };
    state[`${name}/m`] = zeros();
    state[`${name}/v`] = zeros();
  }
  const rateOf = createAdamRate();
  const losses: number[] = [];
  for (let step = 0; step < 60; step += 1) {
    const out = await session.run({
      x: { data: Float32Array.from(feeds.x!), shape: [2, 1, 4, 16] },
      about: { data: Float32Array.from(feeds.about!), shape: [2, 2] },
      rate: { data: Float32Array.of(rateOf(0.01)), shape: [] },
      ...state,
    });
    for (const name of names) {
      const [next, m, v] = adamOutputs(name) as [string, string, string];
      state[name] = out[next]!;
      state[`${name}/m`] = out[m]!;
      state[`${name}/v`] = out[v]!;
    }
    losses.push(out.loss!.data[0]!);
  }
  await session.close();
  return { weights: names.map((name) => state[name]!.data), losses };
}

function drawn(seed: number): Record<string, number[]> {
  const random = createRandom(seed);
  const of = (count: number, scale: number) =>
    Array.from({ length: count }, () => random.normal() * scale);
  const weights = names.map((name) => [name, of(sizeOf(shapes[name]!), 0.3)]);
  return { ...Object.fromEntries(weights), x: of(128, 1), about: of(4, 1) };
}
