/** Damaged frames and events never throw, and are never read as what they are not; `bench fuzz` does it longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chirpstackEvents, loraFrames } from '#bench/fuzz/lorawan.ts';

for (const target of [loraFrames, chirpstackEvents]) {
  test(`20,000 damaged ${target.what} are refused or read, and counted`, async () => {
    const read = await target.run(1, 20_000);
    assert(read > 100 && read < 20_000);
  });
}
