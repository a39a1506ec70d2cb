/** A node's link is cut for an hour of its records, with real brokers and processes that are killed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutForAnHour } from '#bench/edge/uplink-cut.ts';

test('100,000 records, the link cut, edge and leaf killed: none lost, none doubled, none altered', async (t) => {
  const cut = await cutForAnHour({ records: 100_000, note: (line) => t.diagnostic(line) });
  t.diagnostic(JSON.stringify(cut));
  const { lost, doubled, altered, refused, dropped, kills, cutVirtualS } = cut;
  assert.deepEqual(
    { lost, doubled, altered, refused, dropped },
    { lost: 0, doubled: 0, altered: 0, refused: 0, dropped: 0 },
  );
  assert.deepEqual(new Set(kills.map((kill) => kill.split(' ')[0])), new Set(['edge', 'leaf']));
  assert(cutVirtualS >= 3_600, `the cut covers ${cutVirtualS} s of the records' time`);
});
