/**
 * Losses of radios that choose a rate for each client: what a frame can bear is what its rate leaves of the
 * signal, so who begins in the same slot and is louder than that takes it.
 */
import type { Outcomes, Played } from './sharing.ts';

/** Slots of 9 µs, and a first window of 0 to 15 of them: IEEE 802.11-2020, table 9-155 and 10.23.2. */
export const SLOT_US = 9;
const START_RATE = 1 / (7.5 * SLOT_US);

export interface RateChoice {
  /** Interference in mW that each client of a radio bears. */
  bearableMw(radio: number): readonly number[];
  /** What arrives of another radio where the clients of this one are, about, in mW. */
  arrivesMw(radio: number, other: number): number;
}

export class TieLosses implements Outcomes {
  readonly inTiesAlone = true;
  readonly #choice: RateChoice;

  constructor(choice: RateChoice) {
    this.#choice = choice;
  }

  startRate(): number {
    return START_RATE;
  }

  harms(radio: number, other: number): number {
    const bearable = this.#choice.bearableMw(radio);
    if (bearable.length === 0) return 0;
    const mw = this.#choice.arrivesMw(radio, other);
    let lost = 0;
    for (const most of bearable) if (mw > most) lost += 1;
    return lost / bearable.length;
  }

  of(place: number, { share, harmed }: Played) {
    const lost = share[place] === 0 ? 0 : harmed[place]! / share[place]!;
    return { failing: 0, arriving: 1 - Math.min(1, lost) };
  }
}
