/**
 * A first detector: runs of cells that are filled too often to be somebody's frames are findings,
 * and their shape names them.
 */

import type { Finding } from '#machines/radio-words.ts';
import type { Span } from '#protocols/channels.ts';
import { log10 } from '#protocols/math.ts';
import type { Sweep } from '../capture/tlv.ts';
import { cellMhz, type Occupancy, occupancyOf } from './occupancy.ts';

/** Filled for less of the time it hardly matters. */
const foreignDuty = 0.5;
/** What was found before is still there down to this, so that it does not come and go. */
const stillDuty = 0.3;
/** Too few to tell anything. */
const sweepsAtLeast = 8;
/** Cells apart that still belong together. */
const gapCells = 2;
const narrowestMhz = 1;
/**
 * What is weaker in all does not keep a radio from sending: energy detection (IEEE 802.11-2020,
 * 17.3.10.6), less what a strongest bin stands over the mean of many.
 */
const silencesDbm = -62;
const peakOverMeanDb = 7;

/** `before`: what was found the last time. */
export function detect(
  sweeps: readonly Sweep[],
  channel: Span,
  before: readonly Span[] = [],
): Finding[] {
  const occupancy = occupancyOf(sweeps, channel);
  if (occupancy.sweeps < sweepsAtLeast) return [];
  return runs(occupancy, before)
    .map((run) => describe(occupancy, run))
    .filter(({ lowMhz, highMhz, peakDbm }) => {
      const bins = (highMhz - lowMhz) / occupancy.binMhz;
      return peakDbm - peakOverMeanDb + 10 * log10(bins) >= silencesDbm;
    });
}

interface Run {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

function runs({ duty, lowMhz }: Occupancy, before: readonly Span[]): Run[] {
  const least = (cell: number) => {
    const mhz = lowMhz + (cell + 0.5) * cellMhz;
    const wasThere = before.some((span) => mhz >= span.lowMhz && mhz < span.highMhz);
    return wasThere ? stillDuty : foreignDuty;
  };
  const found: Run[] = [];
  let from = -1;
  let last = -1;
  for (let cell = 0; cell < duty.length; cell += 1) {
    if ((duty[cell] as number) < least(cell)) continue;
    if (from >= 0 && cell - last > gapCells + 1) {
      found.push({ from, to: last + 1 });
      from = -1;
    }
    if (from < 0) from = cell;
    last = cell;
  }
  if (from >= 0) found.push({ from, to: last + 1 });
  return found.filter(({ from: first, to }) => (to - first) * cellMhz >= narrowestMhz);
}

function describe(occupancy: Occupancy, { from, to }: Run): Finding {
  const { lowMhz, duty, peakDbm, meanDbm, floorDbm, sweeps } = occupancy;
  let dutySum = 0;
  let peak = -200;
  let loudest = -200;
  for (let cell = from; cell < to; cell += 1) {
    dutySum += duty[cell] as number;
    if ((peakDbm[cell] as number) > peak) peak = peakDbm[cell] as number;
    if ((meanDbm[cell] as number) > loudest) loudest = meanDbm[cell] as number;
  }
  const meanDuty = dutySum / (to - from);
  const levels = [...meanDbm.subarray(from, to)].sort((a, b) => a - b);
  const median = levels[Math.floor(levels.length / 2)] as number;
  return {
    looksLike: nameOf({ widthMhz: (to - from) * cellMhz, duty: meanDuty, crest: loudest - median }),
    lowMhz: lowMhz + from * cellMhz,
    highMhz: lowMhz + to * cellMhz,
    duty: meanDuty,
    peakDbm: peak,
    floorDbm,
    sweeps,
  };
}

interface Shape {
  readonly widthMhz: number;
  readonly duty: number;
  /** How far the strongest part stands over the median of the run, dB. */
  readonly crest: number;
}

/**
 * First that fits. An analogue video sender never pauses and keeps a carrier well above its side
 * bands (ITU-R BT.1700); a magnetron follows the mains and fills at most half of its period.
 */
const shapes: readonly { readonly name: string; fits(shape: Shape): boolean }[] = [
  {
    name: 'analogue video',
    fits: ({ widthMhz, duty, crest }) => duty >= 0.85 && widthMhz >= 4 && crest >= 4,
  },
  { name: 'a narrow carrier', fits: ({ widthMhz, duty }) => duty >= 0.85 && widthMhz < 4 },
  { name: 'wideband noise', fits: ({ duty }) => duty >= 0.85 },
  { name: 'something pulsed', fits: () => true },
];

function nameOf(shape: Shape): string {
  return (shapes.find(({ fits }) => fits(shape)) as (typeof shapes)[number]).name;
}
