import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Graph } from '#agents/onnx/graph.ts';
import { unary } from '#agents/onnx/ops.ts';
import { createRandom } from '#agents/random/philox.ts';
import { drawNow, paint } from '#cli/train/cae/paint.ts';
import { normalScene } from '#cli/train/cae/scenes.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { bandOfTile } from '#edge/detector/about-tile.ts';
import {
  type Autoencoder,
  ModelCard,
  openAutoencoder,
  shippedModel,
  VECTOR_BYTES,
} from '#edge/detector/autoencoder.ts';
import { tilesOf } from '#edge/detector/tile.ts';

let directory = '';
let autoencoder: Autoencoder;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'airguard-model-'));
  const opened = await openAutoencoder(shippedModel);
  assert.ok(opened.ok);
  autoencoder = opened.value;
});
after(async () => {
  await autoencoder.close();
  await rm(directory, { recursive: true });
});

test('the shipped model is the one its card was written for', async () => {
  const model = await readFile(shippedModel);
  const text = await readFile(shippedModel.replace('.onnx', '.json'), 'utf8');
  const card = ModelCard.parse(JSON.parse(text));
  assert.equal(createHash('sha256').update(model).digest('hex'), card.modelSha256);
});

test('a tile gives 256 bytes, of which its padding fills none, and the same in any company', async () => {
  const tiles = normalTiles('vectors', 40);
  const together = await autoencoder.encode(tiles);
  for (const [place, tile] of tiles.entries()) {
    const [alone] = await autoencoder.encode([tile]);
    const { vector, score, isAnomalous } = together[place]!;
    assert.equal(vector.length, VECTOR_BYTES);
    assert.ok(vector.subarray((VECTOR_BYTES / 16) * tile.sweeps).every((byte) => byte === 0));
    // The runtime rounds differently with the number of tiles at once, in the last bits.
    assert.ok(vector.every((byte, at) => Math.abs(byte - alone!.vector[at]!) <= 1));
    assert.ok(Math.abs(score - alone!.score) < 1e-3);
    assert.equal(isAnomalous, score > autoencoder.card.calibration.thresholds[bandOfTile(tile)]);
  }
});

test('of normal tiles of another seed, about as many are flagged as the card says', async () => {
  const tiles = normalTiles('false alarms', 1_500);
  const flagged = (await autoencoder.encode(tiles)).filter(({ isAnomalous }) => isAnomalous);
  const expected = autoencoder.card.calibration.falseAlarmRate * tiles.length;
  // Five standard deviations of a Poisson count, and what the calibration itself may be off.
  assert.ok(flagged.length <= 1.3 * expected + 5 * Math.sqrt(expected), `${flagged.length}`);
});

test('a strong narrow carrier on record is flagged, in every tile', async () => {
  for (const name of ['ath10k_20mhz', 'ath10k_80mhz']) {
    const readings = await autoencoder.encode(await recorded(name));
    assert.ok(readings.length > 0);
    assert.ok(
      readings.every(({ isAnomalous }) => isAnomalous),
      name,
    );
  }
});

test('a node goes on without a model, and one line says why', async () => {
  const missing = await openAutoencoder(join(directory, 'none.onnx'));
  assert.ok(!missing.ok);
  assert.equal(missing.error.code, 'model_missing');
  assert.match(missing.error.message, /no model at .*none\.onnx/);
});

test('a model without its card, with a broken card or of another hash is refused', async () => {
  const file = join(directory, 'cae.onnx');
  const card = join(directory, 'cae.json');
  await copyFile(shippedModel, file);
  await refuses(file, 'model_missing', /no card at/);
  await writeFile(card, '{"modelSha256": 5');
  await refuses(file, 'model_damaged', /train the model again/);
  await writeFile(card, '{"modelSha256": "00", "vectorScale": -1}');
  await refuses(file, 'model_damaged', /vectorScale/);
  await copyFile(shippedModel.replace('.onnx', '.json'), card);
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
  await refuses(file, 'model_damaged', /SHA-256 [0-9a-f]{12}…, its card says/);
});

test('bytes that are no model, and a model of another shape, are refused', async () => {
  const noise = createRandom(3).bytes(2_000);
  await refuses(await withCard('noise', noise), 'model_unfit', /does not run/);
  const graph = new Graph();
  graph.result('vector', unary(graph, 'Relu', graph.input('tile', [1, 1, 8, 512])));
  const other = graph.encode({ name: 'other', batch: true });
  const expected = /expected an input 'tile' of \[-1,1,16,512\], came \[-1,1,8,512\]/;
  await refuses(await withCard('other', other), 'model_unfit', expected);
});

async function refuses(file: string, code: string, message: RegExp): Promise<void> {
  const opened = await openAutoencoder(file);
  assert.ok(!opened.ok);
  assert.equal(opened.error.code, code);
  assert.match(opened.error.message, message);
  assert.doesNotMatch(opened.error.message, /\n/);
}

/** A model with a card that says it is sound. */
async function withCard(name: string, model: Uint8Array): Promise<string> {
  const file = join(directory, `${name}.onnx`);
  const modelSha256 = createHash('sha256').update(model).digest('hex');
  await writeFile(file, model);
  await writeFile(
    file.replace('.onnx', '.json'),
    JSON.stringify({ ...autoencoder.card, modelSha256 }),
  );
  return file;
}

function normalTiles(stream: string, count: number) {
  const random = createRandom(77).fork(stream);
  return Array.from({ length: count }, (_, place) => {
    const own = random.fork(String(place));
    return paint(own, normalScene(own), drawNow(own)).tile;
  });
}

async function recorded(name: string) {
  const file = new URL(`../../fixtures/fft-eval/${name}.dump`, import.meta.url);
  return tilesOf(readSweeps(await readFile(file)).sweeps);
}
