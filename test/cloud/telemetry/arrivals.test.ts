import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Arrivals } from '#cloud/telemetry/arrivals.ts';

test('in any order, each name is new once, and what is missing is told', () => {
  const anyName = fc.record({
    node: fc.constantFrom('ap1', 'ap2'),
    boot: fc.constantFrom('000000-00000000', '000001-00000000'),
    seq: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(anyName, { maxLength: 150 }), (names) => {
      const arrivals = new Arrivals(':memory:');
      const seen = new Map<string, Set<number>>();
      for (const name of names) {
        const of = `${name.node} ${name.boot}`;
        const before = seen.get(of) ?? new Set();
        assert.equal(arrivals.isNew(name), !before.has(name.seq));
        seen.set(of, before.add(name.seq));
      }
      const missing = arrivals
        .missing()
        .map(({ node, boot, records }) => `${node} ${boot} ${records}`);
      const expected = [...seen].map(([of, seqs]) => `${of} ${Math.max(...seqs) - seqs.size}`);
      assert.deepEqual(missing.sort(), expected.sort());
      arrivals.close();
    }),
    { numRuns: 100 },
  );
});

test('a transaction that fails notes and counts nothing', () => {
  const arrivals = new Arrivals(':memory:');
  const name = { node: 'ap1', boot: '000000-00000000', seq: 1 };
  assert.throws(() =>
    arrivals.transact(() => {
      arrivals.isNew(name);
      arrivals.count('ap1', 'metrics', 10);
      throw new Error('the sink failed');
    }),
  );
  assert.deepEqual(arrivals.tallies(), []);
  assert(arrivals.isNew(name));
  arrivals.close();
});
