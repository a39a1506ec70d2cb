import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createRandom, philox4x32 } from '#agents/random/philox.ts';
import type { Random } from '#protocols/random.ts';

/** Counter, key and result of philox4x32-10 in `kat_vectors` of Random123 (D. E. Shaw Research). */
const knownAnswers = [
  '00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8',
  'ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd',
  '243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1',
];

test('the block function gives the published answers', () => {
  for (const line of knownAnswers) {
    const words = line.split(' ').map((word) => Number.parseInt(word, 16) | 0);
    const [c0, c1, c2, c3, k0, k1, ...result] = words as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    assert.deepEqual([...philox4x32(c0, c1, c2, c3, k0, k1)], result);
  }
});

test('a stream is a function of seed and full name', () => {
  const draws = (random: Random) => Array.from({ length: 9 }, () => random.uint32());

  const once = draws(createRandom(1).fork('host/ap1').fork('actor'));

  assert.deepEqual(draws(createRandom('1').fork('host').fork('ap1/actor')), once);
  assert.notDeepEqual(draws(createRandom(2).fork('host/ap1/actor')), once);
  assert.notDeepEqual(draws(createRandom(1).fork('host/ap1/actor2')), once);
  assert.equal(createRandom(1).fork('host').fork('ap1').stream, 'host/ap1');
});

test('forking and drawing change nothing in another stream', () => {
  const random = createRandom('seed');
  const expected = createRandom('seed').uint32();

  random.fork('a').uint32();

  assert.equal(random.uint32(), expected);
});

test('a stream continues from its counter, wherever it was left', () => {
  const kinds = fc.constantFrom('uint32', 'uniform', 'normal', 'below', 'bytes');
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 20 }), fc.nat(1e6), (draws, jump) => {
      const random = createRandom('continue');
      random.counter = jump * 1_000_003;
      for (const kind of draws) draw(random, kind);
      const resumed = createRandom('continue');
      resumed.counter = random.counter;

      assert.deepEqual(draw(resumed, 'bytes'), draw(random, 'bytes'));
      assert.equal(resumed.normal(), random.normal());
    }),
  );
});

test('each kind of draw takes the words it says', () => {
  const random = createRandom(1);
  const taken = (draw: () => unknown) => {
    const before = random.counter;
    draw();
    return random.counter - before;
  };

  assert.equal(
    taken(() => random.uint32()),
    1,
  );
  assert.equal(
    taken(() => random.uniform()),
    2,
  );
  assert.equal(
    taken(() => random.normal()),
    4,
  );
  assert.equal(
    taken(() => random.bytes(9)),
    3,
  );
  assert.equal(
    taken(() => random.below(8)),
    1,
  );
});

test('draws lie in their range, and below takes only whole bounds from 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (bound) => {
      const random = createRandom(bound);
      const value = random.below(bound);
      assert(Number.isInteger(value) && value >= 0 && value < bound);
      const share = random.uniform();
      assert(share >= 0 && share < 1);
    }),
  );
  for (const bound of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => createRandom(1).below(bound), RangeError);
  }
});

test('below is even and normal has mean 0, variance 1 and its tails', () => {
  const random = createRandom('moments');
  const counts = new Array<number>(6).fill(0);
  const draws = 60_000;
  let sum = 0;
  let squares = 0;
  let beyond2 = 0;
  for (let index = 0; index < draws; index++) {
    const face = random.below(6);
    counts[face] = counts[face]! + 1;
    const deviate = random.normal();
    sum += deviate;
    squares += deviate * deviate;
    if (Math.abs(deviate) > 2) beyond2++;
  }

  // Five standard errors each, so that a right generator fails once in a million seeds.
  for (const count of counts) assert(Math.abs(count - 10_000) < 5 * Math.sqrt(10_000 * (5 / 6)));
  assert(Math.abs(sum / draws) < 5 / Math.sqrt(draws));
  assert(Math.abs(squares / draws - 1) < 5 * Math.sqrt(2 / draws));
  assert(Math.abs(beyond2 / draws - 0.0455) < 5 * Math.sqrt((0.0455 * 0.9545) / draws));
});

function draw(random: Random, kind: string): unknown {
  switch (kind) {
    case 'uint32':
      return random.uint32();
    case 'uniform':
      return random.uniform();
    case 'normal':
      return random.normal();
    case 'below':
      return random.below(1_000);
    default:
      return random.bytes(7);
  }
}
