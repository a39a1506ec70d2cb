import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import * as channels from '#protocols/channels.ts';

const { allChannels, channelFromNumber, channelKey, channelNumber, centreNumber } = channels;
const bands = ['2.4', '5', '6'] as const;
const widths = [20, 40, 80, 160, 320] as const;
const every = bands.flatMap((band) => widths.flatMap((widthMhz) => allChannels(band, widthMhz)));
const anyChannel = fc.constantFrom(...every);

test('the blocks of each band and width are those of 802.11-2020 table E-4 and 802.11be', () => {
  const counts = bands.map((band) =>
    widths.map((width) => new Set(allChannels(band, width).map((one) => one.centerMhz)).size),
  );
  assert.deepEqual(counts, [
    [14, 9, 0, 0, 0],
    [28, 14, 7, 3, 0],
    [60, 29, 14, 7, 6],
  ]);
});

test('numbers, centres and spans are those of the standard', () => {
  const cases: [Parameters<typeof channelFromNumber>[0], number, number, number][] = [
    // wanted, primary MHz, low MHz, high MHz
    [{ number: 1, widthMhz: 20 }, 2412, 2402, 2422],
    [{ number: 14, widthMhz: 20 }, 2484, 2474, 2494],
    [{ number: 36, widthMhz: 80 }, 5180, 5170, 5250],
    [{ number: 116, widthMhz: 160 }, 5580, 5490, 5650],
    [{ number: 144, widthMhz: 40 }, 5720, 5690, 5730],
    [{ number: 165, widthMhz: 80 }, 5825, 5815, 5895],
    [{ band: '6', number: 1, widthMhz: 20 }, 5955, 5945, 5965],
    [{ band: '6', number: 2, widthMhz: 20 }, 5935, 5925, 5945],
    [{ band: '6', number: 233, widthMhz: 20 }, 7115, 7105, 7125],
    [{ band: '6', number: 1, widthMhz: 320 }, 5955, 5945, 6265],
  ];
  for (const [wanted, primaryMhz, lowMhz, highMhz] of cases) {
    const channel = channelFromNumber(wanted);
    assert(channel !== undefined);
    assert.equal(channel.primaryMhz, primaryMhz);
    assert.deepEqual(channels.span(channel), { lowMhz, highMhz });
  }
});

test('a number without its band means the lowest band that has it', () => {
  assert.equal(channelFromNumber({ number: 5, widthMhz: 20 })?.band, '2.4');
  assert.equal(channelFromNumber({ number: 36, widthMhz: 20 })?.band, '5');
  assert.equal(channelFromNumber({ number: 5, widthMhz: 80 })?.band, '6');
  assert.equal(channelFromNumber({ number: 37, widthMhz: 20 })?.band, '6');
  assert.equal(channelFromNumber({ number: 38, widthMhz: 40 }), undefined);
  assert.equal(channelFromNumber({ band: '5', number: 1, widthMhz: 20 }), undefined);
  assert.equal(channelFromNumber({ number: 14, widthMhz: 40 }), undefined);
});

test('of two blocks with one primary, the upper one of 2.4 GHz and 320 MHz-1 are meant, or the one asked for', () => {
  const centre = (wanted: Parameters<typeof channelFromNumber>[0]) => {
    const channel = channelFromNumber(wanted);
    return channel && centreNumber(channel);
  };
  assert.equal(centre({ number: 6, widthMhz: 40 }), 8);
  assert.equal(centre({ number: 6, widthMhz: 40, centre: 4 }), 4);
  assert.equal(centre({ number: 11, widthMhz: 40 }), 9);
  assert.equal(centre({ band: '6', number: 37, widthMhz: 320 }), 31);
  assert.equal(centre({ band: '6', number: 37, widthMhz: 320, centre: 63 }), 63);
  assert.equal(centre({ band: '6', number: 221, widthMhz: 320 }), 191);
});

test('every channel goes to its number and its key and back', () => {
  assert.equal(new Set(every.map(channelKey)).size, every.length);
  fc.assert(
    fc.property(anyChannel, (channel) => {
      const back = channelFromNumber({
        band: channel.band,
        number: channelNumber(channel),
        widthMhz: channel.widthMhz,
        centre: centreNumber(channel),
      });
      assert.deepEqual(back, channel);
      assert.deepEqual(channels.parseChannelKey(channelKey(channel)), channel);
      assert.match(channelKey(channel), /^[0-9]+(-[0-9]+){3}$/);
      assert(channels.isValidChannel(channel));
      assert(channels.ValidChannel.safeParse(channel).success);
    }),
  );
});

test('the pieces of a channel are channels, tile its span and hold its primary', () => {
  fc.assert(
    fc.property(anyChannel, (channel) => {
      const pieces = channels.subchannels(channel);
      const { lowMhz } = channels.span(channel);
      assert.equal(pieces.length, channel.widthMhz / 20);
      assert(pieces.every(channels.isValidChannel));
      assert(pieces.some((piece) => piece.primaryMhz === channel.primaryMhz));
      pieces.forEach((piece, index) => {
        assert.equal(channels.span(piece).lowMhz, lowMhz + 20 * index);
      });
    }),
  );
});

test('overlap is symmetric in megahertz and a share of the first', () => {
  fc.assert(
    fc.property(anyChannel, anyChannel, (one, other) => {
      const a = channels.span(one);
      const b = channels.span(other);
      assert.equal(channels.overlapMhz(a, b), channels.overlapMhz(b, a));
      assert.equal(channels.overlapShare(a, b) * one.widthMhz, channels.overlapMhz(a, b));
      assert.equal(channels.overlapShare(a, a), 1);
    }),
  );
});

test('a channel that is moved off its place is refused in words', () => {
  fc.assert(
    fc.property(anyChannel, fc.integer({ min: -9, max: 9 }), (channel, offMhz) => {
      if (offMhz % 5 === 0) return;
      const off = { ...channel, centerMhz: channel.centerMhz + offMhz };
      assert(!channels.isValidChannel(off));
    }),
  );
  const aliases = [
    { band: '2.4', primaryMhz: 2477, centerMhz: 2477, widthMhz: 20 },
    { band: '6', primaryMhz: 5960, centerMhz: 5960, widthMhz: 20 },
    { band: '5', primaryMhz: 5190, centerMhz: 5210, widthMhz: 80 },
    { band: '5', primaryMhz: 5260, centerMhz: 5210, widthMhz: 80 },
  ];
  for (const alias of aliases) assert(!channels.ValidChannel.safeParse(alias).success);
  const { error } = channels.ValidChannel.safeParse(aliases[2]);
  assert.match(
    error?.issues[0]?.message ?? '',
    /expected a channel of IEEE 802.11, came 5 GHz channel 38 \(80 MHz, 5170–5250\)/,
  );
  assert.equal(channels.parseChannelKey('5-38-80-42'), undefined);
  assert.equal(channels.parseChannelKey('nonsense'), undefined);
});

test('a channel is described for a person', () => {
  const channel = channelFromNumber({ number: 36, widthMhz: 80 });
  assert(channel !== undefined);
  assert.equal(channels.describeChannel(channel), '5 GHz channel 36 (80 MHz, 5170–5250)');
});
