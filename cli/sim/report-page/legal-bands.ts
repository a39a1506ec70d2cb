/** The bands that a site uses, with what the law of its country asks in each part of them. */
import { allChannels, type Band, type Channel, span } from '#protocols/channels.ts';
import type { LegalLimits } from '#sim/checkers/checker.ts';
import type { Layout } from '#sim/layout.ts';
import type { BandData, LegalPart } from './report-data.ts';

const order: readonly Band[] = ['2.4', '5', '6'];

export function bandsOf({ site }: Layout, limits: LegalLimits): BandData[] {
  const used = new Set(
    site.nodes.flatMap((node) =>
      node.radios.flatMap(({ bands, channel }) => [...bands, channel.band]),
    ),
  );
  const places = [...new Set(site.nodes.map(({ indoor }) => indoor))];
  return order
    .filter((band) => used.has(band))
    .map((band) => {
      const channels = allChannels(band, 20);
      const spans = channels.map(span);
      return {
        band,
        lowMhz: Math.min(...spans.map(({ lowMhz }) => lowMhz)),
        highMhz: Math.max(...spans.map(({ highMhz }) => highMhz)),
        parts: partsOf(channels, limits, places),
      };
    });
}

/** Neighbouring channels of which the same is asked, taken together. */
function partsOf(
  channels: readonly Channel[],
  limits: LegalLimits,
  places: readonly boolean[],
): LegalPart[] {
  const parts: LegalPart[] = [];
  const ordered = [...channels].sort((a, b) => a.centerMhz - b.centerMhz);
  for (const channel of ordered) {
    const barred = places.every((indoor) => limits.maxEirpDbm(channel, { indoor }) === null);
    const clearSeconds = barred ? 0 : limits.clearMs(channel) / 1_000;
    const { lowMhz, highMhz } = span(channel);
    const last = parts.at(-1);
    if (last?.barred === barred && last.clearSeconds === clearSeconds && lowMhz <= last.highMhz) {
      parts[parts.length - 1] = { ...last, highMhz };
    } else {
      // In 2.4 GHz channels overlap: what the one before may do, it may do in all of its block.
      parts.push({ lowMhz: Math.max(lowMhz, last?.highMhz ?? 0), highMhz, clearSeconds, barred });
    }
  }
  return parts.filter((part) => part.barred || part.clearSeconds > 0);
}
