import { GAPS_US } from '#protocols/rates.ts';
import type { Chance } from '../chance.ts';
import { type Emission, phaseOf } from '../emission.ts';
import { masked, type Shape } from '../shape.ts';

/**
 * Half of what the tones of an HE (at 320 MHz EHT) PPDU occupy, by width, MHz.
 *
 * @see IEEE 802.11ax-2021, 27.3.7: the outermost tones are ±122, ±244, ±500 and ±1012, of 78.125 kHz
 */
const tonesMhz: readonly { readonly widthMhz: number; readonly halfMhz: number }[] = [
  { widthMhz: 20, halfMhz: 9.57 },
  { widthMhz: 40, halfMhz: 19.1 },
  { widthMhz: 80, halfMhz: 39.1 },
  { widthMhz: 160, halfMhz: 79.1 },
  { widthMhz: 320, halfMhz: 159.1 },
];

/** The mask is 20 dB down this far outside the channel (IEEE 802.11ax-2021, 27.3.19.1). */
const EDGE_MHZ = 0.5;

const shapes = new Map<number, Shape>();

/** The flat top and the skirts of a frame. Widths that Wi-Fi has not are taken for the next it has. */
export function wifiShape(widthMhz: number): Shape {
  let shape = shapes.get(widthMhz);
  if (shape === undefined) {
    const known = tonesMhz.find((one) => one.widthMhz >= widthMhz) ?? tonesMhz.at(-1)!;
    const { widthMhz: width, halfMhz } = known;
    shape = masked([
      [halfMhz / width, 0],
      [0.5 + EDGE_MHZ / width, -20],
      [1, -28],
      [1.5, -40],
    ]);
    shapes.set(widthMhz, shape);
  }
  return shape;
}

/**
 * Between the end of a frame and the next of a busy channel: the gaps and the answer, which is left out,
 * and half of a first window of 15 slots (IEEE 802.11-2020, tables 17-21 and 9-155).
 */
export const PAUSE_US = GAPS_US + 67;

export interface Exchange {
  readonly frameUs: number;
  /** Share of the time its frames take, with the pauses between them. */
  readonly share: number;
}

/**
 * Which of several senders that take turns has the channel at a moment, and whether it is in its
 * frame: −1 when none. Time is cut into turns as long as the longest exchange; each goes to one of
 * them by its share.
 */
export function turnOf(senders: readonly Exchange[], tUs: number, chance: Chance, lane: number) {
  let turnUs = 0;
  for (const { frameUs } of senders) turnUs = Math.max(turnUs, frameUs + PAUSE_US);
  const { count, sinceUs } = phaseOf(tUs, turnUs);
  let draw = chance.uniform(count, lane);
  for (let sender = 0; sender < senders.length; sender += 1) {
    const { frameUs, share } = senders[sender]!;
    draw -= share;
    if (draw < 0) return sinceUs % (frameUs + PAUSE_US) < frameUs ? sender : -1;
  }
  return -1;
}

/** 64 KiB at the 114.7 Mb/s of HE-MCS 7 with one stream in 20 MHz, by width. */
const TYPICAL_FRAME_US = 4_571;

export const wifi: Emission = {
  about: 'Wi-Fi frames of 20 to 160 MHz: a flat top with the skirts of the mask',
  source: 'IEEE 802.11ax-2021 27.3.19.1 (mask); IEEE 802.11-2020 tables 9-155 and 17-21 (pauses)',
  usual: { centerMhz: 2437, widthMhz: 20, duty: 0.3 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const frameUs = Math.max(200, (TYPICAL_FRAME_US * 20) / Math.max(20, widthMhz));
    // `duty` counts its frames; the share counts the pauses between them too.
    const share = Math.min(1, (duty * (frameUs + PAUSE_US)) / frameUs);
    if (turnOf([{ frameUs, share }], tUs, chance, 0) < 0) return;
    canvas.put(wifiShape(widthMhz), centerMhz, Math.max(20, widthMhz), mw);
  },
};
