/** What is known of a kind of sender: what it usually is, and what it puts on the air at a moment. */
import type { Canvas } from './canvas.ts';
import type { Chance } from './chance.ts';

/** How a sender is set up. */
export interface Setting {
  readonly centerMhz: number;
  readonly widthMhz: number;
  /** Share of the time it sends. */
  readonly duty: number;
}

/** One sender as a radio hears it. */
export interface Heard extends Setting {
  /** Its power there while it sends. */
  readonly mw: number;
  readonly chance: Chance;
}

export interface Emission {
  readonly about: string;
  /** Where its figures come from. */
  readonly source: string;
  readonly usual: Setting;
  /** Adds what it sends at a moment, if it does. */
  put(heard: Heard, tUs: number, canvas: Canvas): void;
}

/** The time within a period, and the number of the period. */
export function phaseOf(tUs: number, periodUs: number): { count: number; sinceUs: number } {
  const count = Math.floor(tUs / periodUs);
  return { count, sinceUs: tUs - count * periodUs };
}
