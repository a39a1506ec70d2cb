/**
 * Records on a small file system of its own that fills up, becomes read-only and recovers, and tells
 * what the recorder said of itself at each step. Argument: where a tmpfs of 8 MiB is mounted.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { openRecorder } from '#edge/recorder/recorder.ts';
import type { RecorderHealth } from '#protocols/tools/edge-node.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { always, gather, joined, MIB } from './rig.ts';
import { sweeps } from './sweeps.ts';

const [mount = ''] = process.argv.slice(2);
const clock = new VirtualClock();
const random = createRandom(1);
const folder = join(mount, 'recorder');
let listenedBytes = 0;
const steps: Record<string, RecorderHealth> = {};
const options = { folder, clock, budgetBytes: 64 * MIB, codec: 'stored' } as const;
let recorder = openRecorder({ ...options, bootId: 'boot-1' });

await record('empty', 10);
writeFileSync(join(mount, 'ballast'), new Uint8Array(5 * MIB));
await record('full', 100);
await record('still full', 100);
rmSync(join(mount, 'ballast'));
await record('freed', 10);
await recorder.close();
remount('ro');
recorder = openRecorder({ ...options, bootId: 'boot-2' });
await record('read-only', 10);
remount('rw');
await record('writable', 10);
await recorder.close();
const kept = joined(await gather(recorder.read({ radio: 'radio-0', ...always })));
console.log(JSON.stringify({ steps, keptBytes: kept.length, listenedBytes }));

/** Goes on listening for some seconds, a tenth of a MiB in each, and notes how the recorder fares. */
async function record(name: string, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    const bytes = sweeps(random, 200);
    listenedBytes += bytes.length;
    recorder.append('radio-0', bytes, clock.now());
    await recorder.flush();
    clock.run(clock.monotonic() + 1_000_000);
    await recorder.flush();
  }
  steps[name] = recorder.health();
}

function remount(mode: 'ro' | 'rw'): void {
  const { status, stderr } = spawnSync('sh', ['-c', 'mount -o "remount,$0" "$1"', mode, mount]);
  if (status !== 0) throw new Error(`mount: ${stderr}`);
}
