import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { Queue, type Quota } from '#edge/uplink/queue.ts';
import { type Rank, ranks } from '#protocols/telemetry/record.ts';

const folder = mkdtempSync(join(tmpdir(), 'airguard-queue-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function fileName(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

function open(file: string, quota: Quota = { maxBytes: 1e6, maxRecords: 1e4 }, seed = 1): Queue {
  return new Queue({ file, quota, random: createRandom(seed) });
}

const record = (bytes: number) =>
  ({ actor: 'node', type: 'metrics', bytes: new Uint8Array(bytes) }) as const;

type Step =
  | { readonly do: 'put'; readonly rank: Rank; readonly bytes: number }
  | { readonly do: 'send'; readonly count: number }
  | { readonly do: 'restart' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      rank: fc.constantFrom(...ranks),
      bytes: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

test('a queue keeps what a plain list would: the important first, the oldest of the least gone when full', () => {
  const quota = { maxBytes: 200, maxRecords: 8 };
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const file = fileName();
      let queue = open(file, quota);
      let model: { name: string; rank: number; bytes: number }[] = [];
      let dropped = 0;
      for (const step of steps) {
        if (step.do === 'put') {
          const rank = ranks.indexOf(step.rank);
          const name = `${queue.boot}/${queue.nextSeq}`;
          const isKept = queue.put(record(step.bytes), step.rank);
          const bytes = () => model.reduce((sum, one) => sum + one.bytes, step.bytes);
          const before = model;
          while (bytes() > quota.maxBytes || model.length >= quota.maxRecords) {
            const least = Math.max(...model.map((one) => one.rank));
            if (least < rank) break;
            model = model.toSpliced(
              model.findIndex((one) => one.rank === least),
              1,
            );
          }
          const fits = bytes() <= quota.maxBytes && model.length < quota.maxRecords;
          if (fits) {
            dropped += before.length - model.length;
            model = [...model, { name, rank, bytes: step.bytes }];
          } else {
            model = before;
            dropped += 1;
          }
          assert.equal(isKept, fits);
        } else if (step.do === 'send') {
          const next = queue.next(step.count, new Set());
          queue.sent(next.map(({ place }) => place));
          const names = next.map(({ boot, seq }) => `${boot}/${seq}`);
          model = model.filter(({ name }) => !names.includes(name));
        } else {
          queue.close();
          queue = open(file, quota, steps.length + dropped);
        }
        const order = model.toSorted((one, other) => one.rank - other.rank);
        const held = queue.next(100, new Set()).map(({ boot, seq }) => `${boot}/${seq}`);
        assert.deepEqual(
          held,
          order.map(({ name }) => name),
        );
        const counts = Object.values(queue.counts());
        assert.equal(queue.size, model.length);
        assert.equal(
          counts.reduce((sum, { bytes }) => sum + bytes, 0),
          model.reduce((sum, { bytes }) => sum + bytes, 0),
        );
        assert.equal(
          counts.reduce((sum, one) => sum + one.dropped, 0),
          dropped,
        );
      }
      queue.close();
    }),
    { numRuns: 60 },
  );
});

test('every start has a name of its own, in order, and numbers its records from 1', () => {
  const file = fileName();
  const boots: string[] = [];
  for (let start = 0; start < 3; start += 1) {
    const queue = open(file, undefined, start);
    boots.push(queue.boot);
    assert.equal(queue.nextSeq, 1);
    queue.put(record(1), 'event');
    assert.equal(queue.nextSeq, 2);
    assert.equal(queue.ever, start + 1);
    queue.close();
  }
  assert.deepEqual(boots.toSorted(), boots);
  assert.equal(new Set(boots).size, 3);
});

test('what is under way neither goes out twice nor makes room', () => {
  const queue = open(fileName(), { maxBytes: 1e6, maxRecords: 2 });
  queue.put(record(1), 'vectors');
  queue.put(record(1), 'vectors');
  const [first] = queue.next(1, new Set());
  const underWay = new Set([first!.place]);
  assert.deepEqual(
    queue.next(5, underWay).map(({ seq }) => seq),
    [2],
  );
  queue.put(record(1), 'vectors', underWay);
  assert.deepEqual(
    queue.next(5, new Set()).map(({ seq }) => seq),
    [1, 3],
  );
  queue.close();
});

test('a file that is no queue, or is in use, is refused in one line and left as it is', () => {
  const other = fileName();
  writeFileSync(other, 'these are not the bytes of a database, but somebody needs them');
  assert.throws(
    () => open(other),
    /^InputError: queue .*: expected a queue of records.*nothing was changed/,
  );
  const used = fileName();
  const queue = open(used);
  queue.put(record(1), 'event');
  assert.throws(() => open(used), /InputError: queue .*locked/);
  queue.close();
});
