import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { RecentSweeps } from '#edge/capture/recent.ts';
import type { Sweep } from '#edge/capture/tlv.ts';

test('keeps the newest sweeps in order, whatever came together, and no more than it may', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }), { maxLength: 20 }),
      fc.integer({ min: 30, max: 300 }),
      fc.integer({ min: 1, max: 40 }),
      (looks, limit, wanted) => {
        const recent = new RecentSweeps(limit);
        const all: Uint8Array[] = [];
        for (const sizes of looks) {
          const sweeps = sizes.map((size) => new Uint8Array(size).fill(all.length + 1));
          all.push(...sweeps);
          recent.add(sweeps.map((bytes) => ({ bytes }) as unknown as Sweep));
        }
        const { sweeps, bytes } = recent.newest(wanted);
        assert(sweeps <= wanted);
        assert.deepEqual([...bytes], [...Buffer.concat(sweeps === 0 ? [] : all.slice(-sweeps))]);
        const longest = Math.max(0, ...looks.map((look) => look.reduce((a, b) => a + b, 0)));
        assert(bytes.length <= Math.max(limit, longest));
        if (all.length > 0) assert(sweeps > 0);
      },
    ),
  );
});
