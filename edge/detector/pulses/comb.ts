/**
 * Looks back from the newest pulse for others that lie on a comb with it: at whole multiples of one
 * interval, as far as the chip's clock allows, some missing. A train whose interval takes turns
 * repeats after the sum of its intervals, so it is two or three combs of that sum, side by side.
 */
export interface Comb {
  /** The interval as measured over all teeth. */
  intervalUs: number;
  /** How many pulses lie on it. */
  teeth: number;
  /** How many it would have, missing ones included. */
  slots: number;
  /** Pulses that look alike and lie beside it: on the fullest other comb, on the next, and nowhere. */
  second: number;
  third: number;
  stray: number;
  /** Pulses alike in the time before the comb. A beam comes over from silence. */
  before: number;
}

/** A report's time is off by so much, and by as much of what the interval is not yet known to. */
const TIME_TOLERANCE_US = 6;
/** A tooth as wide as the gap would hold anything. */
const TOLERANCE_SHARE = 0.1;
/** So long a frame of Wi-Fi may hide pulses; or so many in a row, where they come more seldom. */
const HIDDEN_US = 3_200;
const HIDDEN_PULSES = 4;
/** Beside two others of its train a tooth has few; with this many more it is none, and is given up. */
const LOST_BESIDE = 12;
/** How long before the comb is looked at: much shorter than a turn of an antenna. */
const BEFORE_US = 250_000;

export class CombSearch {
  readonly comb: Comb = {
    intervalUs: 0,
    teeth: 0,
    slots: 0,
    second: 0,
    third: 0,
    stray: 0,
    before: 0,
  };
  /** Where the other combs lie, from a tooth on. */
  #secondUs = 0;
  #thirdUs = 0;
  #second = 0;
  #third = 0;
  #beside = 0;
  /** Of those beside, how many came since the last tooth: they count only if another follows. */
  readonly #kept = { second: 0, third: 0, beside: 0 };

  /**
   * The comb on which the newest pulse and the one at `from` are neighbours. `agesUs`: of `count` pulses
   * alike, how long before the newest each came, the newest of them first.
   */
  follow(agesUs: Float64Array, count: number, from: number): Comb {
    const { comb } = this;
    let lastUs = agesUs[from]!;
    let intervalUs = lastUs;
    let slots = 1;
    comb.teeth = 2;
    this.#begin();
    // What lies between the first two counts as well.
    for (let index = 0; index < from; index += 1) this.#put(agesUs[index]!, intervalUs);
    this.#keep();
    let index = from + 1;
    for (; index < count && this.#beside <= LOST_BESIDE + 3 * comb.teeth; index += 1) {
      const agoUs = agesUs[index]!;
      const sinceUs = agoUs - lastUs;
      if (sinceUs > HIDDEN_US + intervalUs && sinceUs > (HIDDEN_PULSES + 1.5) * intervalUs) break;
      const steps = Math.round(sinceUs / intervalUs);
      const offUs = Math.abs(sinceUs - steps * intervalUs);
      if (steps > 0 && offUs <= toleranceUs(intervalUs, steps / slots)) {
        comb.teeth += 1;
        slots += steps;
        lastUs = agoUs;
        intervalUs = agoUs / slots;
        this.#keep();
      } else this.#put(sinceUs, intervalUs);
    }
    const firstBefore = index;
    while (index < count && agesUs[index]! <= lastUs + BEFORE_US) index += 1;
    const { second, third, beside } = this.#kept;
    comb.before = this.#beside - beside + index - firstBefore;
    comb.intervalUs = intervalUs;
    comb.slots = slots + 1;
    comb.second = Math.max(second, third);
    comb.third = Math.min(second, third);
    comb.stray = beside - second - third;
    return comb;
  }

  #begin(): void {
    this.#secondUs = -1;
    this.#thirdUs = -1;
    this.#second = 0;
    this.#third = 0;
    this.#beside = 0;
    this.#keep();
  }

  #keep(): void {
    this.#kept.second = this.#second;
    this.#kept.third = this.#third;
    this.#kept.beside = this.#beside;
  }

  #put(sinceUs: number, intervalUs: number): void {
    const placeUs = sinceUs - Math.floor(sinceUs / intervalUs) * intervalUs;
    const nearUs = 2 * TIME_TOLERANCE_US;
    this.#beside += 1;
    if (this.#secondUs < 0) this.#secondUs = placeUs;
    if (Math.abs(placeUs - this.#secondUs) <= nearUs) this.#second += 1;
    else {
      if (this.#thirdUs < 0) this.#thirdUs = placeUs;
      if (Math.abs(placeUs - this.#thirdUs) <= nearUs) this.#third += 1;
    }
  }
}

/** `reach`: the steps to be gone as a share of those over which the interval is known. */
function toleranceUs(intervalUs: number, reach: number): number {
  return Math.min(TIME_TOLERANCE_US * (1 + reach), TOLERANCE_SHARE * intervalUs);
}
