import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openAutoencoder } from '#edge/detector/autoencoder.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

test('training repeats bit for bit from a seed, and what it writes can be opened', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'airguard-train-'));
  const train = async (name: string, seed: number) => {
    const out = join(directory, name);
    const short = ['--examples', '512', '--epochs', '2', '--judged', '10'];
    const args = ['train', 'cae', '--seed', String(seed), ...short, '--out', out, '--json'];
    const { stdout } = await run(join(root, 'airguard'), args, { maxBuffer: 1 << 24 });
    const files = ['cae.onnx', 'cae.json', 'cae.md', 'cae-loss.csv', 'cae-loss.svg'];
    const bytes = await Promise.all(files.map((file) => readFile(join(out, file))));
    return { out, bytes, card: JSON.parse(stdout) };
  };
  const one = await train('one', 1);
  const again = await train('again', 1);
  const other = await train('other', 2);
  assert.deepEqual(one.bytes, again.bytes);
  assert.notEqual(one.card.modelSha256, other.card.modelSha256);
  assert.notEqual(one.card.made.dataSha256, other.card.made.dataSha256);
  assert.equal(one.card.figures.source, 'generated spectra');
  const opened = await openAutoencoder(join(one.out, 'cae.onnx'));
  assert.ok(opened.ok);
  await opened.value.close();
  await rm(directory, { recursive: true });
});
