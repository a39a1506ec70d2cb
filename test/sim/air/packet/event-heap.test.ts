import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventHeap, eventOf, kindOf, nodeOf } from '#sim/air/packet/event-heap.ts';

const event = fc.record({ time: fc.nat(20), what: fc.nat(1_000) });

test('events come in the order of time, then of what they are, also when some are postponed', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), fc.array(fc.nat(10)), (events, delays) => {
      const heap = new EventHeap(2);
      const left = events.map(({ time, what }) => [time, what] as [number, number]);
      for (const [time, what] of left) heap.push(time, what);
      const ordered = () => left.sort(([a, x], [b, y]) => a - b || x - y);
      for (const delay of delays) {
        const [first] = ordered();
        if (first === undefined) break;
        first[0] += delay;
        heap.postpone(first[0]);
      }
      for (const [time, what] of ordered()) {
        assert.deepEqual([heap.time, heap.what], [time, what]);
        heap.pop();
      }
      assert.equal(heap.time, Number.POSITIVE_INFINITY);
    }),
  );
});

test('an event tells its node and its kind', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000), fc.nat(7), (node, kind) => {
      const event = eventOf(node, kind);
      assert.deepEqual([nodeOf(event), kindOf(event)], [node, kind]);
    }),
  );
});
