/**
 * What sends and is no Wi-Fi: energy that keeps a channel busy without frames, noise above the receiver's own,
 * and what the spectrum showed. Whoever stands near one that hears it, is taken to hear it too.
 */
import { overlapMhz, type Span, span } from '#protocols/channels.ts';
import { ENERGY_DETECT_DBM } from '#protocols/hearing.ts';
import { dbmToMw, dbToRatio } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { NOISE_FIGURE_DB, noiseDbm } from '#protocols/rates.ts';
import type { Filling } from '../site.ts';
import { type ChannelEffects, firstMetreDb } from './channel-effects.ts';
import type { Links } from './links.ts';

/** Less is an error of surveys, and a noise nearer to the receiver's own is its own: choices of ours. */
const SHARE_MIN = 0.03;
const NOISE_ABOVE = dbToRatio(3);
/** It is taken to be so far above the threshold where it is heard (a choice of ours). */
const ABOVE_DB = 10;
const ENERGY_MW = dbmToMw(ENERGY_DETECT_DBM);

/** By station and channel: share of the time left open, and what weak sources send there, mW in the mean. */
export interface Foreign {
  readonly open: Float64Array;
  readonly weakMw: Float64Array;
}

/** `explained`: by report, share of the time that radios which are known can have kept it busy. */
export function foreignOf(
  reports: readonly RadioReport[],
  fillings: readonly Filling[],
  explained: Float64Array,
  links: Links,
  effects: ChannelEffects,
  stations: number,
): Foreign {
  const { count, channels } = effects;
  const open = new Float64Array(stations * count).fill(1);
  const weakMw = new Float64Array(stations * count);
  const spans = channels.map(span);
  const fill = (station: number, block: Span, duty: number) => {
    spans.forEach((other, channel) => {
      if (overlapMhz(block, other) === 0) return;
      const at = station * count + channel;
      open[at] = Math.min(open[at]!, Math.max(0, 1 - duty));
    });
  };
  const numbers = new Map(reports.map(({ id }, index) => [id, index]));
  const strong: { readonly station: number; readonly block: Span; readonly duty: number }[] = [];
  reports.forEach((report, station) => {
    report.survey.forEach(({ channel, activeUs, busyUs, rxUs, txUs, noiseDbm: heardDbm }) => {
      if (activeUs === 0) return;
      const isOwn = report.channel !== null && overlapMhz(span(channel), span(report.channel)) > 0;
      const known = Math.max(rxUs / activeUs, isOwn ? explained[station]! : 0);
      const duty = (busyUs - txUs) / activeUs - known;
      const block = span(channel);
      if (duty >= SHARE_MIN) strong.push({ station, block, duty: Math.min(1, duty) });
      const quietMw = dbmToMw(noiseDbm(channel.widthMhz, NOISE_FIGURE_DB));
      const heardMw = dbmToMw(heardDbm);
      if (heardMw < NOISE_ABOVE * quietMw) return;
      const mhz = block.highMhz - block.lowMhz;
      spans.forEach((other, number) => {
        const shared = overlapMhz(block, other);
        if (shared === 0) return;
        const at = station * count + number;
        weakMw[at] = Math.max(weakMw[at]!, ((heardMw - quietMw) * shared) / mhz);
      });
    });
  });
  for (const { radio, duty, ...block } of fillings) {
    const station = numbers.get(radio);
    if (station !== undefined) strong.push({ station, block, duty });
  }
  for (const { station, block, duty } of strong) {
    fill(station, block, duty);
    for (let edge = links.first[station]!; edge < links.first[station + 1]!; edge += 1) {
      const near = links.other[edge]!;
      // Those who were on that spectrum have said themselves what they hear there.
      const own = reports[near]?.channel;
      if (own != null && overlapMhz(span(own), block) > 0) continue;
      const arrives = ENERGY_MW * dbToRatio(ABOVE_DB + REACH_DB) * links.gain[edge]!;
      if (arrives >= ENERGY_MW) fill(near, block, duty);
    }
  }
  return { open, weakMw };
}

/** What is heard so strongly stands about as far away as a radio is whose way takes this, the first metre left out. */
const REACH_DB = 20 - (ENERGY_DETECT_DBM + ABOVE_DB) - firstMetreDb('5');
