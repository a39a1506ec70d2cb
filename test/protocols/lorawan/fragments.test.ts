/** Fragments carry every message over every rate, and never make one that was not sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { crc16, framesOf, joinShares, readFragment } from '#protocols/lorawan/fragments.ts';
import { regions } from '#protocols/lorawan/regions.ts';
import { anyMessageAtAll } from './any-message.ts';

const sizes = regions.flatMap(({ rates }) => rates.map(({ payloadBytes }) => payloadBytes));

test('every message passes every rate of every region, in order, and comes back whole', () => {
  fc.assert(
    fc.property(
      anyMessageAtAll(),
      fc.constantFrom(...sizes),
      fc.nat(63),
      (message, frameBytes, id) => {
        const bytes = encodeMessage(message);
        const frames = framesOf(bytes, frameBytes, id);
        assert(frames.every((frame) => frame.length <= frameBytes));
        if (bytes.length <= frameBytes) {
          assert.deepEqual(frames, [bytes]);
          return;
        }
        const shares = frames.map((frame, place) => {
          const outcome = readFragment(frame);
          assert(outcome?.ok);
          assert.deepEqual(
            [outcome.value.id, outcome.value.place, outcome.value.last],
            [id, place, frames.length - 1],
          );
          return outcome.value.share;
        });
        assert.deepEqual(joinShares(shares), bytes);
      },
    ),
  );
});

test('shares of two messages do not make a third', () => {
  const message = (fill: number) => new Uint8Array(60).fill(fill);
  const shares = [1, 2].map((fill) =>
    framesOf(message(fill), 51, 9).map((frame) => {
      const outcome = readFragment(frame);
      assert(outcome?.ok);
      return outcome.value.share;
    }),
  );
  assert.equal(joinShares([shares[0]![0]!, shares[1]![1]!]), undefined);
});

test('what cannot be sent in 32 frames is refused', () => {
  assert.throws(
    () => framesOf(new Uint8Array(128), 6, 0),
    /at most 32 frames, frames of 6 bytes would take 44/,
  );
  assert.throws(() => framesOf(new Uint8Array(128), 3, 0), /at most 32 frames/);
});

test('the checksum is that of the catalogue of parametrised CRCs (CRC-16/IBM-3740)', () => {
  assert.equal(crc16(Buffer.from('123456789')), 0x29b1);
});

test('a fragment without share, or beyond the last, is refused', () => {
  const cut = readFragment(Uint8Array.of(32 | 7, 0, 0));
  assert(cut !== undefined && !cut.ok);
  assert.match(cut.error, /more than 3 bytes, came 3/);
  const beyond = readFragment(Uint8Array.of(32 | 7, 0, (3 << 5) | 1, 9));
  assert(beyond !== undefined && !beyond.ok);
  assert.match(beyond.error, /of the 2 there are, came number 4/);
});
