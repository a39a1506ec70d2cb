import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { openRecorder } from '#edge/recorder/recorder.ts';
import { always, gather, joined, MIB, makeRig } from './rig.ts';
import { sweep } from './sweeps.ts';
import { volatileDisk } from './volatile-disk.ts';

const second = 1_000_000;

test('a loss of power costs what was not forced to the disk yet, and never the file', async (t) => {
  const begin = createRandom('power').uint32();
  for (let seed = begin; seed < begin + 5; seed += 1) {
    await t.test(`seed ${seed}`, () => loseOnce(seed));
  }

  async function loseOnce(seed: number): Promise<void> {
    const rig = makeRig(t);
    const random = createRandom(seed);
    const disk = volatileDisk(rig.folder);
    const sync = random.below(2) === 0 ? 'block' : 'second';
    const options = {
      folder: rig.folder,
      clock: rig.clock,
      budgetBytes: 4 * MIB,
      segmentBytes: 200_000,
      codec: random.below(2) === 0 ? 'stored' : 'zstd',
    } as const;
    const recorder = openRecorder({ ...options, bootId: 'boot-1', sync, disk });
    const sent: Uint8Array[] = [];
    let confirmed = 0;
    const turns = 5 + random.below(40);
    for (let turn = 0; turn < turns; turn += 1) {
      for (let more = 1 + random.below(60); more > 0; more -= 1) {
        const bytes = sweep(random, sent.length);
        sent.push(bytes);
        recorder.append('radio-0', bytes, rig.clock.now());
      }
      await recorder.flush();
      if (sync === 'block') confirmed = sent.length;
      if (random.below(3) > 0) continue;
      rig.clock.run(rig.clock.monotonic() + second);
      // The tick that forces it waits for nobody; the next flush waits for the tick.
      await recorder.flush();
      confirmed = sent.length;
    }
    disk.losePower(random);
    await recorder.close();

    const again = openRecorder({ ...options, bootId: 'boot-2' });
    const late = sweep(random, sent.length);
    sent.push(late);
    again.append('radio-0', late, rig.clock.now());
    await again.flush();
    assert.equal(again.health().state, 'recording');
    const read = readSweeps(joined(await gather(again.read({ radio: 'radio-0', ...always }))));
    await again.close();
    const numbers = read.sweeps.map(({ tsf }) => Number(tsf));
    assert.equal(new Set(numbers).size, numbers.length, 'none is doubled');
    for (const { tsf, bytes } of read.sweeps) {
      assert.deepEqual(
        new Uint8Array(bytes),
        sent[Number(tsf)],
        `sweep ${tsf} is the one that was recorded`,
      );
    }
    const first = numbers[0]!;
    const kept = numbers.filter((number) => number < confirmed).length;
    assert.equal(kept, Math.max(0, confirmed - first), 'all that was forced, but what was evicted');
    assert.equal(numbers.at(-1), sent.length - 1, 'and it goes on');
  }
});
