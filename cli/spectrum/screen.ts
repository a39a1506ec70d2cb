/** The live picture as lines of a terminal: two pixels a letter where there are colours, shades where not. */
import { type Colour, viridis } from '../picture/viridis.ts';
import { ticks } from './axis.ts';
import type { LevelScale } from './density.ts';
import { BELOW } from './levels.ts';
import type { Live } from './live.ts';

/** 24 bits, 256 colours, or none. */
export type Depth = 'full' | '256' | 'none';

export interface View {
  readonly columns: number;
  readonly lines: number;
  readonly depth: Depth;
  readonly title: string;
  readonly status: string;
  readonly keys: string;
  /** The column whose levels are told; the strongest one's where undefined. */
  readonly marker: number | undefined;
}

/** Room for the levels at the left. */
export const MARGIN = 6;

/** How the lines are shared out. */
export function partsOf({ columns, lines }: { columns: number; lines: number }) {
  const histogram = Math.max(2, Math.floor((lines - 4) * 0.4));
  const fall = Math.max(0, lines - 4 - histogram);
  return { columns: Math.max(8, columns - MARGIN), histogram, fall };
}

const night: Colour = [22, 10, 34];
const unheard: Colour = [40, 40, 40];
const peakColour: Colour = [255, 140, 40];
const meanColour: Colour = [255, 255, 255];
const noiseColour: Colour = [110, 170, 235];
const shades = ' .:-=+*#%@';

export function screenLines(live: Live, view: View): string[] {
  const { columns, lines } = view;
  const parts = partsOf(view);
  const body =
    live.axis === undefined
      ? new Array<string>(parts.histogram + parts.fall + 1).fill('')
      : [
          ...histogramLines(live, view, parts.histogram),
          axisLine(live, view),
          ...fallLines(live, view, parts.fall),
        ];
  const all = [
    cut(view.title, columns),
    ...body,
    cut(readOut(live, view.marker), columns),
    cut(`${view.status} ${view.keys}`.trimEnd(), columns),
  ];
  return all.slice(0, lines);
}

function histogramLines(live: Live, { columns, depth, marker }: View, lines: number): string[] {
  const { scale } = live;
  const density = live.density!;
  const rows = lines * 2;
  const perDb = rows / (scale.highDbm - scale.lowDbm);
  const rowOf = (level: number) => Math.min(rows - 1, Math.floor((level - scale.lowDbm) * perDb));
  const colour = (column: number, row: number): Colour => {
    if (density.seen[column] === 0) return unheard;
    if (rowOf(density.peak[column]!) === row) return peakColour;
    if (rowOf(density.mean(column)) === row) return meanColour;
    const shade = shadeOf(live, column, row, rows);
    if (shade > 0) return viridis(0.15 + 0.85 * shade);
    return rowOf(live.noise) === row ? noiseColour : night;
  };
  const letter = (column: number, row: number): string => {
    if (rowOf(density.peak[column]!) >> 1 === row >> 1) return '^';
    if (rowOf(density.mean(column)) >> 1 === row >> 1) return 'o';
    const shade = Math.max(shadeOf(live, column, row, rows), shadeOf(live, column, row + 1, rows));
    if (shade > 0) return shades[Math.ceil(shade * (shades.length - 1))]!;
    return rowOf(live.noise) >> 1 === row >> 1 ? '_' : column === marker ? '|' : ' ';
  };
  const labels = labelled(scale, lines);
  return Array.from({ length: lines }, (_, line) => {
    const upper = rows - 1 - 2 * line;
    const label = (labels.get(line) ?? '').padStart(MARGIN - 1);
    const cells =
      depth === 'none'
        ? Array.from({ length: density.columns }, (_, column) => letter(column, upper - 1)).join('')
        : halfBlocks(density.columns, depth, (column) => [
            colour(column, upper),
            colour(column, upper - 1),
          ]);
    return cutCells(`${label} `, cells, columns);
  });
}

/** The shade of a row of the screen, which may have another number of levels than the histogram. */
function shadeOf({ density }: Live, column: number, row: number, rows: number): number {
  const first = Math.floor((row * density!.rows) / rows);
  const end = Math.max(first + 1, Math.floor(((row + 1) * density!.rows) / rows));
  let shade = 0;
  for (let level = first; level < end && level < density!.rows; level += 1) {
    shade = Math.max(shade, density!.shade(column, level));
  }
  return shade < 0.03 ? 0 : shade;
}

