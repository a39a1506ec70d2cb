/**
 * What hostapd does when it starts with `channel=0`. Each access point by itself takes the channel whose
 * interference factor is least: with the noise floor nf and the least of all channels min_nf in dBm,
 *
 *   10^(nf / 5) + (busy − tx) / (total − tx) × 2^(10^(nf / 10) − 10^(min_nf / 10)).
 *
 * hostapd surveys every channel. Our reports have a survey of a radio's own channel alone; elsewhere the
 * busiest that those heard there announce stands for it, and the usual noise floor.
 *
 * @see hostapd, src/ap/acs.c: acs_survey_interference_factor(), acs_find_ideal_chan().
 */
import { type Channel, overlapMhz, span, subchannels } from '#protocols/channels.ts';
import { pow10 } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Decider, Setting } from '../site.ts';

/** Thermal noise in 20 MHz and 7 dB of noise figure. */
const FLOOR_DBM = -94;
const LOAD_UNKNOWN = 0.2;

export const hostapdAcs: Decider = {
  name: 'hostapd-acs',
  about: 'Each access point by itself where the survey sees the least interference, when it starts',
  source: 'hostapd, src/ap/acs.c',
  decide({ reports, choices }) {
    const channelOf = new Map(reports.map(({ id, channel }) => [id, channel]));
    const settings = new Map<string, Setting>();
    // They come up one after the other, and hear who is up already where that one went.
    for (const report of reports) {
      const { id, channel: now, eirpDbm } = report;
      const legal = choices.get(id) ?? [];
      const wide = legal.filter(({ channel }) => channel.widthMhz === now?.widthMhz);
      const usable = wide.length > 0 ? wide : legal;
      let best = usable[0];
      if (best === undefined) continue;
      let least = Number.POSITIVE_INFINITY;
      for (const choice of usable) {
        let factor = 0;
        for (const part of subchannels(choice.channel)) {
          factor += interferenceFactor(surveyOf(report, part, channelOf));
        }
        if (factor >= least) continue;
        best = choice;
        least = factor;
      }
      channelOf.set(id, best.channel);
      settings.set(id, { channel: best.channel, eirpDbm: Math.min(eirpDbm, best.maxEirpDbm) });
    }
    return settings;
  },
};

export interface ChannelSurvey {
  readonly noiseDbm: number;
  readonly minNoiseDbm: number;
  /** Shares of the time. */
  readonly busy: number;
  readonly tx: number;
}

export function interferenceFactor({ noiseDbm, minNoiseDbm, busy, tx }: ChannelSurvey): number {
  const share = tx < 1 ? (busy - tx) / (1 - tx) : 0;
  const noise = pow10(noiseDbm / 10) - pow10(minNoiseDbm / 10);
  // 2^x, where x is far below 1: to the second term of its series it is exact to 1e-12.
  const power = 1 + Math.LN2 * noise + (Math.LN2 * noise * (Math.LN2 * noise)) / 2;
  return pow10(noiseDbm / 5) + share * power;
}

function surveyOf(
  { channel: now, survey, neighbours }: RadioReport,
  part: Channel,
  channelOf: ReadonlyMap<string, Channel | null>,
): ChannelSurvey {
  const own = survey.find((one) => overlapMhz(span(one.channel), span(part)) > 0);
  let busy = 0;
  for (const { id, channel: heardOn, load } of neighbours) {
    const theirs = channelOf.get(id) ?? heardOn;
    if (overlapMhz(span(theirs), span(part)) === 0) continue;
    busy = Math.max(busy, load ?? LOAD_UNKNOWN);
  }
  if (own === undefined || now === null) {
    return { noiseDbm: FLOOR_DBM, minNoiseDbm: FLOOR_DBM, busy, tx: 0 };
  }
  // Others may have come here since the survey; what is no Wi-Fi stands in the survey alone.
  const active = Math.max(1, own.activeUs);
  const foreign = Math.max(0, own.busyUs - own.txUs - own.rxUs) / active;
  return {
    noiseDbm: own.noiseDbm,
    minNoiseDbm: Math.min(FLOOR_DBM, own.noiseDbm),
    busy: Math.min(1, busy + foreign),
    tx: 0,
  };
}
