/**
 * Levels of sweeps as they are shown. Sweeps of bins of one width are shown in dBm a bin; where widths
 * differ, in dBm a MHz, so that one signal has one level whatever the bins.
 */
import type { SweepCursor } from '#edge/capture/sweep-cursor.ts';
import type { Span } from './axis.ts';

/** What a magnitude of 0 is shown as, which says only that there was less than 1: below every scale. */
export const BELOW = -1_000;

/** Sweeps over one span of frequency. */
export interface Tuning extends Span {
  sweeps: number;
}

/** What has to be known of all sweeps before one is drawn. */
export class Survey {
  readonly tunings: Tuning[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #binsMhz = new Set<number>();
  /** Of levels in dBm a MHz, of half a decibel from `LOWEST` on. */
  readonly #histogram = new Float64Array((HIGHEST - LOWEST) * 2);
  readonly #levels = new Float32Array(512);
  #count = 0;

  /** Takes the sweep that the cursor stands on; returns the index of its tuning. */
  add(cursor: SweepCursor): number {
    const index = this.#tuningOf(cursor);
    const bins = shownLevels(cursor, this.#levels, false);
    for (let bin = 0; bin < bins; bin += 1) {
      const level = this.#levels[bin]!;
      if (level < LOWEST || level >= HIGHEST) continue;
      const at = Math.floor((level - LOWEST) * 2);
      this.#histogram[at] = this.#histogram[at]! + 1;
      this.#count += 1;
    }
    return index;
  }

  /** Whether all bins are equally wide, so that levels are those of a bin. */
  get isOneWidth(): boolean {
    return this.#binsMhz.size <= 1;
  }

  /** The level that such a share of the bins does not exceed, as shown. */
  quantile(share: number): number {
    const [binMhz = 1] = this.#binsMhz;
    const shift = this.isOneWidth ? 10 * Math.log10(binMhz) : 0;
    let left = share * this.#count;
    const at = this.#histogram.findIndex((count) => {
      left -= count;
      return left <= 0 && count > 0;
    });
    return LOWEST + Math.max(0, at) / 2 + shift;
  }

  #tuningOf(cursor: SweepCursor): number {
    const span = spanOf(cursor);
    this.#binsMhz.add(widthOfBin(span, cursor.bins));
    const key = `${span.lowMhz} ${span.highMhz}`;
    let index = this.#byKey.get(key);
    if (index === undefined) {
      index = this.tunings.push({ ...span, sweeps: 0 }) - 1;
      this.#byKey.set(key, index);
    }
    this.tunings[index]!.sweeps += 1;
    return index;
  }
}

const LOWEST = -260;
const HIGHEST = 140;

export function spanOf({ fields: { first, second, segments } }: SweepCursor): Span {
  return { lowMhz: first.lowMhz, highMhz: segments === 1 ? first.highMhz : second.highMhz };
}

function widthOfBin({ lowMhz, highMhz }: Span, bins: number): number {
  return (highMhz - lowMhz) / bins;
}

/** Writes the levels of the sweep at hand, dBm a bin or a MHz; returns how many. */
export function shownLevels(cursor: SweepCursor, out: Float32Array, isPerBin: boolean): number {
  const bins = cursor.powers(out);
  const shift = isPerBin ? 0 : -10 * Math.log10(widthOfBin(spanOf(cursor), bins));
  const bytes = cursor.bytes();
  const { binsAt } = cursor.fields.first;
  for (let bin = 0; bin < bins; bin += 1) {
    out[bin] = bytes[binsAt + bin] === 0 ? BELOW : out[bin]! + shift;
  }
  return bins;
}

/** The noise that the chip says it has, spread over the bins, as its mean over the sweep's halves. */
export function shownNoise(cursor: SweepCursor, isPerBin: boolean): number {
  const { first, second, segments } = cursor.fields;
  const widthMhz = first.highMhz - first.lowMhz;
  const share = isPerBin ? first.bins : widthMhz;
  const noise = segments === 1 ? first.noiseDbm : (first.noiseDbm + second.noiseDbm) / 2;
  return noise - 10 * Math.log10(share);
}

/** Powers of levels, mW, to a tenth of a decibel: a table, as pictures need very many. */
const milliwatts = Float64Array.from(
  { length: (HIGHEST - LOWEST) * 10 },
  (_, index) => 10 ** ((LOWEST + index / 10) / 10),
);

export function milliwattsOf(level: number): number {
  return milliwatts[Math.round((level - LOWEST) * 10)] ?? 0;
}
