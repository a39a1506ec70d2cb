/** What one radio's signal does to another receiver: unheard, deferred to, or in the way. */
import { type Channel, overlapMhz, span } from './channels.ts';
import { dbToRatio, ratioToDb } from './math.ts';

/**
 * A preamble is noticed from −82 dBm in the primary 20 MHz on.
 *
 * @see IEEE 802.11-2020, 17.3.10.6
 */
export const PREAMBLE_DETECT_DBM = -82;
/** Anything else is noticed from −62 dBm in the block on: the same clause, 20 dB above. */
export const ENERGY_DETECT_DBM = -62;
/** Weaker than this in its block, 10 dB below a preamble that is noticed, a signal is left out. */
export const AUDIBLE_DBM = -92;

export interface Heard {
  /** It makes the receiver's channel busy. */
  readonly isBusy: boolean;
  /** Its power over that from which on it makes the channel busy. */
  readonly burden: number;
  /** Its power within the receiver's block. */
  readonly inBlockDbm: number;
}

/** `levelDbm`: the sender's whole power where the receiver stands. Undefined: nothing arrives. */
export function hears(receiver: Channel, sender: Channel, levelDbm: number): Heard | undefined {
  const shared = overlapMhz(span(receiver), span(sender));
  if (shared === 0) return undefined;
  const inBlockDbm = levelDbm + ratioToDb(shared / sender.widthMhz);
  if (inBlockDbm < AUDIBLE_DBM) return undefined;
  const preambleDbm = levelDbm - ratioToDb(sender.widthMhz / 20);
  const overEnergyDb = inBlockDbm - ENERGY_DETECT_DBM;
  const overDb =
    preambleShare(receiver, sender) > 0
      ? Math.max(overEnergyDb, preambleDbm - PREAMBLE_DETECT_DBM)
      : overEnergyDb;
  return { isBusy: overDb >= 0, burden: dbToRatio(overDb), inBlockDbm };
}

/**
 * The part of a sender's power that is in a preamble on the receiver's primary 20 MHz: one goes out in every
 * 20 MHz of a wide frame, each with its part. 0 where none of them is around that primary.
 */
export function preambleShare(receiver: Channel, sender: Channel): number {
  const offsetMhz = receiver.primaryMhz - sender.primaryMhz;
  const { lowMhz, highMhz } = span(sender);
  const { primaryMhz } = receiver;
  return offsetMhz % 20 === 0 && primaryMhz > lowMhz && primaryMhz < highMhz
    ? 20 / sender.widthMhz
    : 0;
}
