/**
 * An axis of frequency for what was heard at several tunings: spans that overlap or nearly touch stand
 * in one piece, true to scale, and what nobody heard between the pieces is left out.
 */

export interface Span {
  readonly lowMhz: number;
  readonly highMhz: number;
}

/** A stretch of the axis, in columns: pixels of a picture or letters of a terminal. */
export interface Piece extends Span {
  readonly x: number;
  readonly columns: number;
}

/** A wider hole than this between two spans divides the axis. */
const HOLE_MHZ = 12;

export class Axis {
  readonly pieces: readonly Piece[];
  readonly columns: number;
  /** Of each column, the index of the span that is shown there; −1 between pieces. */
  readonly #owners: Int32Array;

  /** Lays the spans out over so many columns, with `gap` of them between pieces. */
  constructor(spans: readonly Span[], columns: number, gap: number) {
    this.columns = columns;
    this.pieces = layOut(joined(spans), columns, gap);
    this.#owners = new Int32Array(columns).fill(-1);
    for (const { x, columns: width } of this.pieces) {
      for (let column = x; column < x + width; column += 1) {
        this.#owners[column] = nearest(spans, this.mhzAt(column)!);
      }
    }
  }

  /** The frequency in the middle of a column; undefined between pieces. */
  mhzAt(column: number): number | undefined {
    const piece = this.pieces.find(({ x, columns }) => column >= x && column < x + columns);
    if (piece === undefined) return undefined;
    const { lowMhz, highMhz, x, columns } = piece;
    return lowMhz + ((column + 0.5 - x) * (highMhz - lowMhz)) / columns;
  }

  /** The column that shows a frequency; undefined where none does. */
  columnAt(mhz: number): number | undefined {
    const piece = this.pieces.find(({ lowMhz, highMhz }) => mhz >= lowMhz && mhz <= highMhz);
    if (piece === undefined) return undefined;
    const { lowMhz, highMhz, x, columns } = piece;
    const along = Math.floor(((mhz - lowMhz) / (highMhz - lowMhz)) * columns);
    return x + Math.min(columns - 1, along);
  }

  /** Of each column, those of another axis that show the same stretch; none where it shows none. */
  from(other: Axis): readonly number[][] {
    const found: number[][] = Array.from({ length: this.columns }, () => []);
    for (let column = 0; column < other.columns; column += 1) {
      const here = this.columnAt(other.mhzAt(column) ?? Number.NaN);
      if (here !== undefined) found[here]!.push(column);
    }
    // A finer axis has columns in between, which show what is nearest.
    found.forEach((columns, here) => {
      const there = columns.length > 0 ? undefined : other.columnAt(this.mhzAt(here) ?? Number.NaN);
      if (there !== undefined) columns.push(there);
    });
    return found;
  }

  /**
   * Where a sweep over the span of this index is shown: of each column the first bin and the last,
   * column by column. Where spans overlap, each is shown where its middle is the nearest.
   */
  places(index: number, { lowMhz, highMhz }: Span, bins: number): Places {
    const columns: number[] = [];
    const from: number[] = [];
    const to: number[] = [];
    const binOf = (mhz: number) => Math.floor(((mhz - lowMhz) / (highMhz - lowMhz)) * bins);
    for (const piece of this.pieces) {
      const half = (piece.highMhz - piece.lowMhz) / piece.columns / 2;
      for (let column = piece.x; column < piece.x + piece.columns; column += 1) {
        if (this.#owners[column] !== index) continue;
        const mhz = this.mhzAt(column)!;
        const first = Math.max(0, Math.min(bins - 1, binOf(mhz - half)));
        columns.push(column);
        from.push(first);
        to.push(Math.max(first, Math.min(bins - 1, binOf(mhz + half) - 1)));
      }
    }
    return {
      columns: Int32Array.from(columns),
      from: Int32Array.from(from),
      to: Int32Array.from(to),
    };
  }
}

export interface Places {
  readonly columns: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Spans in one where they overlap or nearly touch, from low to high. */
function joined(spans: readonly Span[]): Span[] {
  const pieces: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.lowMhz - other.lowMhz)) {
    const last = pieces.at(-1);
    if (last === undefined || span.lowMhz > last.highMhz + HOLE_MHZ) pieces.push(span);
    else {
      const highMhz = Math.max(last.highMhz, span.highMhz);
      pieces[pieces.length - 1] = { lowMhz: last.lowMhz, highMhz };
    }
  }
  return pieces;
}

/** All pieces on one scale, one column at least for each. */
function layOut(spans: readonly Span[], columns: number, gap: number): Piece[] {
  const wholeMhz = spans.reduce((sum, { lowMhz, highMhz }) => sum + highMhz - lowMhz, 0);
  const room = Math.max(spans.length, columns - gap * (spans.length - 1));
  let at = 0;
  let mhz = 0;
  return spans.map((span) => {
    const x = at;
    mhz += span.highMhz - span.lowMhz;
    const end = Math.round((mhz / wholeMhz) * room);
    const before = Math.round(((mhz - span.highMhz + span.lowMhz) / wholeMhz) * room);
    const width = Math.max(1, end - before);
    at += width + gap;
    return { ...span, x, columns: width };
  });
}

function nearest(spans: readonly Span[], mhz: number): number {
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  spans.forEach(({ lowMhz, highMhz }, index) => {
    if (mhz < lowMhz || mhz > highMhz) return;
    // Of two around one middle the narrower has it.
    const away = Math.abs(mhz - (lowMhz + highMhz) / 2) + (highMhz - lowMhz) * 1e-6;
    if (away < least) {
      least = away;
      found = index;
    }
  });
  return found;
}

const roundSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Round values from low to high, at most `most` of them. */
export function ticks(low: number, high: number, most: number, steps = roundSteps): number[] {
  const step = steps.find((one) => (high - low) / one <= most) ?? Math.ceil((high - low) / most);
  const first = Math.ceil(low / step);
  return Array.from(
    { length: Math.floor(high / step) - first + 1 },
    (_, index) => (first + index) * step,
  );
}
