/** Messages come back as they were, keep their size, and what is no message is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeMessage, encodeMessage, instantNear } from '#protocols/lorawan/codec.ts';
import { bitsOf, type FieldTable } from '#protocols/lorawan/fields.ts';
import { type LoraMessage, messages } from '#protocols/lorawan/messages.ts';
import { rateOf, regionNamed } from '#protocols/lorawan/regions.ts';
import { anyMessage, anyMessageAtAll, messageNames } from './any-message.ts';

const RADIOS_MAX = 7;

for (const name of messageNames) {
  test(`${name}: comes back as it was, and takes at most ${messages[name].maxBytes} bytes`, () => {
    fc.assert(
      fc.property(anyMessage(name), (message) => {
        const bytes = encodeMessage(message);
        assert(bytes.length <= messages[name].maxBytes);
        assert.deepEqual(decodeMessage(bytes), { ok: true, value: message });
      }),
    );
  });
}

test('the largest of each kind keeps the ceiling of its kind', () => {
  for (const { maxBytes, fields } of Object.values(messages)) {
    assert(Math.ceil((8 + bitsOf(fields, RADIOS_MAX)) / 8) <= maxBytes);
  }
});

test('the short alert fits the slowest rate of US915, an acknowledgement every rate', () => {
  const slowest = rateOf(regionNamed('US915'), 0).payloadBytes;
  const size = (fields: FieldTable) => Math.ceil((8 + bitsOf(fields)) / 8);
  assert.equal(size(messages.alert_short.fields), slowest);
  assert.equal(size(messages.heartbeat_short.fields), slowest);
  assert.equal(size(messages.acknowledgement.fields), 8);
});

test('a heartbeat of six radios fits one frame of the slowest rate of EU868', () => {
  const { payloadBytes } = rateOf(regionNamed('EU868'), 0);
  assert(Math.ceil((8 + bitsOf(messages.heartbeat.fields, 6)) / 8) <= payloadBytes);
});

test('a quantity is off by at most half its step, and held at the ends of its range', () => {
  const short = (peakDbm: number) => {
    const outcome = decodeMessage(encodeMessage({ ...anAlert, peakDbm }));
    assert(outcome.ok && outcome.value.is === 'alert_short');
    return outcome.value.peakDbm ?? Number.NaN;
  };
  fc.assert(
    fc.property(fc.double({ min: -124, max: 0, noNaN: true }), (dbm) => {
      assert(Math.abs(short(dbm) - dbm) <= 1);
    }),
  );
  assert.deepEqual([short(-500), short(500), short(Number.POSITIVE_INFINITY)], [-124, 0, 0]);
  assert.equal(short(Number.NaN), Number.NaN);
});

test('bytes of any kind are a message that encodes to the same bytes, or are refused in one line', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => {
      bytes[0] = ((bytes[0] ?? 0) & 31) | 32;
      const outcome = decodeMessage(bytes);
      if (outcome.ok) assert.deepEqual(encodeMessage(outcome.value), bytes);
      else assert.doesNotMatch(outcome.error, /\n/);
    }),
    { numRuns: 2_000 },
  );
});

test('a message with one bit turned is never read as a longer or shorter one', () => {
  fc.assert(
    fc.property(anyMessageAtAll(), fc.nat(), (message, place) => {
      const bytes = encodeMessage(message);
      bytes[(place >> 3) % bytes.length]! ^= 1 << (place & 7);
      const outcome = decodeMessage(bytes);
      if (outcome.ok) assert.equal(encodeMessage(outcome.value).length, bytes.length);
    }),
  );
});

test('other versions, unknown kinds, ends and remains are refused by name', () => {
  const bytes = encodeMessage(anAlert);
  const refused = (changed: Uint8Array, pattern: RegExp) => {
    const outcome = decodeMessage(changed);
    assert(!outcome.ok);
    assert.match(outcome.error, pattern);
  };
  refused(Uint8Array.of(), /at least one byte, none came/);
  refused(Uint8Array.of(2 << 5, ...bytes.subarray(1)), /expected version 1 .*, came version 2/);
  refused(Uint8Array.of(32 | 30), /expected a message of kind 1 \(heartbeat\), .*, came kind 30/);
  refused(bytes.subarray(0, 5), /^alert_short: expected at16, the message ends before it/);
  refused(Uint8Array.of(...bytes, 0), /^alert_short: expected its end, 1 more bytes came/);
});

test('a message that names nothing sensible is refused before it is sent', () => {
  assert.throws(
    () => encodeMessage({ ...anAlert, record: 2 ** 24 }),
    /alert_short\.record: expected a whole number/,
  );
  assert.throws(() => encodeMessage({ ...anAlert, record: 1.5 }), /came 1\.5/);
  const wrong = { ...anAlert, kind: 'fire' } as unknown as LoraMessage;
  assert.throws(
    () => encodeMessage(wrong),
    /alert_short\.kind: expected one of radar, .*, came 'fire'/,
  );
});

test('the lower half of an instant is enough, nine hours to either side', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100_000, max: 4_000_000_000 }),
      fc.integer({ min: -32_767, max: 32_767 }),
      (nearS, offS) => {
        const atS = nearS + offS;
        assert.equal(instantNear(atS % 65_536, nearS), atS);
      },
    ),
  );
});

const anAlert = {
  is: 'alert_short',
  record: 77,
  at16: 12_345,
  kind: 'radar',
  severity: 'critical',
  ended: false,
  radio: 1,
  centerMhz: 5_290,
  width: '80',
  peakDbm: -62,
  confidence: 1,
} as const satisfies LoraMessage;
