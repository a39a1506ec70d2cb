import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { cardText } from '#cli/train/classes/card.ts';
import { drawExample, hashOf } from '#cli/train/classes/dataset.ts';
import { fits, kinds, wishOf } from '#cli/train/classes/kinds.ts';
import { makeClasses } from '#cli/train/classes/made.ts';
import { paintScene } from '#cli/train/classes/paint.ts';
import { drawEar } from '#cli/train/classes/setting.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { parseClassModel } from '#edge/detector/classes/model.ts';

const silent = async () => {};

test('training gives the same model, data and card from a seed', async () => {
  const one = await makeClasses(7, 0.01, silent);
  const again = await makeClasses(7, 0.01, silent);
  assert.equal(one.text, again.text);
  assert.deepEqual(one.card, again.card);
  assert.equal(parseClassModel(one.text).hash, one.card.modelHash);
  assert.match(cardText(one.card), /generated spectra/);
});

test('another seed draws other data', () => {
  const draw = (seed: number) =>
    hashOf([drawExample({ role: 'mixed', kinds }, createRandom(seed).fork('classes'))]);
  assert.equal(draw(1), draw(1));
  assert.notEqual(draw(1), draw(2));
});

test('every sweep of every format that is drawn is read back, none skipped', () => {
  const random = createRandom('formats');
  const formats = new Set<string>();
  for (let turn = 0; turn < 60; turn += 1) {
    const ear = { ...drawEar({}, random), sweeps: 8 };
    formats.add(ear.format);
    const { sweeps, skippedBytes } = readSweeps(paintScene(ear, [], random.fork(`${turn}`)).bytes);
    assert.equal(sweeps.length, 8);
    assert.equal(skippedBytes, 0);
  }
  assert.equal(formats.size, 4);
});

test('a window of one sender holds that sender, as a class that training knows', () => {
  for (const kind of kinds) {
    const random = createRandom(`one-${kind}`);
    const { present, ear, labels } = drawExample(
      { role: 'single', kinds: [kind], snrDb: 25 },
      random,
    );
    assert.deepEqual(
      present.map((one) => one.kind),
      [kind],
    );
    assert(fits(kind, ear));
    assert(wishOf(kind).band === undefined || wishOf(kind).band === ear.channel.band);
    assert.equal(labels.filter((label) => label === 1).length, 1);
  }
});

test('a window of Wi-Fi and noise holds nothing else', () => {
  const random = createRandom('clean');
  for (let turn = 0; turn < 10; turn += 1) {
    const { present } = drawExample({ role: 'clean', kinds }, random.fork(`${turn}`));
    assert(present.every(({ kind }) => kind === 'wifi'));
  }
});

test('the hash of the data changes with one label', () => {
  const example = drawExample({ role: 'clean', kinds }, createRandom('hash'));
  const labels = example.labels.slice();
  labels[3] = 1;
  assert.notEqual(hashOf([example]), hashOf([{ ...example, labels }]));
});
