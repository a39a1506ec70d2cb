/** Sweeps as a picture: a waterfall, newest at the bottom, below their mean and their peaks. */
import { binPowers, silentDbm } from '#edge/capture/bin-power.ts';
import { type Sweep, sweepSpan } from '#edge/capture/tlv.ts';
import { encodePng } from '../picture/png.ts';
import { viridis } from '../picture/viridis.ts';
import { escapeMarkup, px } from '../svg.ts';

/** Sweeps of one tuning as powers, dBm, row by row. */
export interface Waterfall {
  readonly lowMhz: number;
  readonly highMhz: number;
  readonly bins: number;
  readonly rows: number;
  readonly dbm: Float64Array;
  /** From the first sweep to the last. */
  readonly durationMs: number;
}

export function waterfallOf(sweeps: readonly Sweep[], sweepUs: number): Waterfall {
  const first = sweeps[0]!;
  const { lowMhz, highMhz } = sweepSpan(first);
  const bins = first.segments.reduce((sum, segment) => sum + segment.bins.length, 0);
  const dbm = new Float64Array(bins * sweeps.length);
  sweeps.forEach(({ segments, maxExp }, row) => {
    let at = row * bins;
    for (const segment of segments) {
      binPowers(segment, maxExp, dbm, at);
      // A magnitude of 0 says only that there was less than 1.
      segment.bins.forEach((bin, index) => {
        if (bin === 0) dbm[at + index] = silentDbm;
      });
      at += segment.bins.length;
    }
  });
  const durationMs = (sweeps.length * sweepUs) / 1_000;
  return { lowMhz, highMhz, bins, rows: sweeps.length, dbm, durationMs };
}

/** The levels that the colours span: from a little below the median to the strongest. */
function scaleOf({ dbm }: Waterfall): { readonly lowDbm: number; readonly highDbm: number } {
  const sorted = dbm.filter((level) => level > silentDbm).sort();
  if (sorted.length === 0) return { lowDbm: -130, highDbm: -100 };
  const lowDbm = Math.floor((sorted[Math.floor(sorted.length * 0.05)]! - 2) / 5) * 5;
  const highDbm = Math.max(lowDbm + 30, Math.ceil(sorted.at(-1)! / 5) * 5);
  return { lowDbm, highDbm };
}

/** Every bin of every sweep as so many pixels. */
export function waterfallPng(waterfall: Waterfall, scale = 1): Buffer {
  const { bins, rows, dbm } = waterfall;
  const { lowDbm, highDbm } = scaleOf(waterfall);
  const width = bins * scale;
  const rgb = new Uint8Array(width * rows * scale * 3);
  for (let y = 0; y < rows * scale; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const level = dbm[Math.floor(y / scale) * bins + Math.floor(x / scale)]!;
      rgb.set(viridis((level - lowDbm) / (highDbm - lowDbm)), (y * width + x) * 3);
    }
  }
  return encodePng(width, rows * scale, rgb);
}

const LEFT = 64;
const WIDTH = 640;
const TOP = 56;
const LINES = 120;
const GAP = 12;
const FALL = 420;
/** That a title has room for. */
const LETTERS = 80;
const HEIGHT = TOP + LINES + GAP + FALL + 44;

export function waterfallSvg(waterfall: Waterfall, title: string): string {
  const { lowMhz, highMhz, durationMs } = waterfall;
  const scale = scaleOf(waterfall);
  const { lowDbm, highDbm } = scale;
  const png = waterfallPng(waterfall).toString('base64');
  const fallTop = TOP + LINES + GAP;
  const x = (mhz: number) => LEFT + ((mhz - lowMhz) / (highMhz - lowMhz)) * WIDTH;
  const y = (dbm: number) => TOP + ((highDbm - dbm) / (highDbm - lowDbm)) * LINES;
  const stepMhz = [1, 2, 5, 10, 20, 40].find((step) => (highMhz - lowMhz) / step <= 8) ?? 40;
  const stepMs = [1, 2, 5, 10, 20, 50, 100, 200].find((step) => durationMs / step <= 8) ?? 500;
  const { mean, peak } = curvesOf(waterfall);
  const line = (dbm: Float64Array, colour: string) => {
    const points = [...dbm].map((level, bin) => {
      const mhz = lowMhz + ((bin + 0.5) * (highMhz - lowMhz)) / dbm.length;
      return `${px(x(mhz))},${px(y(Math.max(lowDbm, level)))}`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  };
  const right = LEFT + WIDTH;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right + 24} ${HEIGHT}" width="${right + 24}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(
      LEFT,
      22,
      title.length > LETTERS ? `${title.slice(0, LETTERS - 1)}…` : title,
      'font-size="15" font-weight="bold"',
    ),
    `<rect x="${LEFT}" y="34" width="10" height="3" fill="#d55e00"/>`,
    text(LEFT + 14, 40, 'peak'),
    `<rect x="${LEFT + 52}" y="34" width="10" height="3" fill="#0072b2"/>`,
    text(LEFT + 66, 40, 'mean'),
    text(right, 40, `colours: ${lowDbm} to ${highDbm} dBm a bin`, 'text-anchor="end"'),
    `<rect x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${LINES}" fill="none" stroke="#999"/>`,
    ...steps(lowDbm, highDbm, highDbm - lowDbm > 50 ? 20 : 10).flatMap((dbm) => [
      `<line x1="${LEFT}" y1="${px(y(dbm))}" x2="${right}" y2="${px(y(dbm))}" stroke="#eee"/>`,
      text(LEFT - 6, y(dbm) + 4, String(dbm), 'text-anchor="end"'),
    ]),
    line(peak, '#d55e00'),
    line(mean, '#0072b2'),
    `<image x="${LEFT}" y="${fallTop}" width="${WIDTH}" height="${FALL}" preserveAspectRatio="none" style="image-rendering: pixelated" href="data:image/png;base64,${png}"/>`,
    ...steps(lowMhz, highMhz, stepMhz).map((mhz) =>
      text(x(mhz), fallTop + FALL + 16, String(mhz), 'text-anchor="middle"'),
    ),
    text(LEFT + WIDTH / 2, HEIGHT - 8, 'MHz', 'text-anchor="middle"'),
    ...steps(0, durationMs, stepMs).map((ms) =>
      text(LEFT - 6, fallTop + (ms / durationMs) * FALL + 4, String(ms), 'text-anchor="end"'),
    ),
    text(12, fallTop + 4, 'ms'),
    text(LEFT - 6, TOP - 8, 'dBm', 'text-anchor="end"'),
    '</svg>',
    '',
  ].join('\n');
}

/** Mean of the powers, and the strongest, of each bin. */
function curvesOf({ bins, rows, dbm }: Waterfall) {
  const mean = new Float64Array(bins);
  const peak = new Float64Array(bins).fill(Number.NEGATIVE_INFINITY);
  for (let bin = 0; bin < bins; bin += 1) {
    let mw = 0;
    for (let row = 0; row < rows; row += 1) {
      const level = dbm[row * bins + bin]!;
      mw += 10 ** (level / 10);
      if (level > peak[bin]!) peak[bin] = level;
    }
    mean[bin] = 10 * Math.log10(mw / rows);
  }
  return { mean, peak };
}

/** The whole steps between two values. */
function steps(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${px(x)}" y="${px(y)}" ${more}>${escapeMarkup(words)}</text>`;
}
