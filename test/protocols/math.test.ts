import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import * as math from '#protocols/math.ts';

/**
 * Each function against the engine's own, which is itself within 1 unit in the last place of the
 * true value: so the bounds are the documented ones and 1.
 */
const pairs: {
  name: string;
  ours: (x: number, y: number) => number;
  engines: (x: number, y: number) => number;
  ranges: readonly (readonly [number, number])[];
  ulps: number;
}[] = [
  {
    name: 'log',
    ours: math.log,
    engines: Math.log,
    ranges: [
      [0, 4],
      [0, 1e300],
    ],
    ulps: 2,
  },
  {
    name: 'log2',
    ours: math.log2,
    engines: Math.log2,
    ranges: [
      [0, 4],
      [0, 1e300],
    ],
    ulps: 2,
  },
  {
    name: 'log10',
    ours: math.log10,
    engines: Math.log10,
    ranges: [
      [0, 4],
      [0, 1e300],
    ],
    ulps: 2,
  },
  {
    name: 'exp',
    ours: math.exp,
    engines: Math.exp,
    ranges: [
      [-1, 1],
      [-745, 709],
    ],
    ulps: 2,
  },
  {
    name: 'pow10',
    ours: math.pow10,
    engines: (x) => 10 ** x,
    ranges: [
      [-1, 1],
      [-320, 308],
    ],
    ulps: 2,
  },
  {
    name: 'sin',
    ours: math.sin,
    engines: Math.sin,
    ranges: [
      [-1, 1],
      [-1e3, 1e3],
      [-1e6, 1e6],
    ],
    ulps: 2,
  },
  {
    name: 'cos',
    ours: math.cos,
    engines: Math.cos,
    ranges: [
      [-1, 1],
      [-1e3, 1e3],
      [-1e6, 1e6],
    ],
    ulps: 2,
  },
  {
    name: 'atan2',
    ours: math.atan2,
    engines: Math.atan2,
    ranges: [
      [-1, 1],
      [-1e300, 1e300],
    ],
    ulps: 2.5,
  },
  {
    name: 'hypot',
    ours: math.hypot,
    engines: Math.hypot,
    ranges: [
      [-1, 1],
      [-1e300, 1e300],
      [-1e-300, 1e-300],
    ],
    ulps: 2.5,
  },
];

for (const { name, ours, engines, ranges, ulps } of pairs) {
  test(`${name} agrees with the engine's to ${ulps} units in the last place`, () => {
    const random = createRandom(name);
    for (const [low, high] of ranges) {
      for (let index = 0; index < 20_000; index++) {
        const x = low + (high - low) * random.uniform();
        const y = low + (high - low) * random.uniform();
        const expected = engines(x, y);
        const off = Math.abs(ours(x, y) - expected) / ulpOf(expected);
        assert(off <= ulps, `${name}(${x}, ${y}): ${off} ulp off`);
      }
    }
  });
}

test('the same bits come out on every machine', () => {
  const random = createRandom('bits');
  let folded = 0;
  const bits = new DataView(new ArrayBuffer(8));
  for (let index = 0; index < 2_000; index++) {
    const x = random.uniform() * 20 - 10;
    const y = random.uniform() * 20 - 10;
    for (const value of [
      math.log(x * x),
      math.log2(y * y),
      math.log10(x * x),
      math.exp(x),
      math.pow10(y),
      math.sin(x * 100),
      math.cos(y * 100),
      math.atan2(y, x),
      math.hypot(x, y),
    ]) {
      bits.setFloat64(0, value);
      folded = (Math.imul(folded, 31) + bits.getUint32(0)) | 0;
      folded = (Math.imul(folded, 31) + bits.getUint32(4)) | 0;
    }
  }
  // Computed once, on x64 with Node 24; another value means other traces.
  assert.equal(folded, FOLDED);
});

test('the edges of the number line are those of Math', () => {
  const edges = [0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1.7976931348623157e308];
  for (const x of edges) {
    assert.equal(math.log(x), Math.log(x));
    assert.equal(math.log2(x), Math.log2(x));
    assert(Math.abs(math.exp(x) - Math.exp(x)) <= 1e-15 || Object.is(math.exp(x), Math.exp(x)));
    assert.equal(math.log10(x), Math.log10(x));
    for (const y of edges) {
      const expected = Math.atan2(y, x);
      const found = math.atan2(y, x);
      assert(
        Object.is(found, expected) || Math.abs(found - expected) <= 1e-15,
        `atan2(${y}, ${x})`,
      );
    }
  }
  assert.equal(math.sin(Infinity), NaN);
  assert.equal(math.cos(NaN), NaN);
  assert(Object.is(math.sin(-0), -0));
  assert.equal(math.pow10(400), Infinity);
  assert.equal(math.pow10(-400), 0);
  assert.equal(math.pow10(NaN), NaN);
  assert.equal(math.hypot(Infinity, 1), Infinity);
  assert.equal(math.hypot(3 * 2 ** 700, 4 * 2 ** 700), 5 * 2 ** 700);
  assert.throws(() => math.sin(1e7), /at most/);
});

test('whole powers of ten and decades of power are exact', () => {
  for (let power = -22; power <= 22; power++) assert.equal(math.pow10(power), Number(`1e${power}`));
  for (let power = 0; power <= 22; power++) assert.equal(math.log10(Number(`1e${power}`)), power);
  assert.equal(math.dbmToMw(30), 1_000);
  assert.equal(math.dbmToMw(0), 1);
  assert.equal(math.mwToDbm(100), 20);
  assert.equal(math.mwToDbm(0), -Infinity);
  assert.equal(math.dbToRatio(-10), 0.1);
  assert.equal(math.ratioToDb(1_000), 30);
  for (let exponent = -1_074; exponent < 1_024; exponent++) {
    assert.equal(math.log2(2 ** exponent), exponent);
  }
});

test('decibels return what they were made from', () => {
  const random = createRandom('decibels');
  for (let index = 0; index < 5_000; index++) {
    const dbm = random.uniform() * 234 - 174;
    assert(Math.abs(math.mwToDbm(math.dbmToMw(dbm)) - dbm) < 1e-12);
    assert(Math.abs(math.ratioToDb(math.dbToRatio(dbm)) - dbm) < 1e-12);
  }
});

const FOLDED = -1_111_872_989;

function ulpOf(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
  return bits.getFloat64(0) - Math.abs(value);
}
