import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { cardText } from '#cli/train/classes/card.ts';
import { drawExample, hashOf } from '#cli/train/classes/dataset.ts';
import { Kept } from '#cli/train/classes/kept.ts';
import { fits, kinds, wishOf } from '#cli/train/classes/kinds.ts';
import { keepIn, makeClasses } from '#cli/train/classes/made.ts';
import { paintScene } from '#cli/train/classes/paint.ts';
import { drawEar } from '#cli/train/classes/setting.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { parseClassModel } from '#edge/detector/classes/model.ts';

const silent = async () => {};
/** Of the windows of the shipped model. */
const share = 0.001;

test('training gives the same model, data and card from a seed, cut off at any line or not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'classes-'));
  const first = keepIn(folder, 7, share);
  const one = await makeClasses(7, share, silent, first);
  first.close();
  assert.equal(parseClassModel(one.text).hash, one.card.modelHash);
  assert.match(cardText(one.card), /generated spectra/);

  const file = join(folder, 'classes.training');
  // Within a line, as a process that is killed leaves it.
  truncateSync(file, Math.floor(statSync(file).size * 0.6));
  const cut = readFileSync(file);
  const second = keepIn(folder, 7, share);
  const again = await makeClasses(7, share, silent, second);
  assert.equal(again.text, one.text);
  assert.deepEqual(again.card, one.card);
  const kept = cut.subarray(0, cut.lastIndexOf(10) + 1);
  assert(
    readFileSync(file).subarray(0, kept.length).equals(kept),
    'what was there is gone on with',
  );
  second.remove();
  assert(!existsSync(file));
});

test('what another training kept is not gone on with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'classes-'));
  const one = new Kept(join(folder, 'kept'), 'one');
  const code = {
    write: (value: number) => ({ value }),
    read: ({ value }: { value: number }) => value,
  };
  assert.equal(
    one.take('a', () => 1, code),
    1,
  );
  one.close();
  const same = new Kept(join(folder, 'kept'), 'one');
  assert.equal(
    same.take('a', () => 2, code),
    1,
  );
  same.close();
  const other = new Kept(join(folder, 'kept'), 'other');
  assert.equal(
    other.take('a', () => 3, code),
    3,
  );
  other.close();
  const wrong = new Kept(join(folder, 'kept'), 'other');
  assert.throws(() => wrong.take('b', () => 4, code), /expected 'b' in line 2, came 'a'/);
  wrong.close();
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
