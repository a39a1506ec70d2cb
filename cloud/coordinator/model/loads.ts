/** How much of the time each neighbour sends by itself: it says only how busy its channel is. */
import { dbmToMw } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { ChannelEffects } from './channel-effects.ts';
import type { Links } from './links.ts';
import type { Station } from './stations.ts';

const ROUNDS = 4;
/** One that is heard sends at least beacons: about 1 % of the time. */
const LEAST = 0.01;

/** By station, share of the time; what ours sent is measured. */
export function airtimesOf(
  reports: readonly RadioReport[],
  stations: readonly Station[],
  links: Links,
  effects: ChannelEffects,
): Float64Array {
  const share = new Float64Array(stations.length);
  reports.forEach(({ survey: [own] }, index) => {
    if (own !== undefined && own.activeUs > 0) share[index] = own.txUs / own.activeUs;
  });
  for (let at = reports.length; at < stations.length; at += 1) share[at] = stations[at]!.load;
  // Each is what is left of its channel's use when the others that it hears are taken off.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let at = reports.length; at < stations.length; at += 1) {
      const left = stations[at]!.load - heardShare(at, share, stations, links, effects);
      share[at] = (share[at]! + Math.max(LEAST, left)) / 2;
    }
  }
  return share;
}

/** By report, how much of the time those that it hears kept it busy. */
export function explainedOf(
  reports: readonly RadioReport[],
  share: Float64Array,
  stations: readonly Station[],
  links: Links,
  effects: ChannelEffects,
): Float64Array {
  return Float64Array.from(reports, (_, index) =>
    heardShare(index, share, stations, links, effects),
  );
}

function heardShare(
  at: number,
  share: Float64Array,
  stations: readonly Station[],
  links: Links,
  effects: ChannelEffects,
): number {
  const { channel } = stations[at]!;
  if (channel === null) return 0;
  const row = effects.numberOf(channel) * effects.count;
  let sum = 0;
  for (let edge = links.first[at]!; edge < links.first[at + 1]!; edge += 1) {
    const other = links.other[edge]!;
    const sender = stations[other]!;
    if (!sender.isSending || sender.channel === null) continue;
    const column = effects.numberOf(sender.channel);
    const burden =
      effects.burden[row + column]! * receivedMw(sender, links.gain[edge]!, effects, column);
    if (burden >= 1) sum += share[other]!;
  }
  return sum;
}

function receivedMw({ eirpDbm }: Station, gain: number, effects: ChannelEffects, channel: number) {
  return dbmToMw(eirpDbm) * effects.firstMetre[channel]! * gain;
}
