import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

test('the shipped card of the noise is what its command makes, byte for byte', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'airguard-noise-'));
  await run(join(root, 'airguard'), ['train', 'noise', '--out', directory]);
  for (const file of ['noise.json', 'noise.md']) {
    const made = await readFile(join(directory, file));
    assert.deepEqual(made, await readFile(join(root, 'edge/detector/models', file)), file);
  }
  await rm(directory, { recursive: true });
});
