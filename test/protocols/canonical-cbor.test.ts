import assert from 'node:assert/strict';
import test from 'node:test';
import { decode } from 'cbor-x';
import fc from 'fast-check';
import { CborWriter, encodeCanonicalCbor } from '#protocols/canonical-cbor.ts';

test('the values of RFC 8949, appendix A, that JavaScript can hold come out as printed there', () => {
  const vectors: [unknown, string][] = [
    [0, '00'],
    [1, '01'],
    [10, '0a'],
    [23, '17'],
    [24, '1818'],
    [25, '1819'],
    [100, '1864'],
    [1000, '1903e8'],
    [1000000, '1a000f4240'],
    [1000000000000, '1b000000e8d4a51000'],
    [-1, '20'],
    [-10, '29'],
    [-100, '3863'],
    [-1000, '3903e7'],
    [-0, 'f98000'],
    [1.1, 'fb3ff199999999999a'],
    [1.5, 'f93e00'],
    [3.4028234663852886e38, 'fa7f7fffff'],
    [1e300, 'fb7e37e43c8800759c'],
    [2 ** -24, 'f90001'],
    [0.00006103515625, 'f90400'],
    [-4.1, 'fbc010666666666666'],
    [Infinity, 'f97c00'],
    [NaN, 'f97e00'],
    [-Infinity, 'f9fc00'],
    [false, 'f4'],
    [true, 'f5'],
    [null, 'f6'],
    [undefined, 'f7'],
    [new Uint8Array(), '40'],
    [new Uint8Array([1, 2, 3, 4]), '4401020304'],
    ['', '60'],
    ['a', '6161'],
    ['IETF', '6449455446'],
    ['"\\', '62225c'],
    ['\u00fc', '62c3bc'],
    ['\u6c34', '63e6b0b4'],
    ['\ud800\udd51', '64f0908591'],
    [[], '80'],
    [[1, 2, 3], '83010203'],
    [[1, [2, 3], [4, 5]], '8301820203820405'],
    [
      Array.from({ length: 25 }, (_, index) => index + 1),
      '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
    ],
    [{}, 'a0'],
    [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
    [['a', { b: 'c' }], '826161a161626163'],
    [{ a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }, 'a56161614161626142616361436164614461656145'],
  ];
  for (const [value, hex] of vectors) {
    assert.equal(Buffer.from(encodeCanonicalCbor(value)).toString('hex'), hex);
  }
});

test('keys stand in the bytewise order of their encodings, whatever order they were set in', () => {
  // Were they not bytes of their own, these two would be the same memory.
  const one = encodeCanonicalCbor({ d: 4, b: 1, long: 1, cb: 3 });
  const other = encodeCanonicalCbor({ long: 1, cb: 3, b: 1, d: 4 });
  assert.deepEqual(one, other);
  assert.deepEqual(Object.keys(decode(one)), ['b', 'd', 'cb', 'long']);
});

test('what is decoded is what was encoded, and encodes to the same bytes again', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
      fc.double({ noNaN: true }),
      fc.float({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.string({ unit: 'grapheme', maxLength: 100 }),
      fc.uint8Array(),
      fc.array(tie('any')),
      fc.dictionary(fc.string({ maxLength: 30 }).filter(isPlainKey), tie('any'), {
        noNullPrototype: true,
      }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (before) => {
      const bytes = encodeCanonicalCbor(before);
      const after = decode(bytes);
      assert.deepEqual(plain(after), plain(before));
      assert.deepEqual(encodeCanonicalCbor(plain(after)), encodeCanonicalCbor(plain(before)));
    }),
  );
});

test('a float is written in the fewest bytes that keep it', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const bytes = encodeCanonicalCbor(value);
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return;
      const fits16 = Object.is(Math.f16round(value), value);
      const fits32 = Object.is(Math.fround(value), value);
      assert.equal(bytes.length, fits16 ? 3 : fits32 ? 5 : 9);
      assert(Object.is(decode(bytes), value));
    }),
  );
});

test('undefined members are left out and the count is right', () => {
  assert.deepEqual(encodeCanonicalCbor({ a: 1, b: undefined }), encodeCanonicalCbor({ a: 1 }));
  const many = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`k${index}`, index]));
  const fewer = { ...many, k3: undefined };
  assert.equal(encodeCanonicalCbor(many)[0], 0xb8);
  assert.equal(encodeCanonicalCbor(fewer)[0], 0xb7);
});

test('objects used as tables, with ever new keys, encode right and do not pile up', () => {
  for (let index = 0; index < 20_000; index++) {
    const key = `key-${index}`;
    assert.equal(decode(encodeCanonicalCbor({ [key]: index, a: 1 }))[key], index);
  }
});

test('a writer is used again, takes raw bytes, and grows', () => {
  const writer = new CborWriter(4);
  writer.raw(new Uint8Array(32).fill(7));
  writer.write({ text: 'x'.repeat(1_000) });
  const first = writer.bytes().slice();
  writer.reset();
  writer.write(1);

  assert.equal(first.length, 32 + 1 + 5 + 3 + 1_000);
  assert.deepEqual([...writer.bytes()], [1]);
});

test('what is not plain data is refused', () => {
  class Thing {}
  const bad: [unknown, RegExp][] = [
    [new Thing(), /came an instance of Thing/],
    [new Map(), /came an instance of Map/],
    [1n, /came bigint/],
    [[() => 1], /came function/],
    [Symbol('x'), /came symbol/],
    ['\ud800', /lone surrogate/],
    [`${'x'.repeat(100)}\udc00`, /lone surrogate/],
  ];
  for (const [value, message] of bad) assert.throws(() => encodeCanonicalCbor(value), message);
});

/** cbor-x renames a member called __proto__ when it decodes. */
function isPlainKey(key: string): boolean {
  return key !== '__proto__';
}

/** Bytes as numbers, null-prototype objects as objects, so that what is equal compares equal. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
