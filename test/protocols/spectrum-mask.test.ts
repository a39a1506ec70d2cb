import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allChannels, channelFromNumber, overlapMhz, span } from '#protocols/channels.ts';
import { leakDb } from '#protocols/spectrum-mask.ts';

const channel = (number: number, widthMhz: 20 | 40 | 80 = 20) =>
  channelFromNumber({ band: '5', number, widthMhz })!;

test('a channel keeps nearly all of its power, and leaves some hundredth part to the next', () => {
  assert.ok(leakDb(channel(36), channel(36)) < 0.1);
  const next = leakDb(channel(36), channel(40));
  assert.ok(next > 21 && next < 26, String(next));
  assert.ok(leakDb(channel(36), channel(44)) > 35);
  assert.equal(leakDb(channel(36), channel(64)), Number.POSITIVE_INFINITY);
});

test('of 80 MHz a 40 MHz radio within them gets half, and a 20 MHz radio a quarter', () => {
  assert.ok(Math.abs(leakDb(channel(36, 80), channel(36, 40)) - 3.1) < 0.2);
  assert.ok(Math.abs(leakDb(channel(36, 80), channel(44)) - 6.1) < 0.3);
  assert.ok(leakDb(channel(44), channel(36, 80)) < 0.1);
});

const any = fc.constantFrom(
  ...([20, 40, 80] as const).flatMap((width) => [...allChannels('5', width)]),
);

test('nothing is gained, overlap is more than none, and all 20 MHz channels together get what is sent', () => {
  fc.assert(
    fc.property(any, any, (from, to) => {
      const db = leakDb(from, to);
      assert.ok(db >= -1e-9);
      const shared = overlapMhz(span(from), span(to));
      if (shared > 0) assert.ok(db <= 10 * Math.log10(from.widthMhz / shared) + 1, String(db));
      else assert.ok(db > 18);
    }),
  );
  const parts = allChannels('5', 20).map((to) => 10 ** (-leakDb(channel(52), to) / 10));
  const sum = parts.reduce((total, part) => total + part, 0);
  assert.ok(sum > 0.99 && sum < 1 + 1e-9, String(sum));
});
