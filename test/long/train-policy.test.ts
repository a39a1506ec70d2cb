import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { readPolicy } from '#agents/policy-net/model.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

test('training repeats bit for bit from a seed, and what it writes can be read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'airguard-train-'));
  const train = async (name: string, seed: number) => {
    const out = join(directory, name);
    const short = ['--sites', '40', '--epochs', '2', '--iterations', '2', '--judged', '5'];
    const args = ['train', 'policy', '--seed', String(seed), ...short, '--out', out, '--json'];
    const { stdout } = await run(join(root, 'airguard'), args, { maxBuffer: 1 << 24 });
    const files = [
      'policy.onnx',
      'policy.json',
      'policy.md',
      'policy-curve.csv',
      'policy-curve.svg',
    ];
    const bytes = await Promise.all(files.map((file) => readFile(join(out, file))));
    return { out, bytes, card: JSON.parse(stdout) };
  };
  const one = await train('one', 1);
  const again = await train('again', 1);
  const other = await train('other', 2);
  assert.deepEqual(one.bytes, again.bytes);
  assert.notEqual(one.card.modelSha256, other.card.modelSha256);
  assert.notEqual(one.card.made.dataSha256, other.card.made.dataSha256);
  assert.equal(one.card.figures.source, 'generated sites, fluid air');
  const read = readPolicy(join(one.out, 'policy.onnx'));
  assert(read.ok);
  assert.equal(read.value.hash, one.card.modelSha256);
  assert.equal(read.value.card.usable, one.card.usable);
  await rm(directory, { recursive: true });
});
