import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { bin, depth, leavesATree, splitsATree, trainHead } from '#cli/train/classes/boost.ts';
import { decide } from '#edge/detector/classes/classify.ts';
import { parseClassModel, readClassModel, shippedModel } from '#edge/detector/classes/model.ts';
import { type ClassName, classNames } from '#edge/detector/classes/names.ts';
import { scoresOf } from '#edge/detector/classes/trees.ts';
import { InputError } from '#protocols/errors.ts';

const plan = {
  trees: 40,
  rate: 0.3,
  featureShare: 1,
  rowShare: 0.8,
  ridge: 1,
  leastWeight: 1,
};

/** Rows of three numbers; the label is whether exactly one of the first two is above a half. */
function exclusive(rows: number, seed: string) {
  const random = createRandom(seed);
  const values = Array.from({ length: rows }, () =>
    Float32Array.from({ length: 3 }, () => random.uniform()),
  );
  const labels = Int8Array.from(values, ([a, b]) => (a! > 0.5 !== b! > 0.5 ? 1 : 0));
  return { values, labels };
}

test('boosting learns what no single split can tell, and the same from the same seed', () => {
  const { values, labels } = exclusive(2_000, 'learn');
  const weights = new Float32Array(2_000).fill(1);
  const train = () => trainHead(bin(values), labels, weights, plan, createRandom('trees'));
  const head = train();
  assert.deepEqual(train(), head);
  const model = {
    depth,
    trees: plan.trees,
    base: [head.base],
    feature: Uint16Array.from(head.trees.flatMap((tree) => [...tree.feature])),
    threshold: Float32Array.from(head.trees.flatMap((tree) => [...tree.threshold])),
    leaf: Float32Array.from(head.trees.flatMap((tree) => [...tree.leaf])),
  };
  assert.equal(model.feature.length, plan.trees * splitsATree);
  assert.equal(model.leaf.length, plan.trees * leavesATree);
  const unseen = exclusive(1_000, 'unseen');
  const right = unseen.values.filter((row, index) => {
    return scoresOf(model, row)[0]! > 0.5 === (unseen.labels[index] === 1);
  });
  assert(right.length > 960, `${right.length} of 1000`);
});

test('rows without a label teach nothing', () => {
  const { values, labels } = exclusive(1_000, 'ignored');
  const weights = new Float32Array(1_000).fill(1);
  const some = labels.map((label, row) => (row % 2 === 0 ? label : -1));
  const flipped = labels.map((label, row) => (row % 2 === 0 ? label : -1));
  const odd = weights.map((weight, row) => (row % 2 === 0 ? weight : 9));
  const data = bin(values);
  assert.deepEqual(
    trainHead(data, some, weights, plan, createRandom('x')),
    trainHead(data, flipped, odd, plan, createRandom('x')),
  );
});

test('the shipped model is below two megabytes and is what its card says', () => {
  const text = readFileSync(shippedModel, 'utf8');
  const card = JSON.parse(readFileSync(new URL('classes.card.json', shippedModel), 'utf8')) as {
    modelHash: string;
    modelBytes: number;
    data: string;
  };
  assert(text.length < 2_000_000);
  assert.equal(readClassModel().hash, card.modelHash);
  assert.equal(text.length, card.modelBytes);
  assert.equal(card.data, 'generated');
});

test('a model that is damaged or of another shape is refused with one line that says so', () => {
  const good = JSON.parse(readFileSync(shippedModel, 'utf8')) as Record<string, unknown>;
  const damaged = {
    'expected JSON': '{',
    format: JSON.stringify({ ...good, format: 'other' }),
    'expected the classes': JSON.stringify({ ...good, classes: ['wifi'] }),
    splits: JSON.stringify({ ...good, trees: 3 }),
    'expected features below 2': JSON.stringify({ ...good, features: ['a', 'b'] }),
  };
  for (const [message, text] of Object.entries(damaged)) {
    assert.throws(
      () => parseClassModel(text),
      (error) =>
        error instanceof InputError &&
        error.message.includes(message) &&
        !error.message.includes('\n'),
      message,
    );
  }
  assert.throws(() => readClassModel('/nowhere/classes.json'), InputError);
});

test('what plainly fills the air and has no name is unknown; what is faint is nothing', () => {
  const none = new Float64Array(classNames.length);
  const half = classNames.map(() => 0.5);
  const thresholds = { first: half, alone: half, beside: classNames.map(() => half) };
  assert.deepEqual(decide(none, thresholds, true), ['unknown']);
  assert.deepEqual(decide(none, thresholds, false), []);
  const two = Float64Array.from(classNames, (name) =>
    name === 'wifi' || name === 'zigbee' ? 0.9 : 0,
  );
  assert.deepEqual(decide(two, thresholds, true), ['wifi', 'zigbee']);
});

test('an interferer has to be surer beside Wi-Fi than alone, and as sure beside another as that one asks for', () => {
  const first = classNames.map(() => 0.8);
  const alone = classNames.map(() => 0.6);
  // Bluetooth alone is not told from Zigbee so easily.
  const beside = classNames.map((main) =>
    classNames.map((name) => (main === 'zigbee' && name === 'bluetooth' ? 0.9 : 0.4)),
  );
  const scored = (scores: Partial<Record<ClassName, number>>) =>
    decide(
      Float64Array.from(classNames, (name) => scores[name] ?? 0),
      { first, alone, beside },
      false,
    );
  assert.deepEqual(scored({ wifi: 0.9, zigbee: 0.5 }), ['wifi']);
  assert.deepEqual(scored({ wifi: 0.9, zigbee: 0.7 }), ['wifi']);
  assert.deepEqual(scored({ wifi: 0.5, zigbee: 0.5 }), []);
  assert.deepEqual(scored({ zigbee: 0.7 }), ['zigbee']);
  assert.deepEqual(scored({ wifi: 0.5, zigbee: 0.9, radar: 0.3 }), ['wifi', 'zigbee']);
  assert.deepEqual(scored({ zigbee: 0.9, bluetooth: 0.85 }), ['zigbee']);
  assert.deepEqual(scored({ zigbee: 0.85, bluetooth: 0.95 }), ['bluetooth', 'zigbee']);
});
