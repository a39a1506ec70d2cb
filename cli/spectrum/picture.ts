/** A recording as a picture: a waterfall, the oldest on top, and below it how often each level was seen. */
import { Canvas, type Point } from '../picture/canvas.ts';
import { widthOf } from '../picture/letters.ts';
import { type Colour, viridis } from '../picture/viridis.ts';
import { Axis, type Piece, ticks } from './axis.ts';
import { Density, type LevelScale } from './density.ts';
import { BELOW, milliwattsOf, type Tuning } from './levels.ts';

const WIDTH = 1296;
const LEFT = 78;
const RIGHT = 126;
const TOP = 78;
const FALL = 420;
const BETWEEN = 48;
const HISTOGRAM = 200;
const BOTTOM = 56;
const GAP = 14;
const HEIGHT = TOP + FALL + BETWEEN + HISTOGRAM + BOTTOM;
/** Pixels of one level in the histogram. */
const CELL = 2;
const UNIT = 1.6;

const paper: Colour = [255, 255, 255];
const ink: Colour = [40, 40, 40];
const faint: Colour = [120, 120, 120];
const unheard: Colour = [232, 232, 232];
const night: Colour = [22, 10, 34];
const peakColour: Colour = [255, 140, 40];
const meanColour: Colour = [255, 255, 255];
const noiseColour: Colour = [130, 190, 255];

export interface PictureWish {
  readonly title: string;
  readonly lines: readonly string[];
  readonly tunings: readonly Tuning[];
  readonly scale: LevelScale;
  readonly unit: string;
  /** Of the sweeps of the only tuning, when each was heard, s; undefined where there are several. */
  readonly seconds: ((sweep: number) => number) | undefined;
}

export class SpectrumPicture {
  readonly axis: Axis;
  readonly #wish: PictureWish;
  readonly #rows: number;
  readonly #mostSweeps: number;
  readonly #density: Density;
  readonly #sumMw: Float32Array;
  readonly #counts: Uint32Array;
  readonly #noise: Density['seen'];

  constructor(wish: PictureWish) {
    this.#wish = wish;
    const columns = WIDTH - LEFT - RIGHT;
    this.axis = new Axis(wish.tunings, columns, GAP);
    this.#mostSweeps = Math.max(...wish.tunings.map(({ sweeps }) => sweeps));
    this.#rows = Math.min(FALL, this.#mostSweeps);
    this.#density = new Density(columns, HISTOGRAM / CELL, wish.scale);
    this.#sumMw = new Float32Array(columns * this.#rows);
    this.#counts = new Uint32Array(columns * this.#rows);
    this.#noise = new Float64Array(columns);
  }

  /** Adds the sweep of this number among those of its tuning. */
  add(
    sweep: number,
    levels: Float32Array,
    noise: number,
    places: ReturnType<Axis['places']>,
  ): void {
    const row = Math.floor((sweep * this.#rows) / this.#mostSweeps);
    this.#density.add(places, levels, (column, level) => {
      const at = row * this.axis.columns + column;
      this.#sumMw[at]! += milliwattsOf(level);
      this.#counts[at]! += 1;
      this.#noise[column]! += noise;
    });
  }

  png(): Buffer {
    const canvas = new Canvas(WIDTH, HEIGHT, paper);
    const { title, lines } = this.#wish;
    canvas.text(title, LEFT, 28, { colour: ink, unit: 2.1, bold: true });
    lines.forEach((line, index) => {
      canvas.text(line, LEFT, 48 + index * 17, { colour: faint, unit: UNIT });
    });
    this.#drawFall(canvas);
    this.#drawSweeps(canvas);
    this.#drawHistogram(canvas);
    this.#drawFrequencies(canvas);
    this.#drawColours(canvas);
    return canvas.png();
  }

