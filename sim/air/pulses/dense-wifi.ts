/**
 * Pulses that a chip reports where there is no radar: frames of a dense Wi-Fi that it did not take for
 * frames. A model of ours, told so wherever a figure rests on it; no record of a chip's false pulses was
 * at hand. What it assumes:
 *
 * - Calm, about nine tenths of the time: now and then a frame of any of a dozen senders, or a spike,
 *   is reported, at any time alike. Half are as short as a misread preamble, the others up to 100 µs.
 * - In between one sender is mistaken again and again for some seconds: 5 to 40 % of its frames. All are
 *   as long as each other and strong; they come singly with a backoff (IEEE 802.11-2020, 10.3.4.3) or in
 *   even rows within a TXOP, with frames of others between. Half of their reports have a width of their own.
 *
 * Not in it: anything that is periodic by itself, such as TDD and LAA cells or another radar.
 */
import type { PulseReport, Window } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import { exponential } from './exponential.ts';

export interface DenseWifi {
  /** Reports a second while calm. */
  readonly calmPerSecond: number;
  /** How long it is calm, and one sender mistaken, on average. */
  readonly calmS: number;
  readonly mistakenS: number;
  /** At most so large a share of that sender's frames is reported. */
  readonly mistakenShare: number;
  /** The share of those reports that have the width of the sender; the others have any. */
  readonly ownWidth: number;
}

const denseWifi: DenseWifi = {
  calmPerSecond: 40,
  calmS: 50,
  mistakenS: 5,
  mistakenShare: 0.4,
  ownWidth: 0.5,
};

/** As bad as this model gets: twice as many of the frames are reported, and all with the same width. */
export const harshWifi: DenseWifi = { ...denseWifi, mistakenShare: 0.8, ownWidth: 1 };

const SENDERS = 12;
const SLOT_US = 9;
const SIFS_US = 16;
const DIFS_US = 34;
/** CWmin + 1 of best effort (IEEE 802.11-2020, table 9-155). */
const BACKOFF_SLOTS = 16;
/** Contention takes a frame of others with this chance, and a TXOP goes on with another frame. */
const OTHERS = 0.5;
const MORE_IN_TXOP = 0.6;
const FRAMES_IN_TXOP = 8;
/** A chirp flag that means nothing. */
const CHIRP = 0.03;
const CHIRPING_SENDERS = 0.1;

interface Sender {
  readonly rssiDbm: number;
  readonly centerMhz: number;
}

interface Mistaken extends Sender {
  readonly frameUs: number;
  readonly share: number;
  readonly widthUs: number;
  readonly chirp: number;
  readonly inRows: boolean;
}

/** Tells of every false pulse of the window, in order of time. The channel is 20 MHz at `centerMhz`. */
export function falsePulses(
  { fromUs, untilUs }: Window,
  centerMhz: number,
  random: Random,
  onPulse: (pulse: PulseReport) => void,
  { calmPerSecond, calmS, mistakenS, mistakenShare, ownWidth }: DenseWifi = denseWifi,
): void {
  const within = 20;
  const senders = Array.from({ length: SENDERS }, (): Sender => {
    return { rssiDbm: -90 + random.below(55), centerMhz };
  });
  let phaseUs = fromUs;
  let isCalm = random.uniform() * (calmS + mistakenS) < calmS;
  while (phaseUs < untilUs) {
    const meanS = isCalm ? calmS : mistakenS;
    const endUs = Math.min(untilUs, phaseUs + US_PER_S * meanS * exponential(random));
    if (isCalm) calm(phaseUs, endUs);
    else mistaken(phaseUs, endUs, drawMistaken());
    phaseUs = endUs;
    isCalm = !isCalm;
  }

  function calm(beginUs: number, endUs: number): void {
    const meanUs = US_PER_S / calmPerSecond;
    let tUs = beginUs + meanUs * exponential(random);
    while (tUs < endUs) {
      const sender = senders[random.below(SENDERS)]!;
      report(tUs, sender, anyWidth(), CHIRP);
      tUs += meanUs * exponential(random);
    }
  }

  function mistaken(beginUs: number, endUs: number, sender: Mistaken): void {
    const { frameUs, share, inRows } = sender;
    let tUs = beginUs;
    while (tUs < endUs) {
      tUs += DIFS_US + SLOT_US * random.below(BACKOFF_SLOTS);
      if (random.uniform() < OTHERS) {
        tUs += 100 + random.below(2_900);
        continue;
      }
      let frames = 0;
      do {
        if (random.uniform() < share && tUs < endUs) {
          const isOwn = random.uniform() < ownWidth;
          const widthUs = isOwn ? sender.widthUs + 0.5 * random.normal() : anyWidth();
          report(tUs, sender, widthUs, sender.chirp);
        }
        tUs += frameUs + SIFS_US;
        frames += 1;
      } while (inRows && frames < FRAMES_IN_TXOP && random.uniform() < MORE_IN_TXOP);
    }
  }

  function drawMistaken(): Mistaken {
    return {
      rssiDbm: -68 + random.below(33),
      centerMhz: centerMhz - within / 2 + within * random.uniform(),
      frameUs: 150 + random.below(3_850),
      share: 0.05 + (mistakenShare - 0.05) * random.uniform(),
      widthUs: anyWidth(),
      chirp: random.uniform() < CHIRPING_SENDERS ? 0.5 : CHIRP,
      inRows: random.uniform() < 0.5,
    };
  }

  /** Half of them as short as a preamble's artefact. */
  function anyWidth(): number {
    return random.uniform() < 0.5 ? 5 * random.uniform() : 100 * random.uniform();
  }

  function report(tUs: number, sender: Sender, widthUs: number, chirp: number): void {
    onPulse({
      tUs: Math.round(tUs),
      widthUs: Math.max(0, widthUs),
      rssiDbm: sender.rssiDbm + 1.5 * random.normal(),
      centerMhz: sender.centerMhz + random.normal(),
      chirp: random.uniform() < chirp,
    });
  }
}
