/** What a sender on one channel does to a receiver on another, for all channels that a site may use. */
import {
  type Band,
  type Channel,
  channelKey,
  overlapMhz,
  span,
  type WidthMhz,
} from '#protocols/channels.ts';
import { ENERGY_DETECT_DBM, PREAMBLE_DETECT_DBM, preambleShare } from '#protocols/hearing.ts';
import { dbmToMw, dbToRatio, log10 } from '#protocols/math.ts';
import { NOISE_FIGURE_DB, noiseDbm } from '#protocols/rates.ts';

const ENERGY_MW = dbmToMw(ENERGY_DETECT_DBM);
const PREAMBLE_MW = dbmToMw(PREAMBLE_DETECT_DBM);

/** Where each band is taken to be for its loss in the first metre. */
const bandMhz: Readonly<Record<Band, number>> = { '2.4': 2_400, '5': 5_150, '6': 6_000 };

/** Free space at 1 m: 20 log10(f MHz) − 27.55 dB (ITU-R P.525-4, equation 4). */
export function firstMetreDb(band: Band): number {
  return 20 * log10(bandMhz[band]) - 27.55;
}

/** Channels by number, and tables between them, row by row of the receiver. */
export class ChannelEffects {
  readonly channels: readonly Channel[];
  readonly count: number;
  /** Part of the sender's power that falls into the receiver's block; 0 where they share nothing. */
  readonly within: Float64Array;
  /** What one milliwatt of the sender burdens the receiver with: 1 keeps it quiet. */
  readonly burden: Float64Array;
  /** Of each channel: thermal noise in its block, mW, and what the first metre leaves of a signal. */
  readonly noiseMw: Float64Array;
  readonly firstMetre: Float64Array;
  readonly widthMhz: readonly WidthMhz[];
  readonly #index: ReadonlyMap<string, number>;

  constructor(channels: Iterable<Channel>) {
    const byKey = new Map<string, Channel>();
    for (const channel of channels) byKey.set(channelKey(channel), channel);
    this.channels = [...byKey.values()];
    this.count = this.channels.length;
    this.#index = new Map([...byKey.keys()].map((key, index) => [key, index]));
    this.within = new Float64Array(this.count * this.count);
    this.burden = new Float64Array(this.count * this.count);
    this.channels.forEach((receiver, row) => {
      this.channels.forEach((sender, column) => {
        const shared = overlapMhz(span(receiver), span(sender)) / sender.widthMhz;
        if (shared === 0) return;
        const at = row * this.count + column;
        this.within[at] = shared;
        this.burden[at] = Math.max(
          shared / ENERGY_MW,
          preambleShare(receiver, sender) / PREAMBLE_MW,
        );
      });
    });
    this.widthMhz = this.channels.map(({ widthMhz }) => widthMhz);
    this.noiseMw = Float64Array.from(this.widthMhz, (width) =>
      dbmToMw(noiseDbm(width, NOISE_FIGURE_DB)),
    );
    this.firstMetre = Float64Array.from(this.channels, ({ band }) =>
      dbToRatio(-firstMetreDb(band)),
    );
  }

  /** The number of a channel that is among them. */
  numberOf(channel: Channel): number {
    const number = this.#index.get(channelKey(channel));
    if (number === undefined) throw new Error(`no channel ${channelKey(channel)} in this model`);
    return number;
  }
}
