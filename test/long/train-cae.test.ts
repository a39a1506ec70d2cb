import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openAutoencoder } from '#edge/detector/autoencoder.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const files = ['cae-loss.csv', 'cae-loss.svg', 'cae.json', 'cae.md', 'cae.onnx'];

test('training repeats bit for bit from a seed, and what it writes can be opened', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'airguard-train-'));
  const train = async (name: string, seed: number) => {
    const out = join(directory, name);
    const short = ['--examples', '512', '--epochs', '2', '--judged', '10'];
    const args = ['train', 'cae', '--seed', String(seed), ...short, '--out', out, '--json'];
    const { stdout } = await run(join(root, 'airguard'), args, { maxBuffer: 1 << 24 });
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

test('a training that is killed over and over ends with the same bytes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'airguard-killed-'));
  const args = (name: string) => [
    ...['train', 'cae', '--examples', '512', '--epochs', '4', '--judged', '10'],
    ...['--out', join(directory, name)],
  ];
  await run(join(root, 'airguard'), args('whole'));
  let kills = 0;
  let isDone = false;
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL', 'SIGINT'] as const) {
    const child = spawn(join(root, 'airguard'), args('killed'), { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await Promise.race([ended, pause(1_500 + 700 * kills)]);
    if (child.exitCode !== null) {
      isDone = true;
      break;
    }
    child.kill(signal);
    await ended;
    kills += 1;
  }
  assert(kills > 0);
  if (!isDone) await run(join(root, 'airguard'), args('killed'));
  for (const file of files) {
    const [one, other] = await Promise.all(
      ['whole', 'killed'].map((name) => readFile(join(directory, name, file))),
    );
    assert.deepEqual(one, other, file);
  }
  assert.deepEqual(
    (await readdir(join(directory, 'killed'))).toSorted(),
    files,
    'no state is left',
  );
  await rm(directory, { recursive: true });
});
