/** What clients get of a radio's time, and what they would want of it. */
import type { WidthMhz } from '#protocols/channels.ts';
import { throughputMbps } from '#protocols/rates.ts';

/** Sources that matter to a client beside the strongest few are taken as noise. */
export const DISTURBANCES_MAX = 6;

/** Who sends while a radio may send too: how strongly it arrives at its clients' place, how much of the time. */
export class Disturbances {
  count = 0;
  readonly mw = new Float64Array(DISTURBANCES_MAX);
  readonly share = new Float64Array(DISTURBANCES_MAX);
  /** What is on the way between it and the radio, without the first metre. */
  readonly gain = new Float64Array(DISTURBANCES_MAX);
  /** The rest of them, and weak sources that are no Wi-Fi: in the mean. */
  restMw = 0;

  clear(): void {
    this.count = 0;
    this.restMw = 0;
  }

  /** The strongest first. */
  add(mw: number, share: number, gain: number): void {
    if (share === 0) return;
    let place = this.count;
    while (place > 0 && this.mw[place - 1]! < mw) place -= 1;
    if (place === DISTURBANCES_MAX) {
      this.restMw += share * mw;
      return;
    }
    if (this.count === DISTURBANCES_MAX) {
      const last = DISTURBANCES_MAX - 1;
      this.restMw += this.share[last]! * this.mw[last]!;
    } else this.count += 1;
    for (let at = this.count - 1; at > place; at -= 1) {
      this.mw[at] = this.mw[at - 1]!;
      this.share[at] = this.share[at - 1]!;
      this.gain[at] = this.gain[at - 1]!;
    }
    this.mw[place] = mw;
    this.share[place] = share;
    this.gain[place] = gain;
  }
}

/**
 * The mean rate over who of the disturbing ones sends, taken as independent of each other: by the strongest that
 * sends, with the weaker ones as the noise they are on average. `ownGain`: of the client's own way.
 */
export function meanRateMbps(
  disturbances: Disturbances,
  widthMhz: WidthMhz,
  signalMw: number,
  noiseMw: number,
  ownGain: number,
): number {
  const { count, share, restMw } = disturbances;
  let weaker = restMw;
  for (let at = 0; at < count; at += 1)
    weaker += share[at]! * mwAtClient(disturbances, at, ownGain);
  if (weaker < noiseMw / 64) return throughputMbps(widthMhz, signalMw / noiseMw);
  let mbps = 0;
  let quiet = 1;
  for (let at = 0; at < count; at += 1) {
    const mw = mwAtClient(disturbances, at, ownGain);
    if (mw < noiseMw / 8 || quiet < 0.01) break;
    weaker = Math.max(0, weaker - share[at]! * mw);
    mbps += quiet * share[at]! * throughputMbps(widthMhz, signalMw / (noiseMw + mw + weaker));
    quiet *= 1 - share[at]!;
  }
  return mbps + quiet * throughputMbps(widthMhz, signalMw / (noiseMw + weaker));
}

/**
 * A client stands around its radio in a direction that nobody knows: a distant source arrives there as it does at
 * the radio in the mean, and a near one as from where the client is (Jensen's formula: the mean of ln |D − d·e^iθ|
 * over θ is ln max(D, d)).
 */
function mwAtClient({ mw, gain }: Disturbances, at: number, ownGain: number): number {
  return gain[at]! > ownGain ? (mw[at]! * ownGain) / gain[at]! : mw[at]!;
}

/**
 * How long each of those who share a time may have, when each gets alike until it has what it wants; 1 when all
 * do. `wants` is sorted on the way.
 */
export function levelOf(wants: Float64Array, time: number): number {
  let total = 0;
  for (const want of wants) total += want;
  if (total <= time + 1e-9) return 1;
  wants.sort();
  let left = time;
  for (let place = 0; place < wants.length; place += 1) {
    const level = left / (wants.length - place);
    if (wants[place]! > level) return level;
    left -= wants[place]!;
  }
  return 1;
}

/** Share of the time. A client out of reach is not served; one that others drown is tried for, in vain. */
export function timeWanted(offeredMbps: number, aloneMbps: number, rateMbps: number): number {
  return offeredMbps === 0 || aloneMbps === 0 ? 0 : Math.min(1, offeredMbps / rateMbps);
}
