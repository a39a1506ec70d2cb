/** A picture to draw on, pixel by pixel: rectangles, smooth lines and text. */
import { BASE, letterOf, widthOf } from './letters.ts';
import { encodePng } from './png.ts';
import type { Colour } from './viridis.ts';

export type Point = readonly [x: number, y: number];

interface TextStyle {
  readonly colour: Colour;
  /** Pixels a unit of the letters; capitals are six of them high. */
  readonly unit?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #rgb: Uint8Array;
  /** How much of each pixel the line being drawn covers, and which pixels it touched. */
  readonly #covered: Float32Array;
  #touched: number[] = [];

  constructor(width: number, height: number, background: Colour) {
    this.width = width;
    this.height = height;
    this.#rgb = new Uint8Array(width * height * 3);
    this.#covered = new Float32Array(width * height);
    this.fill(0, 0, width, height, background);
  }

  put(x: number, y: number, colour: Colour): void {
    this.#rgb.set(colour, (y * this.width + x) * 3);
  }

  fill(x: number, y: number, width: number, height: number, colour: Colour): void {
    for (let row = y; row < y + height; row += 1) {
      for (let column = x; column < x + width; column += 1) this.put(column, row, colour);
    }
  }

  /** The edges of a rectangle, one pixel wide, just outside it. */
  frame(x: number, y: number, width: number, height: number, colour: Colour): void {
    this.fill(x - 1, y - 1, width + 2, 1, colour);
    this.fill(x - 1, y + height, width + 2, 1, colour);
    this.fill(x - 1, y, 1, height, colour);
    this.fill(x + width, y, 1, height, colour);
  }

  line(points: readonly Point[], width: number, colour: Colour): void {
    this.#cover(points, width);
    this.#blend(colour);
  }

  /** Text whose base line is at `y`. */
  text(words: string, x: number, y: number, style: TextStyle): void {
    const { colour, unit = 1.5, anchor = 'start', bold = false } = style;
    const width = widthOf(words) * unit;
    let left = x - { start: 0, middle: width / 2, end: width }[anchor];
    for (const character of words) {
      const { strokes, advance } = letterOf(character);
      for (const stroke of strokes) {
        const points = stroke.map(
          ([dx, dy]) => [left + dx * unit, y - (dy - BASE) * unit] as const,
        );
        this.#cover(points, unit * (bold ? 1.25 : 0.85));
      }
      left += advance * unit;
    }
    this.#blend(colour);
  }

  png(): Buffer {
    return encodePng(this.width, this.height, this.#rgb);
  }

  #cover(points: readonly Point[], width: number): void {
    const reach = width / 2 + 0.5;
    points.forEach(([bx, by], index) => {
      const [ax, ay] = points[Math.max(0, index - 1)]!;
      if (index === 0 && points.length > 1) return;
      const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
      const right = Math.min(this.width - 1, Math.ceil(Math.max(ax, bx) + reach));
      const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
      const bottom = Math.min(this.height - 1, Math.ceil(Math.max(ay, by) + reach));
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      for (let y = top; y <= bottom; y += 1) {
        for (let x = left; x <= right; x += 1) {
          const along = length === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
          const t = Math.max(0, Math.min(1, along));
          const away = Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
          const share = Math.min(1, reach - away);
          const at = y * this.width + x;
          if (share <= this.#covered[at]!) continue;
          if (this.#covered[at] === 0) this.#touched.push(at);
          this.#covered[at] = share;
        }
      }
    });
  }

  #blend(colour: Colour): void {
    for (const at of this.#touched) {
      const share = this.#covered[at]!;
      this.#covered[at] = 0;
      for (const [part, value] of colour.entries()) {
        const under = this.#rgb[at * 3 + part]!;
        this.#rgb[at * 3 + part] = under + share * (value - under);
      }
    }
    this.#touched = [];
  }
}
