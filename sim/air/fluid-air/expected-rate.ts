/** What a client gets on average while others send now and then. */
import type { WidthMhz } from '#protocols/channels.ts';
import { throughputMbps } from '#protocols/rates.ts';
import type { Emitter } from '../emitter.ts';
import type { ClientStation } from './station.ts';

/** How much of the time each source sends. */
export interface Activity {
  /** By radio; null: nobody disturbs. */
  readonly radios: Float64Array | null;
  readonly emitters: readonly Pick<Emitter, 'duty'>[];
}

/**
 * The mean over who of the disturbing sources sends, taken as independent of each other: by the
 * strongest that sends, with the weaker ones as the noise they are on average.
 */
export function expectedMbps(
  { signalMw, noiseMw, disturbances }: ClientStation,
  widthMhz: WidthMhz,
  activity: Activity,
): number {
  let weakerMw = 0;
  for (let place = 0; place < disturbances.length; place += 1) {
    const { source, mw } = disturbances[place]!;
    weakerMw += shareOf(source, activity) * mw;
  }
  if (weakerMw === 0) return throughputMbps(widthMhz, signalMw / noiseMw);
  let mbps = 0;
  let quiet = 1;
  for (let place = 0; place < disturbances.length; place += 1) {
    const { source, mw } = disturbances[place]!;
    const share = shareOf(source, activity);
    if (share === 0) continue;
    // What is left is no more than a touch of noise.
    if (mw < noiseMw / 8 || quiet < 0.01) break;
    weakerMw = Math.max(0, weakerMw - share * mw);
    mbps += quiet * share * throughputMbps(widthMhz, signalMw / (noiseMw + mw + weakerMw));
    quiet *= 1 - share;
  }
  return mbps + quiet * throughputMbps(widthMhz, signalMw / (noiseMw + weakerMw));
}

function shareOf(source: number, { radios, emitters }: Activity): number {
  if (source < 0) return emitters[-1 - source]!.duty;
  return radios === null ? 0 : radios[source]!;
}
