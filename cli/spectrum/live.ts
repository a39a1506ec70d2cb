/**
 * What was heard until now, as the screen shows it: rows of the waterfall, how often each level was
 * seen lately, the strongest held, and how much came and is missing.
 */
import type { SweepCursor } from '#edge/capture/sweep-cursor.ts';
import { SweepStream } from '#edge/capture/sweep-stream.ts';
import { Axis, type Places } from './axis.ts';
import { Density, type LevelScale } from './density.ts';
import { HeldLevels, type Strongest } from './held.ts';
import { BELOW, milliwattsOf, Survey, shownLevels, shownNoise } from './levels.ts';

/** A moment of the waterfall, by column; NaN where nothing was heard. */
export type FallRow = Float32Array;

interface LiveSize {
  readonly columns: number;
  /** Of the waterfall. */
  readonly rows: number;
  /** Of the histogram, in levels. */
  readonly levels: number;
}

/** Of what was seen a second ago so much still counts. */
const KEPT_A_SECOND = 0.7;

export class Live {
  readonly survey = new Survey();
  readonly #stream = new SweepStream();
  readonly #held = new HeldLevels();
  readonly #levels = new Float32Array(512);
  #size: LiveSize;
  #axis: Axis | undefined;
  #places = new Map<string, Places>();
  #scale: LevelScale = { lowDbm: -130, highDbm: -60 };
  #density: Density | undefined;
  #noise = Number.NaN;
  #sumMw = new Float64Array(0);
  #counts = new Float64Array(0);
  #mhz = 0;
  readonly rows: FallRow[] = [];

  constructor(size: LiveSize) {
    this.#size = size;
  }

  /** Counts what came. */
  get cursor(): SweepCursor {
    return this.#stream.cursor;
  }

  get axis(): Axis | undefined {
    return this.#axis;
  }

  get density(): Density | undefined {
    return this.#density;
  }

  get scale(): LevelScale {
    return this.#scale;
  }

  get unit(): string {
    return this.survey.isOneWidth ? 'dBm/bin' : 'dBm/MHz';
  }

  /** The chip's noise floor, spread over the bins, at the newest sweep; NaN before the first. */
  get noise(): number {
    return this.#noise;
  }

  /** What the newest sweep is centred on. */
  get centreMhz(): number {
    return this.#mhz;
  }

  loss() {
    return this.#stream.loss.report();
  }

  /** Takes the bytes of one read; what is not shown is counted all the same. */
  take(bytes: Uint8Array, isShown = true): void {
    this.#stream.push(bytes, (cursor) => {
      if (isShown) this.#add(cursor);
    });
  }

  /** Ends a row of the waterfall: `seconds` have gone by since the last one. */
  endRow(seconds: number): void {
    if (this.#axis === undefined) return;
    const row = new Float32Array(this.#axis.columns);
    for (let column = 0; column < row.length; column += 1) {
      const mw = this.#sumMw[column]! / this.#counts[column]!;
      row[column] = mw > 0 ? 10 * Math.log10(mw) : this.#counts[column]! > 0 ? BELOW : Number.NaN;
    }
    this.rows.unshift(row);
    this.rows.length = Math.min(this.rows.length, this.#size.rows);
    this.#sumMw.fill(0);
    this.#counts.fill(0);
    this.#density?.fade(KEPT_A_SECOND ** seconds);
    this.#rescale();
  }

  resize(size: LiveSize): void {
    this.#size = size;
    if (this.#axis !== undefined) this.#layOut();
  }

  resetPeak(): void {
    this.#held.forget();
    this.#density?.peak.fill(BELOW);
  }

  /** The strongest level that is held and shown, by its bin. */
  strongest(): Strongest | undefined {
    if (this.#axis === undefined || this.#density === undefined) return undefined;
    return this.#held.show(this.#axis, this.#density.peak);
  }

  /** The level of the newest row that has one at the column. */
  levelAt(column: number): number | undefined {
    const row = this.rows.find((one) => !Number.isNaN(one[column]!));
    const level = row?.[column];
    return level === undefined || level <= BELOW ? undefined : level;
  }

  #add(cursor: SweepCursor): void {
    const { survey } = this;
    const { length } = survey.tunings;
    const wasOneWidth = survey.isOneWidth;
    const index = survey.add(cursor);
    if (survey.isOneWidth !== wasOneWidth) this.#changeUnit();
    else if (this.#axis === undefined || survey.tunings.length > length) this.#layOut();
    const bins = shownLevels(cursor, this.#levels, survey.isOneWidth);
    this.#noise = shownNoise(cursor, survey.isOneWidth);
    this.#held.add(index, survey.tunings[index]!, bins, this.#levels);
    const { lowMhz, highMhz } = survey.tunings[index]!;
    this.#mhz = (lowMhz + highMhz) / 2;
    const key = `${index} ${bins}`;
    let places = this.#places.get(key);
    if (places === undefined) {
      places = this.#axis!.places(index, survey.tunings[index]!, bins);
      this.#places.set(key, places);
    }
    this.#density!.add(places, this.#levels, (column, level) => {
      this.#sumMw[column]! += milliwattsOf(level);
      this.#counts[column]! += 1;
    });
  }

  /** A new tuning or size moves every column: what was seen moves with its frequency. */
  #layOut(): void {
    const { columns, levels } = this.#size;
    const before = this.#axis;
    const seen = this.#density;
    const axis = new Axis(this.survey.tunings, columns, 1);
    if (before === undefined) this.#scale = this.#wantedScale();
    const density = new Density(columns, levels, this.#scale);
    if (before !== undefined && seen !== undefined) {
      const from = axis.from(before);
      density.takeOver(seen, from);
      this.rows.forEach((row, index) => {
        this.rows[index] = Float32Array.from(from, (those) => strongestOf(row, those));
      });
    }
    this.#held.show(axis, density.peak);
    this.#axis = axis;
    this.#density = density;
    this.#places = new Map();
    this.#sumMw = new Float64Array(columns);
    this.#counts = new Float64Array(columns);
  }

  /** Bins of another width came: from now on levels are those of a MHz, and what was shown is let go. */
  #changeUnit(): void {
    this.#held.spreadOverMhz();
    this.#axis = undefined;
    this.rows.length = 0;
    this.#layOut();
  }

  /** The scale moves only where it fits badly. */
  #rescale(): void {
    const { lowDbm, highDbm } = this.#wantedScale();
    const now = this.#scale;
    const isOff = highDbm > now.highDbm || Math.abs(lowDbm - now.lowDbm) > 10;
    if (!isOff) return;
    this.#scale = { lowDbm, highDbm: Math.max(highDbm, lowDbm + 30) };
    this.#layOut();
  }

  #wantedScale(): LevelScale {
    const lowDbm = Math.floor((this.survey.quantile(0.05) - 3) / 5) * 5;
    const highDbm = Math.max(lowDbm + 30, Math.ceil((this.survey.quantile(1) + 2) / 5) * 5);
    return { lowDbm, highDbm };
  }
}

/** NaN where none of the columns has a level. */
function strongestOf(row: FallRow, columns: readonly number[]): number {
  let level = Number.NaN;
  for (const column of columns) {
    if (Number.isNaN(level) || row[column]! > level) level = row[column]!;
  }
  return level;
}
