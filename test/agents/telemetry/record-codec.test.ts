import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type * as z from 'zod';
import { createRandom } from '#agents/random/philox.ts';
import { membersOf } from '#agents/telemetry/keyed.ts';
import { decodeRecord, encodeRecord } from '#agents/telemetry/record-codec.ts';
import { draftOf } from '#bench/edge/sample-drafts.ts';
import { Matrix } from '#protocols/telemetry/fields.ts';
import { Metrics } from '#protocols/telemetry/metrics.ts';
import {
  RECORD_BYTES_MAX,
  recordTypes,
  type TelemetryRecord,
} from '#protocols/telemetry/record.ts';

const head = {
  version: 1,
  boot: '000001-9f3c01ab',
  seq: 7,
  wallUs: 1_790_000_000_000_000,
  monotonicUs: 42,
};

/** A record of every type in turn, with or without the node's place. */
const anyRecord = fc
  .tuple(
    fc.integer({ min: 0, max: 1e9 }),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map(
    ([number, isPlaced, turn]) =>
      ({
        ...head,
        ...draftOf(number, createRandom('records')),
        ...(isPlaced
          ? {
              position: { latitudeDeg: 52.5, longitudeDeg: 13.4, altitudeM: 34.5 },
              motion: { acceleration: [0.1, -0, 9.81], rotation: [turn, 0, 0] },
            }
          : {}),
      }) as TelemetryRecord,
  );

test('any record comes back as it went, and has one encoding', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const bytes = encodeRecord(record);
      const decoded = decodeRecord(bytes);
      assert(decoded.ok, decoded.ok ? '' : decoded.error);
      // JSON has no -0; CBOR keeps it.
      if (record.type !== 'event') assert.deepStrictEqual(decoded.value, record);
      assert.deepEqual(encodeRecord(decoded.value), bytes);
      // As a broker hands it over: somewhere within a Buffer.
      const within = Buffer.concat([Buffer.of(1, 2, 3), bytes, Buffer.of(4)]).subarray(3, -1);
      const again = decodeRecord(within);
      assert(again.ok, again.ok ? '' : again.error);
      within.fill(0);
      assert.deepEqual(again.value, decoded.value);
    }),
    { numRuns: 300 },
  );
});

test('a byte changed, left out or added leaves no record', () => {
  fc.assert(
    fc.property(anyRecord, fc.nat(), fc.integer({ min: 1, max: 255 }), (record, where, change) => {
      const bytes = encodeRecord(record);
      const at = where % bytes.length;
      const changed = bytes.slice();
      changed[at] = bytes[at]! ^ change;
      for (const damaged of [
        changed,
        bytes.slice(0, at),
        Uint8Array.from([...bytes.slice(0, at), change, ...bytes.slice(at)]),
      ]) {
        if (Buffer.compare(damaged, bytes) !== 0) assert(!decodeRecord(damaged).ok);
      }
    }),
    { numRuns: 300 },
  );
});

test('a record has the bytes that RFC 8949 and RFC 8746 give it', () => {
  const bytes = encodeRecord({
    ...head,
    version: 1,
    type: 'metrics',
    body: {
      windowMs: 1_000,
      thermal: new Matrix(1, 4, Float32Array.of(1, 2, 3, 4)),
      zones: ['cpu'],
    },
  });
  const hex = Buffer.from(bytes).toString('hex');
  // Keys 0 to 5, the body at 8 with its keys 1, 12 and 13, the check sum at 9.
  assert.match(hex, /^a8000101676d657472696373026f/);
  // Tag 40, [1, 4], tag 85 on 16 bytes of little-endian floats.
  assert(hex.includes('d82882820104d855500000803f000000400000404000008040'), hex);
  assert.match(hex, /091a[0-9a-f]{8}$|0919[0-9a-f]{4}$/);
});

