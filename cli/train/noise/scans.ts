/**
 * Scans as a card without anything foreign on the air would report them: the noise of one frequency after
 * the other. Drawn wider than what was seen on record, since few scans are.
 *
 * What a chip calls noise it measures in pauses: ath9k's driver waits with a calibration until a frame
 * that is being received has ended, and takes the median of five. So Wi-Fi that can be received does not
 * count, but frames too weak for that do. Between frequencies the floor of a card varies "by about 6 dB",
 * which newer versions of ath9k take off before they tell a rise over its nominal −95 dBm; older ones
 * tell any rise. Others tell the floor itself.
 *
 * @see Linux, drivers/net/wireless/ath/ath9k/calib.c and calib.h: `ath9k_hw_getchan_noise`,
 *   `ATH9K_NF_CAL_NOISE_THRESH`, `ATH9K_NF_CAL_HIST_MAX`, `ath9k_hw_loadnf`
 */

import { OTHERS_MIN } from '#edge/detector/noise-floor.ts';
import { dbmToMw, mwToDbm, sin } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

/** Centres of 20 MHz, by band. */
const plans: readonly (readonly number[])[] = [
  steps(2_412, 5, 13),
  [...steps(5_180, 20, 8), ...steps(5_500, 20, 11), ...steps(5_745, 20, 5)],
  steps(5_955, 20, 24),
];
const NOMINAL_DBM = -95;
/** Readings that a chip takes the median of. */
const READINGS = 5;
/** Over the noise: the strongest frame that a receiver does not find. */
const WEAK_DB = { least: -10, most: 5 } as const;

/** How a driver tells a floor that lies so far over the nominal one. */
const drivers: readonly ((overDb: number) => number)[] = [
  (overDb) => NOMINAL_DBM + Math.max(0, Math.round(overDb) - 6),
  (overDb) => NOMINAL_DBM + Math.max(0, Math.round(overDb)),
  (overDb) => Math.round(NOMINAL_DBM + overDb),
  (overDb) => Math.round(NOMINAL_DBM + overDb),
];

export interface Scan {
  readonly centersMhz: readonly number[];
  readonly noiseDbm: readonly number[];
}

/** A sender that never pauses, over so many megahertz. */
export interface Continuous {
  readonly centerMhz: number;
  readonly widthMhz: number;
  /** In 20 MHz that it fills, over the thermal noise. */
  readonly snrDb: number;
}

/** Of one band, of at least six frequencies that lie side by side. */
export function drawScan(
  random: Random,
  foreign?: (centersMhz: readonly number[]) => Continuous,
): Scan {
  const plan = plans[random.below(plans.length)]!;
  const least = OTHERS_MIN + 1;
  const count = least + random.below(plan.length - least + 1);
  const first = random.below(plan.length - count + 1);
  const centersMhz = plan.slice(first, first + count);
  return scanOf(random, centersMhz, foreign?.(centersMhz));
}

function scanOf(random: Random, centersMhz: readonly number[], foreign?: Continuous): Scan {
  const told = drivers[random.below(drivers.length)]!;
  const floorDb = cardOf(random, centersMhz);
  const weak = random.uniform() < 0.2 ? [] : weakNeighbours(random, centersMhz);
  // The channel that a radio is on when it begins has been seen to tell up to 10 dB less.
  const home = random.uniform() < 0.5 ? random.below(centersMhz.length) : -1;
  const noiseDbm = centersMhz.map((centerMhz, place) => {
    const constantMw = foreign === undefined ? 0 : heardMw(foreign, centerMhz);
    const readings = Array.from({ length: READINGS }, () => {
      let mw = 1 + constantMw;
      for (const one of weak) if (random.uniform() < one.share) mw += heardMw(one, centerMhz);
      return mwToDbm(mw);
    });
    const raisedDb = readings.toSorted((one, other) => one - other)[READINGS >> 1]!;
    const lowDb = place === home ? 10 * random.uniform() : 0;
    return told(floorDb[place]! + raisedDb - lowDb);
  });
  return { centersMhz, noiseDbm };
}

/** Over the nominal floor, by frequency: a level, a slope, a ripple, and what a calibration is off by. */
function cardOf(random: Random, centersMhz: readonly number[]): number[] {
  const level = 2 * random.normal();
  const slope = 6 * (random.uniform() - 0.5);
  const ripple = 1.5 * random.uniform();
  const turns = 1 + 3 * random.uniform();
  const phase = 2 * Math.PI * random.uniform();
  return centersMhz.map((_, place) => {
    const along = place / (centersMhz.length - 1);
    const wave = ripple * sin(2 * Math.PI * turns * along + phase);
    return level + slope * (along - 0.5) + wave + 0.7 * random.normal();
  });
}

interface Weak extends Continuous {
  readonly share: number;
}

/** One to four, that share up to 95 % of the time. */
function weakNeighbours(random: Random, centersMhz: readonly number[]): Weak[] {
  const count = 1 + random.below(4);
  const load = 0.95 * random.uniform();
  return Array.from({ length: count }, () => ({
    centerMhz: centersMhz[random.below(centersMhz.length)]!,
    widthMhz: [20, 40, 80][random.below(3)]!,
    snrDb: WEAK_DB.least + (WEAK_DB.most - WEAK_DB.least) * random.uniform(),
    share: load / count,
  }));
}

/** Of the noise of 20 MHz, which is 1. */
function heardMw({ centerMhz, widthMhz, snrDb }: Continuous, atMhz: number): number {
  const reach = (widthMhz + 20) / 2 - Math.abs(atMhz - centerMhz);
  const overlap = Math.min(Math.max(reach, 0), 20, widthMhz) / Math.min(20, widthMhz);
  return dbmToMw(snrDb) * overlap;
}

function steps(from: number, by: number, count: number): number[] {
  return Array.from({ length: count }, (_, place) => from + by * place);
}
