/** Frames in any order, twice or not at all: what arrives is what was sent, once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { LoraInbox } from '#cloud/lorawan/inbox.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { framesOf } from '#protocols/lorawan/fragments.ts';
import type { LoraMessage } from '#protocols/lorawan/messages.ts';
import { shortened } from '#protocols/lorawan/shorten.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { anyMessage } from '../../protocols/lorawan/any-message.ts';

const states = fc.uniqueArray(
  anyMessage('state') as fc.Arbitrary<Extract<LoraMessage, { is: 'state' }>>,
  {
    // Two of the same six bits at a time would be taken for one, and refused.
    selector: ({ record }) => record % 64,
    minLength: 1,
    maxLength: 6,
  },
);

test('fragments of several messages, shuffled and doubled, come together; nothing else does', () => {
  fc.assert(
    fc.property(
      states,
      fc.nat(1_000),
      fc.constantFrom(11, 51, 53),
      (messages, seed, frameBytes) => {
        const random = createRandom(seed);
        const inbox = new LoraInbox(new VirtualClock());
        const frames = messages.flatMap((message) =>
          framesOf(encodeMessage(message), frameBytes, message.record),
        );
        const doubled = frames.flatMap((frame) =>
          random.below(3) === 0 ? [frame, frame] : [frame],
        );
        shuffle(doubled, random);
        const arrived = doubled.flatMap((frame) => {
          const outcome = inbox.take('ap1', frame);
          assert(outcome.ok);
          return outcome.value.as === 'new' ? [outcome.value.message!] : [];
        });
        const byRecord = (one: { record: number }, other: { record: number }) =>
          one.record - other.record;
        assert.deepEqual(arrived.toSorted(byRecord), messages.toSorted(byRecord));
      },
    ),
  );
});

test('a message of which a frame is lost never arrives, and is counted after an hour', () => {
  fc.assert(
    fc.property(anyMessage('state'), fc.nat(), (message, lost) => {
      const clock = new VirtualClock();
      const inbox = new LoraInbox(clock);
      const frames = framesOf(encodeMessage(message), 11, 5);
      for (const frame of frames.toSpliced(lost % frames.length, 1)) {
        const outcome = inbox.take('ap1', frame);
        assert(outcome.ok && outcome.value.as === 'part');
      }
      clock.schedule(3_601 * US_PER_S, () => undefined);
      clock.step();
      // The next message of the same six bits does not complete it.
      const again = inbox.take('ap1', frames[lost % frames.length]!);
      assert(again.ok && again.value.as === (frames.length === 1 ? 'new' : 'part'));
      assert.equal(inbox.lost('ap1'), 1);
    }),
  );
});

test('one record counts once on every way, and its long form fills in the short one', () => {
  fc.assert(
    fc.property(
      anyMessage('alert') as fc.Arbitrary<Extract<LoraMessage, { is: 'alert' }>>,
      (alert) => {
        const inbox = new LoraInbox(new VirtualClock());
        const long = encodeMessage(alert);
        const short = encodeMessage(shortened(alert));
        const take = (frame: Uint8Array, node = 'ap1') => {
          const outcome = inbox.take(node, frame);
          assert(outcome.ok);
          return outcome.value.as;
        };
        assert.deepEqual(
          [short, short, long, long, short].map((frame) => take(frame)),
          ['new', 'again', 'fuller', 'again', 'again'],
        );
        assert.equal(take(long, 'ap2'), 'new');
        // A number that was used before, for something else, loses nothing.
        const other = { ...alert, at: alert.at === 0 ? 1 : alert.at - 1 };
        assert.equal(take(encodeMessage(other)), 'new');
      },
    ),
  );
});

test('an inbox that starts anew with what was known counts nothing again', () => {
  fc.assert(
    fc.property(fc.array(anyMessage('alert'), { maxLength: 20 }), (alerts) => {
      const before = new LoraInbox(new VirtualClock());
      const frames = alerts.map(encodeMessage);
      for (const frame of frames) before.take('ap1', frame);
      const known = JSON.parse(JSON.stringify(before.known()));
      const after = new LoraInbox(new VirtualClock(), known);
      const last = new Map(
        frames.map((frame, index) => [(alerts[index] as { record: number }).record, frame]),
      );
      for (const frame of last.values()) {
        const outcome = after.take('ap1', frame);
        assert(outcome.ok && outcome.value.as === 'again');
      }
    }),
  );
});

test('what is no message of a node is refused in one line and counted', () => {
  const inbox = new LoraInbox(new VirtualClock());
  for (const [frame, pattern] of [
    [encodeMessage({ is: 'receipt', record: 1 }), /expected what a node sends, came a receipt/],
    [Uint8Array.of(0xff, 1), /expected version 1/],
    [new Uint8Array(), /at least one byte/],
  ] as const) {
    const outcome = inbox.take('ap1', frame);
    assert(!outcome.ok);
    assert.match(outcome.error, pattern);
  }
  assert.equal(inbox.refused, 3);
});

function shuffle(values: unknown[], random: { below(bound: number): number }): void {
  for (let index = values.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [values[index], values[other]] = [values[other], values[index]];
  }
}
