import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEATURE_VERSION } from '#agents/policy-net/features.ts';
import { PolicyNet } from '#agents/policy-net/forward.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { readPolicy } from '#agents/policy-net/model.ts';
import { exportModel } from '#cli/train/policy/network.ts';
import { drawnSite, drawnWeights } from './drawn.ts';

test('a model is taken only with its own card, for the features of today, and whole', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'airguard-policy-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const weights = drawnWeights('model');
  const bytes = exportModel(weights, 4);
  const file = join(directory, 'policy.onnx');
  const write = (model: Uint8Array, card: object = {}) => {
    const modelSha256 = createHash('sha256').update(model).digest('hex');
    const plain = { modelSha256, featureVersion: FEATURE_VERSION, temperature: 0.15 };
    const judged = { usable: false, because: 'drawn by chance' };
    writeFileSync(file, model);
    writeFileSync(join(directory, 'policy.json'), JSON.stringify({ ...plain, ...judged, ...card }));
    return readPolicy(file);
  };
  const codeOf = (read: ReturnType<typeof readPolicy>) => (read.ok ? 'ok' : read.error.code);
  assert.equal(codeOf(readPolicy(file)), 'model_missing');

  const read = write(bytes);
  assert(read.ok);
  const site = new PolicyInput(drawnSite('model', 5, 3));
  assert.deepEqual(read.value.net.scores(site), new PolicyNet(weights).scores(site));

  assert.equal(codeOf(write(bytes, { modelSha256: 'x' })), 'model_damaged');
  assert.equal(codeOf(write(bytes, { featureVersion: FEATURE_VERSION + 1 })), 'model_unfit');
  assert.equal(codeOf(write(bytes.subarray(0, bytes.length / 2))), 'model_unfit');
  const nan = { ...weights, encode: weights.encode!.map(() => Number.NaN) };
  assert.equal(codeOf(write(exportModel(nan, 4))), 'model_unfit');
});
