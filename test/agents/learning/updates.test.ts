import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { aggregationRules, ruleFor } from '#agents/learning/aggregation/index.ts';
import { clipped, medianNorm, normOf } from '#agents/learning/clip.ts';
import { codecs } from '#agents/learning/codecs/index.ts';
import { decodeUpdate, encodeUpdate } from '#agents/learning/update-codec.ts';
import { createRandom } from '#agents/random/philox.ts';
import { flCodecs, UPDATE_BYTES_MAX } from '#protocols/learning/fl-update.ts';

const signer = signerFromSeed('ap1', new Uint8Array(32).fill(7));
const keyring = keyringOf({ ap1: signer.publicKey });
const random = createRandom(1);
const noise = (size: number, name: string) => {
  const own = random.fork(name);
  return Float32Array.from({ length: size }, () => own.normal());
};
const updateOf = (size: number, codec: (typeof codecs)[number]) => ({
  modelHash: new Uint8Array(32).fill(0xff),
  round: 0xffff_ffff,
  codec: codec.name,
  samples: 0xffff_ffff,
  ...codec.encode(noise(size, 'largest'), 0xffff_ffff),
});

for (const codec of codecs) {
  const most = Math.min(codec.sizeMax, 100_000);

  test(`${codec.name}: the largest update it may make fits into one message, and reads back`, () => {
    const update = updateOf(most, codec);
    const bytes = encodeUpdate(update, signer);

    const read = decodeUpdate(bytes, 'ap1', keyring);

    assert(bytes.length <= UPDATE_BYTES_MAX);
    assert(read.ok);
    const { signature: _, ...came } = read.value;
    assert.deepEqual(came, update);
  });

  test(`${codec.name}: with what is lost kept for the next round, all of a change arrives in the end`, () => {
    const size = 300;
    const wished = noise(size, 'wished').map((value) => value * 0.01);
    let residual = new Float32Array(size);
    const arrived = new Float32Array(size);
    const rounds = 400;
    for (let round = 0; round < rounds; round += 1) {
      const own = wished.map((value, at) => value + residual[at]!);
      const told = codec.decode(codec.encode(own, round), size)!;
      residual = own.map((value, at) => value - told[at]!);
      told.forEach((value, at) => {
        arrived[at]! += value;
      });
    }

    const missing = arrived.map((value, at) => value - rounds * wished[at]!);
    assert(normOf(missing) < 0.05 * rounds * normOf(wished));
  });

  test(`${codec.name}: a payload of another length is no payload`, () => {
    const coded = codec.encode(noise(64, 'short'), 1);

    assert.equal(codec.decode({ ...coded, payload: coded.payload.subarray(1) }, 64), undefined);
  });
}

test('bytes that nobody signed are turned down, whatever was changed in them', () => {
  const bytes = encodeUpdate(updateOf(1_000, codecs[0]!), signer);
  const at = fc.nat(bytes.length - 1);

  fc.assert(
    fc.property(at, fc.integer({ min: 1, max: 255 }), (place, by) => {
      const damaged = bytes.slice();
      damaged[place]! ^= by;
      assert(!decodeUpdate(damaged, 'ap1', keyring).ok);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (other) => {
      assert(!decodeUpdate(other, 'ap1', keyring).ok);
    }),
  );
});

test('an update is refused under the key of another node, and where it is too long', () => {
  const bytes = encodeUpdate(updateOf(64, codecs[0]!), signer);
  const other = signerFromSeed('ap2', new Uint8Array(32).fill(8));
  const both = keyringOf({ ap1: signer.publicKey, ap2: other.publicKey });

  assert(!decodeUpdate(bytes, 'ap2', both).ok);
  assert(!decodeUpdate(new Uint8Array(UPDATE_BYTES_MAX + 1), 'ap1', keyring).ok);
});

test('every codec has its number in the message', () => {
  assert.deepEqual(codecs.map(({ name }) => name).sort(), [...flCodecs].sort());
});

for (const rule of aggregationRules.filter(({ name }) => name !== 'mean')) {
  test(`${rule.name}: a fifth that lies does not turn what the others agree on`, () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (seed, lie) => {
        const own = createRandom(seed);
        const truth = Float32Array.from({ length: 50 }, () => own.normal());
        const honest = Array.from({ length: 16 }, () =>
          truth.map((value) => value + 0.1 * own.normal()),
        );
        const lies = Array.from({ length: 4 }, () => truth.map((value) => -lie * value));

        const came = rule.aggregate([...lies, ...honest], 4);

        assert(normOf(came.map((value, at) => value - truth[at]!)) < 0.5 * normOf(truth));
      }),
      { numRuns: 50 },
    );
  });
}

test('where there are too few nodes for a rule, changes are cut and averaged', () => {
  assert.equal(ruleFor('multi-krum', 10, 3).name, 'multi-krum');
  assert.equal(ruleFor('multi-krum', 8, 3).name, 'mean');
  assert.equal(ruleFor('nonsense', 100, 3).name, 'mean');
});

test('a change is cut to a norm and never lengthened', () => {
  const change = noise(100, 'change');

  assert(Math.abs(normOf(clipped(change, 1)) - 1) < 1e-5);
  assert.equal(clipped(change, 1e9), change);
  assert.equal(medianNorm([Float32Array.of(1), Float32Array.of(3), Float32Array.of(1_000)]), 3);
});
