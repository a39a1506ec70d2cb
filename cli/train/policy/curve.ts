/** The course of a training, as a table and as a drawing. */
import { escapeMarkup, okabeIto, px } from '../../svg.ts';

export interface CurvePoint {
  readonly stage: 'teacher' | 'reward';
  /** Epoch, or iteration. */
  readonly at: number;
  /** Loss, or what an episode gained. */
  readonly value: number;
}

export function curveCsv(curve: readonly CurvePoint[]): string {
  const rows = curve.map(({ stage, at, value }) => `${stage},${at},${value}`);
  return `${['stage,at,value', ...rows].join('\n')}\n`;
}

const WIDTH = 640;
const HEIGHT = 220;
const panels = [
  { stage: 'teacher', what: 'loss by epoch, from the teacher', from: 48, to: 304 },
  { stage: 'reward', what: 'gain of an episode by iteration, from reward', from: 368, to: 624 },
] as const;
const TOP = 44;
const BOTTOM = 190;

export function curveSvg(curve: readonly CurvePoint[], title: string): string {
  const text = (x: number, y: number, what: string, more = '') =>
    `<text x="${px(x)}" y="${px(y)}" ${more}>${escapeMarkup(what)}</text>`;
  const drawn = panels.flatMap(({ stage, what, from, to }, which) => {
    const points = curve.filter((point) => point.stage === stage);
    const values = points.map(({ value }) => value);
    const last = points.at(-1);
    if (last === undefined) return [];
    const low = Math.min(...values);
    const high = Math.max(...values, low + 1e-6);
    const x = (at: number) => from + ((at - 1) / Math.max(1, last.at - 1)) * (to - from);
    const y = (value: number) => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP);
    const path = points.map(({ at, value }) => `${px(x(at))},${px(y(value))}`).join(' ');
    const grid = [low, high].map(
      (value) =>
        `<line x1="${from}" x2="${to}" y1="${px(y(value))}" y2="${px(y(value))}" stroke="#ddd"/>${text(from - 4, y(value) + 4, value.toFixed(2), 'text-anchor="end"')}`,
    );
    const ends = [text(from, 206, '1'), text(to, 206, String(last.at), 'text-anchor="end"')];
    const line = `<polyline points="${path}" fill="none" stroke="${okabeIto[which]}" stroke-width="2"/>`;
    return [text(from, TOP - 10, what), ...grid, ...ends, line];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(12, 16, title, 'font-size="12"'),
    ...drawn,
    '</svg>\n',
  ].join('\n');
}
