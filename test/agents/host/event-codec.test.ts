import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeEnvelope, encodeEnvelope, eventSubject } from '#agents/host/event-codec.ts';
import type { Address } from '#protocols/ids.ts';
import { levelChanged } from './dimmer.ts';

const source = 'hq/ap1/light-0' as Address;
const hears = (name: string) => (name === levelChanged.name ? levelChanged : undefined);

test('an envelope comes back as it was sent, as event and as metric', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(), (level, seq) => {
      for (const kind of ['event', 'metric'] as const) {
        const envelope = {
          id: `${source}#${seq}`,
          type: 'level.changed',
          source,
          atMs: 1_700_000_000_000 + seq,
          seq,
          data: { level: level + 0 },
        };
        const subject = eventSubject(kind, source, envelope.type);
        const came = decodeEnvelope(subject, encodeEnvelope(kind, envelope), hears);
        assert(came.ok, came.ok ? '' : came.error);
        assert.deepEqual(came.value.envelope, envelope);
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever bytes come are refused in one line, and never thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isEvent) => {
      const subject = eventSubject(isEvent ? 'event' : 'metric', source, 'level.changed');
      const came = decodeEnvelope(subject, bytes, hears);
      assert(!came.ok && !came.error.includes('\n'));
    }),
    { numRuns: 500 },
  );
  assert(!decodeEnvelope('somewhere.else', new Uint8Array(), hears).ok);
});
