import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { canonicalJson, sha256OfJson } from '#protocols/canonical-json.ts';

test('the examples of RFC 8785 come out as printed there', () => {
  // Section 3.2.2 and 3.2.4.
  const sample = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  assert.equal(
    canonicalJson(sample),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  // Section 3.2.3: order by UTF-16 code units, so that an emoji stands before U+FB33.
  const names = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  assert.deepEqual(Object.values(JSON.parse(`[${canonicalJson(names).match(/(?<=:)"[^"]*"/g)}]`)), [
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test('numbers are those of RFC 8785, appendix B', () => {
  const samples: Record<string, string> = {
    '0000000000000000': '0',
    '8000000000000000': '0',
    '0000000000000001': '5e-324',
    '8000000000000001': '-5e-324',
    '7fefffffffffffff': '1.7976931348623157e+308',
    '4340000000000000': '9007199254740992',
    '4430000000000000': '295147905179352830000',
    '44b52d02c7e14af5': '9.999999999999997e+22',
    '44b52d02c7e14af6': '1e+23',
    '444b1ae4d6e2ef4f': '999999999999999900000',
    '444b1ae4d6e2ef50': '1e+21',
    '3eb0c6f7a0b5ed8c': '9.999999999999997e-7',
    '3eb0c6f7a0b5ed8d': '0.000001',
    '41b3de4355555553': '333333333.3333332',
    '41b3de4355555557': '333333333.33333343',
    becbf647612f3696: '-0.0000033333333333333333',
    '43143ff3c1cb0959': '1424953923781206.2',
  };
  for (const [hex, text] of Object.entries(samples)) {
    assert.equal(canonicalJson(Buffer.from(hex, 'hex').readDoubleBE()), text);
  }
});

test('a value keeps its text and its hash on the way through JSON, in any order of members', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(JSON.parse(JSON.stringify(value))), text);
      assert.equal(canonicalJson(reversed(value)), text);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(sha256OfJson(value), createHash('sha256').update(text).digest('hex'));
    }),
  );
});

test('members that are undefined are left out', () => {
  assert.equal(canonicalJson({ b: undefined, a: 1 }), '{"a":1}');
});

test('what JSON cannot carry is refused with its place', () => {
  const bad: [unknown, RegExp][] = [
    [{ a: [1, Number.NaN] }, /at \$\.a\[1\]: expected plain JSON, came NaN/],
    [Number.POSITIVE_INFINITY, /came Infinity/],
    [[undefined], /at \$\[0\].*came undefined/],
    [undefined, /came undefined/],
    [1n, /came bigint/],
    [() => 1, /came function/],
    [new Date(0), /came an instance of Date/],
    [new Uint8Array(1), /came an instance of Uint8Array/],
    ['\ud800', /lone surrogate/],
    [{ '\udc00': 1 }, /lone surrogate/],
  ];
  for (const [value, message] of bad) assert.throws(() => canonicalJson(value), message);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  // Object.fromEntries keeps a member called __proto__ a member.
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}
