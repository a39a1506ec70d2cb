import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode, encode, Packer } from '#agents/store/packing.ts';

const data = fc.anything({
  maxDepth: 4,
  withTypedArray: true,
  withMap: true,
  withSet: true,
  key: fc.string().filter((key) => key !== '__proto__'),
});

test('what is packed comes back as it was, -0 and undefined included', () => {
  const packer = new Packer();
  fc.assert(
    fc.property(data, (value) => {
      assert.deepStrictEqual(decode(encode(value)), decode(encode(decode(encode(value)))));
    }),
    { numRuns: 300 },
  );
  // A key that would set a prototype is written under another name, which is as well.
  const json = fc
    .jsonValue({ maxDepth: 5 })
    .filter((value) => !JSON.stringify(value).includes('__proto__'));
  fc.assert(
    fc.property(json, (value) => {
      assert.deepStrictEqual(decode(encode(value)), value);
      assert.deepStrictEqual(packer.unpack(packer.pack(value)), value);
    }),
    { numRuns: 1_000 },
  );
  const odd = { a: [-0, undefined, Number.NaN, 2 ** 45], b: { c: -0 }, d: Float64Array.of(1, 2) };
  assert.deepStrictEqual(decode(encode(odd)), odd);
  assert.deepStrictEqual(packer.unpack(packer.pack(odd)), odd);
});

test('more shapes than a packer keeps are packed all the same', () => {
  const packer = new Packer();
  for (let number = 0; number < 10_000; number += 1) {
    const value = [{ [`key-${number}`]: { [`inner-${number}`]: [], 'with\0zero': 1 } }];
    assert.deepStrictEqual(packer.unpack(packer.pack(value)), value);
  }
});