  #drawFall(canvas: Canvas): void {
    const { scale } = this.#wish;
    for (const piece of this.axis.pieces) {
      for (let y = 0; y < FALL; y += 1) {
        const row = Math.floor((y * this.#rows) / FALL);
        for (let column = piece.x; column < piece.x + piece.columns; column += 1) {
          const at = row * this.axis.columns + column;
          const count = this.#counts[at]!;
          const mw = this.#sumMw[at]! / count;
          const level = mw > 0 ? 10 * Math.log10(mw) : BELOW;
          const colour = count === 0 ? unheard : viridis(shareOf(level, scale));
          canvas.put(LEFT + column, TOP + y, colour);
        }
      }
      canvas.frame(LEFT + piece.x, TOP, piece.columns, FALL, faint);
    }
  }

  /** Left how many sweeps, right when. */
  #drawSweeps(canvas: Canvas): void {
    const { seconds } = this.#wish;
    const most = this.#mostSweeps;
    const right = LEFT + this.axis.columns;
    for (const sweep of ticks(0, most - 1, 10)) {
      const y = TOP + ((sweep + 0.5) * FALL) / most;
      canvas.fill(LEFT - 6, Math.round(y), 5, 1, faint);
      canvas.text(String(sweep + 1), LEFT - 10, y + 5, { colour: ink, unit: UNIT, anchor: 'end' });
      if (seconds === undefined) continue;
      canvas.fill(right + 1, Math.round(y), 5, 1, faint);
      const words = `${seconds(sweep).toFixed(seconds(most - 1) < 1 ? 4 : 3)}`;
      canvas.text(words, right + 9, y + 5, { colour: ink, unit: UNIT });
    }
    canvas.text('sweep', LEFT - 10, TOP - 9, { colour: faint, unit: UNIT, anchor: 'end' });
    if (seconds !== undefined) canvas.text('s', right + 9, TOP - 9, { colour: faint, unit: UNIT });
  }

