/** What a real radio is given beside what every driver is: the machine's door and what is set on site. */
import type { Channel } from '#protocols/channels.ts';
import type { PhyIo } from './io.ts';

export interface PhySite {
  readonly io: PhyIo;
  /** The interface that hostapd runs on it, `wlan0`. */
  readonly interfaceName: string;
  /** hostapd's `ctrl_interface`. */
  readonly controlFolder: string;
  /** Silence owed before first use, by the rules of the radio's domain. */
  readonly silenceOwedMs: (channel: Channel) => number;
  /** Looks for neighbours on every channel, passively, which takes it off its own; else it only says what it heard there. */
  readonly listenAround: boolean;
  /** The name of one of our own radios. */
  readonly knownAs: (bssid: string) => string | undefined;
}
