/**
 * Records numbered sweeps as fast as it can until it is killed, and says after each flush how many
 * of them the recorder claims are written. Arguments: folder, seed, first number.
 */
import { writeSync } from 'node:fs';
import { setImmediate as pause } from 'node:timers/promises';
import { createRandom } from '#agents/random/philox.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { openRecorder } from '#edge/recorder/recorder.ts';
import { MIB } from './rig.ts';
import { sweep } from './sweeps.ts';

const [folder = '', seed = '', first = ''] = process.argv.slice(2);
const clock = new RealClock();
const random = createRandom(Number(seed));
const recorder = openRecorder({
  folder,
  clock,
  bootId: `boot-${first}`,
  budgetBytes: 4 * MIB,
  segmentBytes: 200_000,
  codec: random.below(2) === 0 ? 'stored' : 'zstd',
  sync: random.below(2) === 0 ? 'block' : 'second',
});
for (let number = Number(first); ; ) {
  const count = 1 + random.below(100);
  for (let index = 0; index < count; index += 1) {
    recorder.append('radio-0', sweep(random, number), clock.now());
    number += 1;
  }
  if (random.below(2) === 0) {
    await recorder.flush();
    if (recorder.health().lostBytes > 0) throw new Error('bytes were lost');
    writeSync(1, `${number}\n`);
  } else await pause();
}