test('unknown keys, unknown types, other versions and trailing bytes are refused, in one line', () => {
  const good = Buffer.from(
    encodeRecord({ ...head, version: 1, type: 'metrics', body: { windowMs: 1 } }),
  );
  const cases: [Buffer, RegExp][] = [
    [Buffer.concat([good, Buffer.of(0)]), /1 bytes after the end/],
    [Buffer.alloc(0), /bytes/],
    [Buffer.from('{"type":"metrics"}'), /no type of record in JSON: 'metrics'/],
    [Buffer.from('{"type":"__proto__"}'), /no type of record in JSON: '__proto__'/],
    [Buffer.from('bf00ff', 'hex'), /a length that is not told/],
    [Buffer.from('9b00ffffffffffffff', 'hex'), /beyond 2\^53/],
    [Buffer.from('9affffffff', 'hex'), /values in 0 bytes/],
    [Buffer.from('81'.repeat(40), 'hex'), /more than 8 levels/],
    [Buffer.from('a200010002', 'hex'), /key 0 after key 0/],
    [Buffer.alloc(RECORD_BYTES_MAX + 1), /are the most/],
  ];
  for (const [bytes, expected] of cases) {
    const decoded = decodeRecord(bytes);
    assert(!decoded.ok);
    assert.match(decoded.error, expected);
    assert(!decoded.error.includes('\n'));
  }
});

test('no text of a record takes an address of a device or a name of a network', () => {
  const put = (word: string) =>
    encodeRecord({
      ...head,
      version: 1,
      type: 'event',
      body: { kind: 'mode.changed', severity: 'notice', from: 'off', to: word, cause: 'start' },
    });
  put('monitor');
  for (const word of [
    'aa:bb:cc:dd:ee:ff',
    'aa-bb-cc-dd-ee-ff',
    'aabbccddeeff',
    'ap.aabb.ccdd.eeff',
    'My Home WLAN',
    'Café',
    '',
  ]) {
    assert.throws(() => put(word), /word|device/i, word);
  }
  assert.throws(() =>
    encodeRecord({
      ...head,
      version: 1,
      type: 'event',
      body: {
        kind: 'access.checked',
        severity: 'notice',
        who: 'alice',
        what: 'door',
        granted: true,
        reason: 'grant',
      },
    }),
  );
});

test('what is larger than a record may be is refused where it is made', () => {
  const cells = new Matrix(256, 256, new Float32Array(65_536));
  assert(cells.values.length === 65_536);
  assert.throws(() => new Matrix(257, 256, new Float32Array(257 * 256)), /at most 65536/);
  const names = Array.from({ length: 256 }, (_, index) => `radio-${index}`);
  const bytes = encodeRecord({
    ...head,
    version: 1,
    type: 'matrix',
    body: { kind: 'interference', windowMs: 1, rows: names, columns: names, cells },
  });
  assert(bytes.length <= RECORD_BYTES_MAX);
});

test('keys stay what they were given', () => {
  const keys = Object.fromEntries(membersOf(Metrics).map(({ name, key }) => [name, key]));
  assert.deepEqual(keys, {
    windowMs: 1,
    framesPerSecond: 2,
    monitor: 3,
    monitorStatistics: 4,
    dwells: 5,
    canInject: 6,
    fftPeriod: 7,
    scanPriority: 8,
    noiseFloorOverrideDbm: 9,
    shortReport: 10,
    dfsFalseAlarmsPerDay: 11,
    thermal: 12,
    zones: 13,
    power: 14,
    rails: 15,
  });
  for (const { schema, form } of Object.values(recordTypes)) {
    const heads = membersOf(schema as unknown as z.ZodObject).map(
      ({ name, key }) => `${key} ${name}`,
    );
    assert.deepEqual(heads, [
      '0 version',
      '1 type',
      '2 boot',
      '3 seq',
      '4 wallUs',
      '5 monotonicUs',
      '6 position',
      '7 motion',
      '8 body',
    ]);
    assert(form === 'cbor' || form === 'json');
  }
});
