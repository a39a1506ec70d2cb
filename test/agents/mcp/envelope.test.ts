import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeResult, parseAnswer, resultOf } from '#agents/mcp/envelope.ts';

const values = [null, 0, 'text}}', [], {}, { a: [{ b: 'ö' }] }, { long: 'x'.repeat(2_000) }];

test('an answer is read alike, brief or with its copy as text, whatever its id', () => {
  for (const value of values) {
    const json = JSON.stringify(value);
    for (const id of [7, 4_503_599_627_370_495, 'seven']) {
      for (const isBrief of [true, false]) {
        const answer = parseAnswer(encodeResult(id, resultOf(json, isBrief)));
        assert.deepEqual(answer, { kind: 'value', value, meta: undefined });
      }
    }
  }
});

test('an answer that only begins as a brief one does is read as what it is', () => {
  const start = '{"jsonrpc":"2.0","id":7,"result":';
  const brief = '{"resultType":"complete","content":[],"structuredContent":';
  const cases = [
    [`${start}${brief}{"code":"busy","hint":"Later."},"isError":true}}`, 'refusal'],
    [`${start}${brief}1,"_meta":{"a":{}}}}`, 'value'],
    [`${start}${brief}1,2}}`, 'refusal'],
    [`${start}${brief}}}`, 'refusal'],
    [`${start}${brief}{"a":1}}`, 'refusal'],
    [`${start}${brief}1}}{}`, 'refusal'],
  ] as const;

  for (const [text, kind] of cases) assert.equal(parseAnswer(Buffer.from(text)).kind, kind, text);
  const last = parseAnswer(Buffer.from(cases[1][0]));
  assert.deepEqual(last, { kind: 'value', value: 1, meta: { a: {} } });
});