  #drawHistogram(canvas: Canvas): void {
    const { scale, unit } = this.#wish;
    const top = TOP + FALL + BETWEEN;
    const density = this.#density;
    const yOf = (level: number) =>
      top + Math.max(0, Math.min(HISTOGRAM, (1 - shareOf(level, scale)) * HISTOGRAM));
    for (const { x, columns } of this.axis.pieces) {
      canvas.fill(LEFT + x, top, columns, HISTOGRAM, night);
      for (let column = x; column < x + columns; column += 1) {
        for (let row = 0; row < density.rows; row += 1) {
          const shade = density.shade(column, row);
          if (shade === 0) continue;
          const y = top + HISTOGRAM - (row + 1) * CELL;
          canvas.fill(LEFT + column, y, 1, CELL, viridis(0.15 + 0.85 * shade));
        }
      }
      canvas.frame(LEFT + x, top, columns, HISTOGRAM, faint);
    }
    const noise = (column: number) => this.#noise[column]! / density.seen[column]!;
    for (const piece of this.axis.pieces) {
      const curve = (level: (column: number) => number, colour: Colour, width: number) => {
        for (const points of curveOf(piece, density, level, yOf))
          canvas.line(points, width, colour);
      };
      // Far below what is shown it would only be a line at the bottom.
      if (noise(piece.x) > scale.lowDbm) curve(noise, noiseColour, 1.2);
      curve((column) => density.mean(column), meanColour, 1.4);
      curve((column) => density.peak[column]!, peakColour, 1.4);
    }
    for (const level of ticks(scale.lowDbm, scale.highDbm, 9)) {
      const y = yOf(level);
      canvas.fill(LEFT - 6, Math.round(y), 5, 1, faint);
      const words = String(level).replace('-', '−');
      canvas.text(words, LEFT - 10, y + 5, { colour: ink, unit: UNIT, anchor: 'end' });
    }
    canvas.text(unit, LEFT - 10, top - 9, { colour: faint, unit: UNIT, anchor: 'end' });
    this.#drawLegend(canvas, top);
  }

  #drawLegend(canvas: Canvas, top: number): void {
    const x = LEFT + this.axis.columns + 12;
    const entries = [
      ['peak', peakColour],
      ['mean', meanColour],
      ['noise floor', noiseColour],
    ] as const;
    entries.forEach(([words, colour], index) => {
      const y = top + 12 + index * 22;
      canvas.fill(x, y - 8, 16, 8, night);
      canvas.fill(x, y - 5, 16, 2, colour);
      canvas.text(words, x + 21, y, { colour: ink, unit: 1.35 });
    });
    canvas.text('seen seldom', x, top + HISTOGRAM - 34, { colour: faint, unit: 1.35 });
    for (let step = 0; step < 60; step += 1) {
      canvas.fill(x + step, top + HISTOGRAM - 28, 1, 8, viridis(0.15 + (0.85 * step) / 59));
    }
    canvas.text('to always', x, top + HISTOGRAM - 6, { colour: faint, unit: 1.35 });
  }

  /** Below both. */
  #drawFrequencies(canvas: Canvas): void {
    const bottom = TOP + FALL + BETWEEN + HISTOGRAM;
    const fallBottom = TOP + FALL;
    const mhzWhole = this.axis.pieces.reduce(
      (sum, { lowMhz, highMhz }) => sum + highMhz - lowMhz,
      0,
    );
    const step = mhzWhole / (this.axis.columns / 56);
    let free = 0;
    for (const { x, columns, lowMhz, highMhz } of this.axis.pieces) {
      const most = Math.max(1, Math.floor((highMhz - lowMhz) / step));
      for (const mhz of ticks(lowMhz, highMhz, most, [1, 2, 5, 10, 20, 25, 50, 100])) {
        const at = LEFT + x + ((mhz - lowMhz) / (highMhz - lowMhz)) * columns;
        const half = (widthOf(String(mhz)) * UNIT) / 2;
        canvas.fill(Math.round(at), fallBottom + 1, 1, 5, faint);
        canvas.fill(Math.round(at), bottom + 1, 1, 5, faint);
        if (at - half < free) continue;
        free = at + half + 10;
        canvas.text(String(mhz), at, bottom + 20, { colour: ink, unit: UNIT, anchor: 'middle' });
        canvas.text(String(mhz), at, fallBottom + 19, {
          colour: ink,
          unit: UNIT,
          anchor: 'middle',
        });
      }
    }
    const middle = LEFT + this.axis.columns / 2;
    canvas.text('MHz', middle, bottom + 44, { colour: faint, unit: UNIT, anchor: 'middle' });
  }

  #drawColours(canvas: Canvas): void {
    const { scale, unit, seconds } = this.#wish;
    const x = WIDTH - RIGHT + (seconds === undefined ? 16 : 66);
    for (let y = 0; y < FALL; y += 1) canvas.fill(x, TOP + y, 12, 1, viridis(1 - y / (FALL - 1)));
    canvas.frame(x, TOP, 12, FALL, faint);
    for (const level of ticks(scale.lowDbm, scale.highDbm, 12)) {
      const y = TOP + (1 - shareOf(level, scale)) * FALL;
      const words = String(level).replace('-', '−');
      canvas.text(words, x + 17, y + 5, { colour: ink, unit: 1.4 });
    }
    canvas.text(unit, x + 44, TOP - 9, { colour: faint, unit: 1.4, anchor: 'end' });
  }
}

function shareOf(level: number, { lowDbm, highDbm }: LevelScale): number {
  return (level - lowDbm) / (highDbm - lowDbm);
}

/** The lines of a curve over a piece, broken where nothing was heard. */
function curveOf(
  { x, columns }: Piece,
  { seen }: Density,
  level: (column: number) => number,
  yOf: (level: number) => number,
): Point[][] {
  const lines: Point[][] = [];
  let line: Point[] = [];
  for (let column = x; column < x + columns; column += 1) {
    if (seen[column]! > 0) line.push([LEFT + column, yOf(level(column))]);
    if (seen[column]! > 0 && column < x + columns - 1) continue;
    if (line.length > 0) lines.push(line);
    line = [];
  }
  return lines;
}
