/**
 * What a chip reports of a radar's pulses while its channel carries traffic: those under a frame are
 * lost, and what is left is measured with errors. A model of ours; no chip was measured.
 */
import type { PulseReport } from '#protocols/air.ts';
import type { Random } from '#protocols/random.ts';
import { exponential } from './exponential.ts';

/** Normal errors, and times in whole microseconds. */
export const chipErrors = {
  timeUs: 1.5,
  widthUs: 0.3,
  widthShare: 0.03,
  rssiDb: 1,
  mhz: 0.5,
} as const;

/** Frames last evenly between these; the longest PPDU has 5,484 µs (IEEE 802.11-2020, table 19-25). */
const FRAME_US = { least: 100, most: 3_000 } as const;

/** `load`: the share of the time that frames fill. Pulses in order of time, and so the reports. */
export function heardPulses(
  pulses: readonly PulseReport[],
  load: number,
  random: Random,
): PulseReport[] {
  const frames = random.fork('frames');
  const errors = random.fork('errors');
  const meanUs = (FRAME_US.least + FRAME_US.most) / 2;
  const idleUs = load > 0 ? (meanUs * (1 - load)) / load : Number.POSITIVE_INFINITY;
  // It begins within a frame as often as frames fill the time.
  let beginsUs = (pulses[0]?.tUs ?? 0) - 10 * meanUs;
  let endsUs = beginsUs;
  const heard: PulseReport[] = [];
  for (const pulse of pulses) {
    while (load > 0 && endsUs <= pulse.tUs) {
      beginsUs = endsUs + idleUs * exponential(frames);
      endsUs = beginsUs + FRAME_US.least + frames.below(FRAME_US.most - FRAME_US.least + 1);
    }
    const isHidden = load > 0 && beginsUs < pulse.tUs + pulse.widthUs && endsUs > pulse.tUs;
    if (!isHidden) heard.push(measured(pulse, errors));
  }
  return heard.sort((a, b) => a.tUs - b.tUs);
}

function measured(pulse: PulseReport, errors: Random): PulseReport {
  const { timeUs, widthUs, widthShare, rssiDb, mhz } = chipErrors;
  const wide = widthUs + widthShare * pulse.widthUs;
  return {
    tUs: Math.round(pulse.tUs + timeUs * errors.normal()),
    widthUs: Math.max(0, pulse.widthUs + wide * errors.normal()),
    rssiDbm: pulse.rssiDbm + rssiDb * errors.normal(),
    centerMhz: pulse.centerMhz + mhz * errors.normal(),
    chirp: pulse.chirp,
  };
}
