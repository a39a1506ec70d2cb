/** Whether a real radio may use a channel now: by its limits, by the kernel, and by the silence owed. */
import { type Channel, describeChannel, isValidChannel } from '#protocols/channels.ts';
import type { DriverError, RadioCapabilities } from '#protocols/driver.ts';
import { type Standard, widestOf } from './hostapd.ts';
import type { ChannelFacts } from './iw-phy.ts';

interface Question {
  readonly address: string;
  readonly channel: Channel;
}

const rejected = (message: string): DriverError => ({ code: 'rejected', message });

export function beyondLimits(
  { address, channel }: Question,
  { bands, maxWidthMhz }: RadioCapabilities,
): DriverError | undefined {
  const { band, widthMhz, primaryMhz } = channel;
  if (!isValidChannel(channel)) {
    return rejected(
      `${address}: expected a channel of IEEE 802.11, came ${widthMhz} MHz around ${primaryMhz} MHz in ${band} GHz`,
    );
  }
  if (bands.includes(band) && widthMhz <= maxWidthMhz) return undefined;
  const can = `expected ${bands.join(' or ')} GHz and at most ${maxWidthMhz} MHz`;
  return rejected(
    `${address}: ${can}, came ${widthMhz} MHz around ${primaryMhz} MHz in ${band} GHz`,
  );
}

export function beyondHostapd(
  { address, channel }: Question,
  standards: readonly Standard[],
): DriverError | undefined {
  const widest = widestOf(standards);
  if (channel.widthMhz > widest) {
    return rejected(
      `${address}: expected at most ${widest} MHz, as hostapd is configured, came ${channel.widthMhz}; set ieee80211n, ieee80211ac and ieee80211ax in its configuration`,
    );
  }
  if (channel.band === '6' && !standards.includes('he')) {
    return rejected(
      `${address}: expected 2.4 or 5 GHz, as hostapd has no ieee80211ax=1, came 6 GHz; set it in its configuration`,
    );
  }
  return undefined;
}

/**
 * What the kernel says against it. A radar channel must have been listened to before it is sent on,
 * and the kernel must listen as long as the rules ask: a database may carry less than they do.
 */
export function against(
  { address, channel }: Question,
  facts: ChannelFacts | undefined,
  owed: { readonly silenceMs: number; readonly mayListen: boolean },
): DriverError | undefined {
  const where = describeChannel(channel);
  const no = (why: string) => rejected(`${address}: ${where}: ${why}`);
  if (facts === undefined || facts.isDisabled) {
    return no(
      'expected a channel that its kernel allows, came one it does not; look at `iw reg get`',
    );
  }
  if (facts.noIr) {
    return no('expected one on which it may begin to send, came one marked no-IR');
  }
  if (!facts.radar) return undefined;
  if (facts.dfsState === 'unavailable') {
    return no('expected one without radar, came one on which radar was heard within 30 minutes');
  }
  if (facts.dfsState !== 'available' && !owed.mayListen) {
    return no('expected it to have listened there first, came an order to send');
  }
  const listensMs = facts.clearMs ?? 0;
  if (facts.dfsState !== 'available' && listensMs < owed.silenceMs) {
    return no(
      `expected the kernel to listen ${owed.silenceMs / 1_000} s before it sends, came ${listensMs / 1_000} s; take another channel, or a regulatory database with that time`,
    );
  }
  return undefined;
}
