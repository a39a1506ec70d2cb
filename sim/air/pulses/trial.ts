/**
 * One trial of a radar rule: a test signal a little above the threshold, sent once, as a chip reports it. All is
 * generated: the signal from its table, the chip and the Wi-Fi around from the models beside this file.
 */
import type { PulseReport, RadarPattern } from '#protocols/air.ts';
import type { Random } from '#protocols/random.ts';
import { detectionThresholdDbm, pulsesOf, type Radar } from '../radar.ts';
import { radarSignals } from '../radar-signals.ts';
import { heardPulses } from './chip.ts';
import { falsePulses } from './dense-wifi.ts';

export interface TrialSetting {
  /** Share of the time that frames fill, under which pulses are lost. */
  readonly load: number;
  /** Whether a dense Wi-Fi adds false pulses. */
  readonly dense: boolean;
}

const CENTER_MHZ = 5_500;
const TUNED = { lowMhz: CENTER_MHZ - 10, highMhz: CENTER_MHZ + 10 };
/** What is false begins before the radar does. */
const LEAD_US = 1_000_000;
const ONCE_US = 1_000_000;

/** The pulses of the signal as they arrive at a channel of 20 MHz, without any error. */
export function sentOnce(pattern: RadarPattern, random: Random): PulseReport[] {
  const onceUs = radarSignals[pattern].bursts?.cycleUs ?? ONCE_US;
  const radar: Radar = {
    id: pattern,
    at: null,
    centerMhz: CENTER_MHZ,
    widthMhz: 1,
    eirpDbm: 0,
    pattern,
    fromUs: LEAD_US,
    untilUs: LEAD_US + onceUs,
  };
  const window = { fromUs: 0, untilUs: radar.untilUs };
  const arriving = { rssiDbm: detectionThresholdDbm(30) + 1, tuned: TUNED };
  return pulsesOf(radar, window, arriving, random);
}

export function radarTrial(
  pattern: RadarPattern,
  { load, dense }: TrialSetting,
  random: Random,
): PulseReport[] {
  const sent = sentOnce(pattern, random);
  const reports = heardPulses(sent, load, random.fork('chip'));
  if (!dense) return reports;
  const window = { fromUs: 0, untilUs: (sent.at(-1)?.tUs ?? 0) + 1 };
  falsePulses(window, CENTER_MHZ, random.fork('false'), (pulse) => reports.push(pulse));
  return reports.sort((a, b) => a.tUs - b.tUs);
}
