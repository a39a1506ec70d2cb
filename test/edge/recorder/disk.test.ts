import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { folderDisk, type RecorderDisk } from '#edge/recorder/disk.ts';
import { RecorderHealth } from '#protocols/tools/edge-node.ts';
import { always, gather, joined, makeRig, type Rig } from './rig.ts';
import { sweeps } from './sweeps.ts';

const child = new URL('./disk-child.ts', import.meta.url).pathname;

test('on a file system that fills up or becomes read-only it stops, says so, and resumes', (t) => {
  const { folder } = makeRig(t);
  // In a mount namespace of its own, so that nothing is left of it.
  const root = process.getuid?.() === 0 ? '' : '--map-root-user';
  const inside = (script: string) =>
    spawnSync('sh', [
      '-c',
      `exec unshare --mount ${root} sh -c '${script}' "$@"`,
      'sh',
      folder,
      process.execPath,
      child,
    ]);
  const may = inside('mount -t tmpfs none "$0"');
  if (may.status !== 0) {
    t.skip(`nobody may mount here: ${may.stderr ?? may.error}`);
    return;
  }
  const { status, stdout, stderr } = inside(
    'mount -t tmpfs -o size=8m none "$0" && exec "$1" "$2" "$0"',
  );
  assert.equal(status, 0, String(stderr));
  const { steps, keptBytes, listenedBytes } = JSON.parse(String(stdout)) as {
    steps: Record<string, RecorderHealth>;
    keptBytes: number;
    listenedBytes: number;
  };
  const seen = Object.entries(steps).map(([name, { state, cause }]) => [name, state, cause?.code]);
  assert.deepEqual(seen, [
    ['empty', 'recording', undefined],
    ['full', 'stopped', 'ENOSPC'],
    ['still full', 'stopped', 'ENOSPC'],
    ['freed', 'recording', undefined],
    ['read-only', 'stopped', 'EROFS'],
    ['writable', 'recording', undefined],
  ]);
  // It is one and the same stop, however often it was tried.
  assert.equal(steps['still full']?.cause?.sinceMs, steps.full?.cause?.sinceMs);
  assert.equal(steps.empty?.lostBytes, 0);
  const ended = [steps.freed!, steps.writable!];
  const recorded = ended.reduce((sum, { recordedBytes }) => sum + recordedBytes, 0);
  const lost = ended.reduce((sum, { lostBytes }) => sum + lostBytes, 0);
  assert.deepEqual([keptBytes, recorded + lost], [recorded, listenedBytes]);
});

for (const [operation, code] of [
  ['list', 'EACCES'],
  ['create', 'EMFILE'],
  ['write', 'ENOSPC'],
  ['sync', 'EIO'],
  ['close', 'EIO'],
  ['remove', 'EROFS'],
] as const) {
  test(`${code} on ${operation} is never thrown at the caller, and passes`, async (t) => {
    const rig = makeRig(t);
    const broken = { operation, code, isBroken: true };
    const disk = breakable(folderDisk(rig.folder), broken);
    const recorder = rig.open({ disk, budgetBytes: 4_194_304, segmentBytes: 200_000 });
    const during = await listen(rig, recorder, 40);
    assert.deepEqual([during.state, during.cause?.code], ['stopped', code]);
    broken.isBroken = false;
    const after = await listen(rig, recorder, 40);
    assert.deepEqual([after.state, after.cause], ['recording', null]);
    await recorder.close();
    const { recordedBytes, lostBytes } = recorder.health();
    assert.equal(recordedBytes + lostBytes, 80 * 400 * 534);
    const kept = joined(await gather(recorder.read({ radio: 'radio-0', ...always })));
    assert(kept.length > 0 && kept.length % 534 === 0);
  });
}

test('a disk that hangs fills no memory, and is said to be slow', async (t) => {
  const rig = makeRig(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  const inner = folderDisk(rig.folder);
  const disk: RecorderDisk = { ...inner, list: () => promise.then(() => inner.list()) };
  const recorder = rig.open({ disk, codec: 'stored' });
  const some = sweeps(createRandom(5), 2_000);
  for (let step = 0; step < 20; step += 1) recorder.append('radio-0', some, step);
  const { state, cause, pendingBytes, lostBytes } = recorder.health();
  assert.deepEqual([state, cause?.code], ['stopped', 'slow_disk']);
  assert(pendingBytes <= 8 * 1024 * 1024 && lostBytes > 10_000_000);
  resolve();
  await recorder.flush();
  assert.equal(recorder.health().state, 'recording');
  await recorder.close();
  const kept = joined(await gather(recorder.read({ radio: 'radio-0', ...always })));
  assert.equal(kept.length + recorder.health().lostBytes, 20 * 2_000 * 534);
});

test('a folder it may not write to is no reason to throw', { skip: isRoot() }, async (t) => {
  const rig = makeRig(t);
  chmodSync(rig.folder, 0o500);
  const recorder = rig.open();
  const { state, cause } = await listen(rig, recorder, 2);
  assert.deepEqual([state, cause?.code], ['stopped', 'EACCES']);
  chmodSync(rig.folder, 0o700);
  assert.equal((await listen(rig, recorder, 10)).state, 'recording');
  await recorder.close();
});

test('tries on a full disk leave no files behind', async (t) => {
  const rig = makeRig(t);
  const disk = breakable(folderDisk(rig.folder), {
    operation: 'write',
    code: 'ENOSPC',
    isBroken: true,
  });
  const recorder = rig.open({ disk });
  await listen(rig, recorder, 60);
  assert.deepEqual(readdirSync(rig.folder), []);
  await recorder.close();
});

function isRoot(): string | false {
  return process.getuid?.() === 0 && 'root may write anywhere; the cases above stand for it';
}

/** Some sweeps each second, as long as the disk is as it is; how the recorder fares after that. */
async function listen(rig: Rig, recorder: ReturnType<Rig['open']>, seconds: number) {
  const some = sweeps(createRandom(6), 400);
  for (let second = 0; second < seconds; second += 1) {
    recorder.append('radio-0', some, rig.clock.now());
    await recorder.flush();
    rig.clock.run(rig.clock.monotonic() + 1_000_000);
    await recorder.flush();
  }
  return RecorderHealth.parse(recorder.health());
}

/** A disk on which one operation fails as long as it is broken. */
function breakable(
  inner: RecorderDisk,
  broken: { readonly operation: string; readonly code: string; isBroken: boolean },
): RecorderDisk {
  const check = (operation: string) => {
    if (broken.isBroken && broken.operation === operation) {
      throw Object.assign(new Error(`${broken.code}: ${operation}`), { code: broken.code });
    }
  };
  return {
    async list() {
      check('list');
      return inner.list();
    },
    async create(name) {
      check('create');
      const file = await inner.create(name);
      return {
        async write(data) {
          // As on a full disk, a part is there all the same.
          if (broken.operation === 'write' && broken.isBroken) await file.write(data.subarray(9));
          check('write');
          return file.write(data);
        },
        async sync() {
          check('sync');
          return file.sync();
        },
        async close() {
          await file.close();
          check('close');
        },
      };
    },
    async remove(name) {
      check('remove');
      return inner.remove(name);
    },
  };
}
