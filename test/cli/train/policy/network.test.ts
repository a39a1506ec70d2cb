import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradients } from '#agents/onnx/gradient.ts';
import { Graph, type Tensor } from '#agents/onnx/graph.ts';
import { readConstants } from '#agents/onnx/schema.ts';
import { openSession } from '#agents/onnx/session.ts';
import { PolicyNet } from '#agents/policy-net/forward.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { actorShapes, shapes } from '#agents/policy-net/weights.ts';
import { createRandom } from '#agents/random/philox.ts';
import { Batch, stateOf } from '#cli/train/policy/batch.ts';
import { imitationLoss } from '#cli/train/policy/imitate.ts';
import { exportModel } from '#cli/train/policy/network.ts';
import { actGraph, ppoLoss } from '#cli/train/policy/ppo.ts';
import { interpret } from '../../../agents/onnx/interpreter.ts';
import { drawnSite, drawnWeights } from '../../../agents/policy-net/drawn.ts';

const room = { sites: 2, radios: 3, options: 2 };
const losses = {
  'learning from the teacher': imitationLoss(room),
  MAPPO: ppoLoss(room, 'mappo'),
  IPPO: ppoLoss(room, 'ippo'),
};

for (const [name, addLoss] of Object.entries(losses)) {
  test(`the gradient of ${name} by every layer is the difference quotient, in float64`, () => {
    const graph = new Graph();
    const used = new Map<string, Tensor>();
    const loss = addLoss(graph, (weight) => {
      const known = used.get(weight) ?? graph.input(`weight/${weight}`, shapes[weight]!);
      used.set(weight, known);
      return known;
    });
    const slopes = gradients(graph, loss, [...used.values()]);
    const random = createRandom(name);
    const weights = drawnWeights(name);
    const feeds = Object.fromEntries(
      graph.inputs.map(({ name: input, shape }) => {
        const size = shape.reduce((product, one) => product * one, 1);
        const own = weights[input.replace('weight/', '')];
        const values = own ?? Array.from({ length: size }, () => random.uniform());
        return [input, [...values]];
      }),
    );
    const values = interpret(graph, feeds);
    [...used.values()].forEach((tensor, which) => {
      const analytic = values.get(slopes[which]!.name)!;
      const given = feeds[tensor.name]!;
      // Its largest slope and two by chance.
      const top = analytic.reduce(
        (best, one, at) => (Math.abs(one) > Math.abs(analytic[best]!) ? at : best),
        0,
      );
      for (const at of new Set([top, random.below(given.length), random.below(given.length)])) {
        const step = 1e-6;
        const lossAt = (value: number) =>
          interpret(graph, { ...feeds, [tensor.name]: given.with(at, value) }).get(loss.name)![0]!;
        const quotient = (lossAt(given[at]! + step) - lossAt(given[at]! - step)) / (2 * step);
        const off = Math.abs(analytic[at]! - quotient);
        assert.ok(
          off <= 1e-6 * (1 + Math.abs(quotient)),
          `${tensor.name}[${at}]: ${analytic[at]} ${quotient}`,
        );
      }
    });
  });
}

const weights = drawnWeights('weights');

/** One site of five radios with three channels each, as the graph that acts while learning sees it. */
async function actOn(sites: number) {
  const size = { sites, radios: 5, options: 3 };
  const inputs = Array.from(
    { length: sites },
    (_, at) => new PolicyInput(drawnSite(`site ${at}`, 5, 3)),
  );
  const batch = new Batch(size);
  batch.clear();
  inputs.forEach((input, site) => {
    batch.put(site, stateOf(input));
  });
  const session = await openSession(actGraph(size, 'mappo').graph.encode({ name: 'act' }));
  const fixed = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      `weight/${name}`,
      { data: weights[name]!, shape },
    ]),
  );
  const feeds = batch.feeds();
  const out = await session.run({ ...feeds, ...fixed });
  await session.close();
  return { inputs, feeds, scores: out.scores!.data };
}

test('what is exported scores as what learns does, bit for bit', async () => {
  const { feeds, scores } = await actOn(1);
  const model = exportModel(weights, 3);
  const session = await openSession(model);
  const out = await session.run(feeds);
  await session.close();
  assert.deepEqual([...out.scores!.data], [...scores]);
});

test('our own inference is the runtime’s within a ten-thousandth, for sites side by side too', async () => {
  const { inputs, scores } = await actOn(4);
  const net = new PolicyNet(weights);
  inputs.forEach((input, site) => {
    net.scores(input).forEach((score, row) => {
      const other = scores[site * 15 + row]!;
      assert.ok(Math.abs(score - other) <= 1e-4 * (1 + Math.abs(other)), `${score} ${other}`);
    });
  });
});

test('the exported file holds every weight of the actor, and none of the judge', () => {
  const found = readConstants(exportModel(weights, 3));
  for (const name of Object.keys(actorShapes)) {
    assert.deepEqual(found.get(`weight/${name}`), weights[name]);
  }
  assert(![...found.keys()].some((name) => name.includes('critic')));
});
