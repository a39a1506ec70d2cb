import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import { encodeRecord } from '#agents/telemetry/record-codec.ts';
import { draftOf } from '#bench/edge/sample-drafts.ts';
import { Arrivals } from '#cloud/telemetry/arrivals.ts';
import { type Arrival, Receiver, TELEMETRY } from '#cloud/telemetry/receiver.ts';
import { Uplink, type UplinkOptions } from '#edge/uplink/uplink.ts';
import { rankOf, ranks } from '#protocols/telemetry/record.ts';
import { TestClock } from '../../agents/bus/test-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'airguard-uplink-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let worlds = 0;

/** A node's uplink and a receiver at the hub, on one virtual clock; the node can be killed. */
function world(options: Partial<UplinkOptions> = {}, seed: number | string = 1) {
  worlds += 1;
  const clock = new TestClock();
  const random = createRandom(seed);
  const network = createMemoryNetwork({ clock, random, site: 'hq' });
  let file = join(folder, `${worlds}.db`);
  const arrivals = new Arrivals(':memory:');
  const arrived: Arrival[] = [];
  const refused: string[] = [];
  const receiver = new Receiver({
    bus: network.connect({ client: TELEMETRY, domain: 'hub' }),
    clock,
    site: 'hq',
    arrivals,
    onRecord: (arrival) => arrived.push(arrival),
    onRefused: (line) => refused.push(line),
  });
  let starts = 0;
  const start = () => {
    starts += 1;
    const bus = network.connect({ client: 'ap1', domain: 'ap1' });
    const uplink = new Uplink({
      bus,
      clock,
      random: random.fork(`start/${starts}`),
      site: 'hq',
      node: 'ap1',
      file,
      ...options,
    });
    return { bus, uplink };
  };
  let running = start();
  let told = 0;
  return {
    clock,
    network,
    arrivals,
    arrived,
    refused,
    receiver,
    get uplink() {
      return running.uplink;
    },
    /** Tells the next records. */
    tell(count: number) {
      for (let index = 0; index < count; index += 1) {
        told += 1;
        running.uplink.put('radio-0', draftOf(told, random));
      }
    },
    get told() {
      return told;
    },
    /** The process ends as by SIGKILL: the next one finds the files as they were at that moment. */
    kill(downMs = 0) {
      network.kill(running.bus);
      const left = file;
      file = `${left}+`;
      for (const end of ['', '-wal']) if (existsSync(left + end)) cpSync(left + end, file + end);
      running.uplink.close();
      clock.advance(downMs);
      running = start();
    },
    names: () => arrived.map(({ record }) => `${record.boot}/${record.seq}`),
  };
}

test('records wait while the link is cut, then go by rank, each once', () => {
  const { clock, network, uplink, tell, arrived, arrivals, names } = world();
  clock.advance(4_000);
  network.setLink('ap1', 'down');
  clock.advance(4_000);
  assert.equal(uplink.health().link, 'lost');
  tell(400);
  clock.advance(3_600_000);
  assert.equal(arrived.length, 0);
  network.setLink('ap1', 'up');
  clock.advance(20_000);

  assert.equal(new Set(names()).size, 400);
  assert.equal(arrived.length, 400);
  // The stream of vectors is another, so its order against the rest is not told.
  const order = arrived
    .map(({ record }) => ranks.indexOf(rankOf(record)))
    .filter((rank) => rank < 4);
  assert.deepEqual(
    order,
    order.toSorted((one, other) => one - other),
  );
  assert.deepEqual(uplink.health().waiting.alert, { records: 0, bytes: 0, dropped: 0 });
  assert(arrivals.missing().every(({ records }) => records === 0));
  const counted = arrivals.tallies().reduce((sum, { records }) => sum + records, 0);
  assert.equal(counted, 400);
});

type Blow = 'node' | 'node for long' | 'leaf' | 'hub' | 'cut' | 'mend' | 'tell' | 'lossy';
const anyBlow = fc.constantFrom<Blow>(
  'node',
  'node for long',
  'leaf',
  'hub',
  'cut',
  'mend',
  'tell',
  'tell',
  'lossy',
);
/** Short waits fall between a record's arrival and the note of it. */
const anyWaitMs = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 6_000 }));

