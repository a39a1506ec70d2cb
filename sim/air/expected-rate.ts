/** What a client gets on average while others send now and then. */
import type { WidthMhz } from '#protocols/channels.ts';
import { throughputMbps } from './rates.ts';
import type { ClientStation } from './station.ts';

/**
 * The mean over who of the disturbing sources sends, taken as independent of each other: by the
 * strongest that sends, with the weaker ones as the noise they are on average.
 */
export function expectedMbps(
  client: ClientStation,
  widthMhz: WidthMhz,
  activity: (source: number) => number,
): number {
  const { signalMw, noiseMw, disturbances } = client;
  let weakerMw = 0;
  for (const { source, mw } of disturbances) weakerMw += activity(source) * mw;
  if (weakerMw === 0) return throughputMbps(widthMhz, signalMw / noiseMw);
  let mbps = 0;
  let quiet = 1;
  for (const { source, mw } of disturbances) {
    const share = activity(source);
    if (share === 0) continue;
    // What is left is no more than a touch of noise.
    if (mw < noiseMw / 8 || quiet < 0.01) break;
    weakerMw = Math.max(0, weakerMw - share * mw);
    mbps += quiet * share * throughputMbps(widthMhz, signalMw / (noiseMw + mw + weakerMw));
    quiet *= 1 - share;
  }
  return mbps + quiet * throughputMbps(widthMhz, signalMw / (noiseMw + weakerMw));
}
