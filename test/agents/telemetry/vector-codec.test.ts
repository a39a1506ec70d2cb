import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { packVectors, unpackVectors } from '#agents/telemetry/vector-codec.ts';
import { sparseVectors } from '#bench/edge/sample-drafts.ts';
import { VECTOR_BYTES } from '#protocols/telemetry/vectors.ts';

const codec = fc.constantFrom('lz4' as const, 'zstd' as const);

test('any batch comes back as it went, by either codec', () => {
  fc.assert(
    fc.property(
      codec,
      fc.integer({ min: 1, max: 80 }),
      fc.nat(),
      fc.boolean(),
      (wanted, count, seed, isSparse) => {
        const random = createRandom(seed);
        const vectors = isSparse
          ? sparseVectors(count, random)
          : random.bytes(count * VECTOR_BYTES);
        const unpacked = unpackVectors({ count, ...packVectors(vectors, wanted) });
        assert(unpacked.ok);
        assert.deepEqual(unpacked.value, new Uint8Array(vectors));
      },
    ),
  );
});

test('what does not shrink is stored, and what is alike in many vectors shrinks', () => {
  const random = createRandom(1);
  for (const wanted of ['lz4', 'zstd'] as const) {
    const dense = packVectors(random.bytes(64 * VECTOR_BYTES), wanted);
    assert.deepEqual([dense.codec, dense.payload.length], ['stored', 64 * VECTOR_BYTES]);
    const sparse = packVectors(sparseVectors(64, random), wanted);
    assert.equal(sparse.codec, wanted);
    assert(sparse.payload.length < (64 * VECTOR_BYTES) / 2, `${sparse.payload.length} bytes`);
  }
});

test('damaged payloads are refused, and make no more bytes than the batch has', () => {
  fc.assert(
    fc.property(codec, fc.nat(), fc.integer({ min: 1, max: 255 }), (wanted, where, change) => {
      const packed = packVectors(sparseVectors(64, createRandom(where)), wanted);
      const payload = packed.payload.slice();
      payload[where % payload.length]! ^= change;
      const unpacked = unpackVectors({ codec: packed.codec, count: 64, payload });
      // Without the record's check sum a change within a literal cannot be seen; lengths can.
      if (unpacked.ok) assert.equal(unpacked.value.length, 64 * VECTOR_BYTES);
    }),
  );
  for (const codec of ['lz4', 'zstd'] as const) {
    const huge = packVectors(new Uint8Array(1024 * VECTOR_BYTES), codec).payload;
    assert(!unpackVectors({ codec, count: 1, payload: huge }).ok);
    assert(!unpackVectors({ codec, count: 1, payload: new Uint8Array(0) }).ok);
  }
});