test('whatever is killed or cut, in any order, nothing is lost and nothing doubled', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyBlow, anyWaitMs), { maxLength: 25 }),
      fc.nat(),
      (blows, seed) => {
        const place = world({}, seed);
        const { clock, network, names } = place;
        for (const [blow, waitMs] of blows) {
          if (blow === 'node') place.kill();
          // Longer than a broker remembers ids.
          if (blow === 'node for long') place.kill(150_000);
          if (blow === 'leaf' || blow === 'hub') {
            const domain = blow === 'leaf' ? 'ap1' : 'hub';
            network.crashBroker(domain);
            clock.advance(waitMs);
            network.restartBroker(domain);
          }
          if (blow === 'cut') network.setLink('ap1', 'down');
          if (blow === 'mend') network.setLink('ap1', 'up');
          if (blow === 'lossy') network.faults.setAll({ loss: 0.1, duplication: 0.1 });
          if (blow === 'tell') place.tell(20);
          clock.advance(waitMs);
        }
        network.faults.setAll({ loss: 0, duplication: 0 });
        network.setLink('ap1', 'up');
        place.tell(1);
        clock.advance(180_000);
        assert.equal(names().length, place.told);
        assert.equal(new Set(names()).size, place.told);
      },
    ),
    { numRuns: 40 },
  );
});

test('a record sent again long after the broker forgot its id is still counted once', () => {
  const { clock, network, tell, arrived, arrivals, kill } = world();
  tell(5);
  clock.advance(10_000);
  assert.equal(arrived.length, 5);
  const bus = network.connect({ client: 'ap1', domain: 'ap1' });
  const again = arrived.map(({ record }) => record);
  clock.advance(600_000);
  for (const record of again) {
    const kind = record.type === 'vectors' ? 'vector' : 'record';
    const bytes = encodeRecord(record);
    bus.append(
      `airguard.hq.${kind}.ap1.radio-0.${record.type}`,
      bytes,
      { id: `x${record.seq}` },
      () => {},
    );
  }
  clock.advance(10_000);
  assert.equal(arrived.length, 5);
  assert.equal(
    arrivals.tallies().reduce((sum, { duplicates }) => sum + duplicates, 0),
    5,
  );
  kill();
});

test('what is no record, or says another type than its subject, is refused and counted', () => {
  const { clock, network, refused, arrivals, arrived } = world();
  const bus = network.connect({ client: 'ap1', domain: 'ap1' });
  const bytes = encodeRecord({
    version: 1,
    type: 'metrics',
    boot: '000000-00000000',
    seq: 1,
    wallUs: 1,
    monotonicUs: 1,
    body: { windowMs: 1 },
  });
  const send = (subject: string, data: Uint8Array) =>
    bus.append(subject, data, { id: subject }, () => {});
  send('airguard.hq.record.ap1.radio-0.event', bytes);
  send('airguard.hq.vector.ap1.radio-0.metrics', bytes);
  send('airguard.hq.record.ap1.radio-0.metrics', new Uint8Array(10));
  clock.advance(5_000);
  assert.equal(arrived.length, 0);
  assert.equal(refused.length, 3);
  assert.deepEqual(
    arrivals.tallies().map(({ what, records }) => [what, records]),
    [['refused', 3]],
  );
});

test('without a disk records are kept in memory, the health says so, and all arrive', () => {
  const said: string[] = [];
  const { clock, uplink, tell, arrived } = world({
    file: join(folder, 'no', 'such', 'folder'),
    say: (line) => said.push(line),
  });
  tell(10);
  assert.equal(uplink.health().store, 'memory');
  assert.match(said.join(), /^uplink: records are kept in memory alone: queue .*unable to open/);
  clock.advance(10_000);
  assert.equal(arrived.length, 10);
});

test('a record bears place and times, which survive a wall clock that jumps', () => {
  let wallUs = 1_790_000_000_000_000;
  let monotonicUs = 0;
  const { clock, uplink, arrived } = world({
    recordClock: { now: () => wallUs, monotonic: () => monotonicUs },
    whereabouts: () => ({ position: { latitudeDeg: 47.4, longitudeDeg: 8.5 } }),
  });
  for (const jumpUs of [0, 3_600_000_000, -7_200_000_000]) {
    wallUs += jumpUs;
    monotonicUs += 1_000_000;
    uplink.put('node', { type: 'metrics', body: { windowMs: 1_000 } });
  }
  clock.advance(10_000);
  const records = arrived.map(({ record }) => record);
  assert.deepEqual(
    records.map(({ seq }) => seq),
    [1, 2, 3],
  );
  assert.deepEqual(
    records.map((record) => record.monotonicUs),
    [1e6, 2e6, 3e6],
  );
  assert(records[2]!.wallUs < records[0]!.wallUs);
  assert.deepEqual(records[0]!.position, { latitudeDeg: 47.4, longitudeDeg: 8.5 });
});

test('a draft that is no record is refused where it is put, and takes no number', () => {
  const { uplink } = world();
  assert.throws(() => uplink.put('node', { type: 'metrics', body: { windowMs: -1 } }));
  assert.throws(() => uplink.put('aa-bb-cc-dd-ee-ff', { type: 'metrics', body: { windowMs: 1 } }));
  assert.equal(uplink.ever, 0);
});
