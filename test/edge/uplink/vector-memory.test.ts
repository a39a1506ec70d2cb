import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { VectorMemory } from '#edge/uplink/vector-memory.ts';
import { VECTOR_BYTES } from '#protocols/telemetry/vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'airguard-memory-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const model = '0123456789abcdef';
const sight = (atUs: number) => ({ atUs, centerMhz: 5_500, label: 'unknown' });

test('the nearest are those that a plain search over all finds', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (seed, count, capacity, k) => {
        const random = createRandom(seed);
        const memory = new VectorMemory({ file: ':memory:', model, capacity });
        const vectors: Uint8Array[] = [];
        for (let index = 0; index < count; index += 1) {
          // Few values, so that some are equally far.
          const vector = random.bytes(VECTOR_BYTES).map((byte) => byte & 1);
          vectors.push(vector);
          memory.remember(vector, sight(index));
        }
        const asked = random.bytes(VECTOR_BYTES).map((byte) => byte & 1);
        const kept = vectors.slice(-capacity);
        const distances = kept
          .map((vector) =>
            Math.sqrt(vector.reduce((sum, byte, at) => sum + (byte - asked[at]!) ** 2, 0)),
          )
          .sort((one, other) => one - other);
        assert.deepEqual(
          memory.nearest(asked, k).map(({ distance }) => distance),
          distances.slice(0, k),
        );
        const middle = distances[distances.length >> 1] ?? 1;
        assert.equal(
          memory.seenWithin(asked, middle),
          distances.filter((one) => one <= middle).length,
        );
        assert.equal(memory.size, kept.length);
        memory.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('a vector that was remembered is found at distance 0 with what was said of it', () => {
  const memory = new VectorMemory({ file: ':memory:', model });
  const random = createRandom(3);
  for (let index = 0; index < 100; index += 1)
    memory.remember(random.bytes(VECTOR_BYTES), sight(index));
  const vector = random.bytes(VECTOR_BYTES);
  memory.remember(vector, { atUs: 7, centerMhz: 2_437, label: 'microwave' });
  assert.deepEqual(memory.nearest(vector, 1), [
    { atUs: 7, centerMhz: 2_437, label: 'microwave', distance: 0 },
  ]);
  memory.close();
});

test('the newest outlive the process, also where the capacity changed; another model begins anew', () => {
  const file = join(folder, 'memory.db');
  const vectorOf = (index: number) => new Uint8Array(VECTOR_BYTES).fill(index);
  const open = (capacity: number, ofModel = model) =>
    new VectorMemory({ file, model: ofModel, capacity });
  const oldest = (memory: VectorMemory) => memory.nearest(vectorOf(0), 1)[0]?.atUs;
  let memory = open(10);
  for (let index = 0; index < 25; index += 1) memory.remember(vectorOf(index), sight(index));
  memory.close();
  for (const [capacity, first, size] of [
    [10, 15, 10],
    [4, 21, 4],
    [20, 21, 4],
  ] as const) {
    memory = open(capacity);
    assert.deepEqual([memory.size, oldest(memory)], [size, first]);
    memory.close();
  }
  memory = open(20);
  memory.remember(vectorOf(30), sight(30));
  assert.deepEqual([memory.size, memory.nearest(vectorOf(30), 1)[0]?.atUs], [5, 30]);
  memory.close();
  memory = open(20, 'fedcba9876543210');
  assert.equal(memory.size, 0);
  memory.close();
});

test('a file of something else is refused and left as it is', () => {
  const file = join(folder, 'other.db');
  writeFileSync(file, 'somebody needs these bytes, which are not those of a database at all');
  assert.throws(
    () => new VectorMemory({ file, model }),
    /^InputError: memory .*: expected a memory of vectors.*nothing was changed/,
  );
});