function fallLines(live: Live, { columns, depth }: View, lines: number): string[] {
  const { rows, axis } = live;
  const width = axis!.columns;
  const { lowDbm, highDbm } = fallScale(live);
  const share = (level: number) => (level - lowDbm) / (highDbm - lowDbm);
  const colour = (row: number, column: number): Colour => {
    const level = rows[row]?.[column] ?? Number.NaN;
    return Number.isNaN(level) ? unheard : viridis(share(level));
  };
  const letter = (row: number, column: number): string => {
    const level = rows[row]?.[column] ?? Number.NaN;
    if (Number.isNaN(level)) return ' ';
    const step = Math.floor(share(level) * shades.length);
    return shades[Math.max(0, Math.min(shades.length - 1, step))]!;
  };
  return Array.from({ length: lines }, (_, line) => {
    const cells =
      depth === 'none'
        ? Array.from({ length: width }, (_, column) => letter(line, column)).join('')
        : halfBlocks(width, depth, (column) => [
            colour(2 * line, column),
            colour(2 * line + 1, column),
          ]);
    return cutCells((line === 0 ? 'now' : '').padStart(MARGIN - 1).concat(' '), cells, columns);
  });
}

/** A row is the mean of many sweeps, so its levels span less than those of single sweeps. */
function fallScale({ rows, scale }: Live): LevelScale {
  const levels = Float32Array.from(
    rows.flatMap((row) => [...row].filter((level) => level > BELOW)),
  );
  if (levels.length === 0) return scale;
  const sorted = levels.sort();
  const lowDbm = sorted[Math.floor(sorted.length * 0.05)]! - 3;
  return { lowDbm, highDbm: Math.max(lowDbm + 15, sorted.at(-1)!) };
}

/** The frequencies, each under its column, and a mark where levels are told. */
function axisLine({ axis }: Live, { marker }: View): string {
  const cells = new Array<string>(axis!.columns).fill(' ');
  let free = 0;
  for (const { x, columns, lowMhz, highMhz } of axis!.pieces) {
    const most = Math.max(1, Math.floor(columns / 9));
    for (const mhz of ticks(lowMhz, highMhz, most)) {
      const text = `${mhz}`;
      const at = x + Math.round(((mhz - lowMhz) / (highMhz - lowMhz)) * columns);
      const from = Math.max(free, Math.min(at - 2, axis!.columns - text.length));
      if (Math.abs(from - at + 2) > 3 || from + text.length > axis!.columns) continue;
      for (const [index, letter] of [...text].entries()) cells[from + index] = letter;
      free = from + text.length + 1;
    }
  }
  if (marker !== undefined && marker < cells.length) cells[marker] = '^';
  return `${'MHz'.padStart(MARGIN - 1)} ${cells.join('')}`;
}

/** The levels at the marked column, or where the strongest is held. */
function readOut(live: Live, marker: number | undefined): string {
  const { density, axis, noise, unit } = live;
  if (density === undefined || axis === undefined) return '';
  const strongest = marker === undefined ? live.strongest() : undefined;
  const at = marker ?? strongest?.column;
  const mhz = strongest?.mhz ?? (at === undefined ? undefined : axis.mhzAt(at));
  if (at === undefined || mhz === undefined || density.seen[at] === 0) return 'nothing heard here';
  const now = live.levelAt(at);
  const parts = [
    `${marker === undefined ? 'peak' : 'at'} ${mhz.toFixed(2)} MHz`,
    `held ${shown(density.peak[at]!)}`,
    `mean ${shown(density.mean(at))}`,
    `now ${now === undefined ? '–' : shown(now)}`,
    `noise ${shown(noise)} ${unit}`,
  ];
  return parts.join(' · ');
}

function shown(level: number): string {
  return level <= BELOW || Number.isNaN(level) ? '–' : level.toFixed(1).replace('-', '−');
}

function labelled({ lowDbm, highDbm }: LevelScale, lines: number): Map<number, string> {
  const labels = new Map<number, string>();
  for (const level of ticks(lowDbm, highDbm, Math.max(2, Math.floor(lines / 2)))) {
    const line = Math.floor(((highDbm - level) / (highDbm - lowDbm)) * lines);
    labels.set(Math.min(lines - 1, line), String(level).replace('-', '−'));
  }
  return labels;
}

/** Two pixels a letter; colours are only written where they change. */
function halfBlocks(
  width: number,
  depth: Depth,
  pixels: (column: number) => readonly [upper: Colour, lower: Colour],
): string {
  let text = '';
  let before = '';
  for (let column = 0; column < width; column += 1) {
    const [upper, lower] = pixels(column);
    const colours = `${ansi(38, upper, depth)}${ansi(48, lower, depth)}`;
    text += colours === before ? '▀' : `${colours}▀`;
    before = colours;
  }
  return `${text}\u001b[0m`;
}

function ansi(plane: 38 | 48, [red, green, blue]: Colour, depth: Depth): string {
  if (depth === 'full') return `\u001b[${plane};2;${red};${green};${blue}m`;
  const step = (value: number) => Math.round((value / 255) * 5);
  return `\u001b[${plane};5;${16 + 36 * step(red) + 6 * step(green) + step(blue)}m`;
}

/** Cells are never wider than the screen, as the axis was laid out for it. */
function cutCells(label: string, cells: string, columns: number): string {
  return columns < MARGIN ? '' : label + cells;
}

function cut(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text;
}
