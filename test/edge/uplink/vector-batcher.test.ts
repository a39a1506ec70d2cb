import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { unpackVectors } from '#agents/telemetry/vector-codec.ts';
import { sparseVectors } from '#bench/edge/sample-drafts.ts';
import { VectorBatcher } from '#edge/uplink/vector-batcher.ts';
import { VECTOR_BYTES, VectorBatch } from '#protocols/telemetry/vectors.ts';
import { TestClock } from '../../agents/bus/test-clock.ts';

function start() {
  const clock = new TestClock();
  const batches: { atUs: number; batch: VectorBatch }[] = [];
  const batcher = new VectorBatcher({
    clock,
    model: '0123456789abcdef',
    onBatch: (batch) => batches.push({ atUs: clock.monotonic(), batch }),
  });
  const vectors = sparseVectors(200, createRandom(1));
  let added = 0;
  const add = () => {
    const at = added * VECTOR_BYTES;
    batcher.add(vectors.subarray(at, at + VECTOR_BYTES), { centerMhz: 5_500, score: added });
    added += 1;
  };
  return { clock, batcher, batches, vectors, add };
}

test('a batch goes with its 64th vector, or a second after its first, and all come back in order', () => {
  const { clock, batcher, batches, vectors, add } = start();
  for (let index = 0; index < 70; index += 1) {
    add();
    clock.advance(1);
  }
  clock.advance(2_000);
  add();
  batcher.flush();
  batcher.flush();
  assert.deepEqual(
    batches.map(({ batch }) => batch.count),
    [64, 6, 1],
  );
  assert.deepEqual(
    batches.map(({ atUs }) => atUs),
    [63_000, 1_064_000, 2_070_000],
  );
  let at = 0;
  for (const { batch } of batches) {
    assert.deepEqual(VectorBatch.parse(batch), batch);
    const unpacked = unpackVectors(batch);
    assert(unpacked.ok);
    const length = batch.count * VECTOR_BYTES;
    assert.deepEqual(unpacked.value, vectors.slice(at, at + length));
    assert.deepEqual(
      [...batch.scores],
      Array.from({ length: batch.count }, (_, index) => at / VECTOR_BYTES + index),
    );
    at += length;
  }
  assert.deepEqual(
    [...batches[1]!.batch.agesUs],
    [1_000_000, 999_000, 998_000, 997_000, 996_000, 995_000],
  );
});

test('vectors of another length are refused', () => {
  const { batcher } = start();
  assert.throws(
    () => batcher.add(new Uint8Array(255), { centerMhz: 1, score: 1 }),
    /256 bytes, came 255/,
  );
});
