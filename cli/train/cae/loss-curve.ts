/** The course of a training, as a table and as a drawing. */
import { escapeMarkup, okabeIto, px } from '../../svg.ts';
import type { EpochLoss } from './train.ts';

export function lossCsv(curve: readonly EpochLoss[]): string {
  const rows = curve.map(({ epoch, loss, mse, wrong }) => `${epoch},${loss},${mse},${wrong}`);
  return `${['epoch,loss,squared_error,judgement_nats', ...rows].join('\n')}\n`;
}

const WIDTH = 480;
const HEIGHT = 220;
const MARGIN = { left: 44, right: 110, top: 28, bottom: 32 };

const lines = [
  { key: 'mse', name: 'squared error' },
  { key: 'wrong', name: 'judgement, nats' },
] as const;

/** From zero up to the largest value of either line. */
export function lossSvg(curve: readonly EpochLoss[], title: string): string {
  const most = Math.max(...curve.flatMap(({ mse, wrong }) => [mse, wrong]), 1e-6);
  const wide = WIDTH - MARGIN.left - MARGIN.right;
  const high = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (epoch: number) =>
    MARGIN.left + (curve.length === 1 ? 0 : ((epoch - 1) / (curve.length - 1)) * wide);
  const y = (value: number) => MARGIN.top + (1 - value / most) * high;
  const text = (at: number, down: number, what: string, more = '') =>
    `<text x="${px(at)}" y="${px(down)}" ${more}>${escapeMarkup(what)}</text>`;
  const grid = [0, 0.5, 1].map((part) => {
    const value = part * most;
    const line = `<line x1="${MARGIN.left}" x2="${MARGIN.left + wide}" y1="${px(y(value))}" y2="${px(y(value))}" stroke="#ddd"/>`;
    return line + text(MARGIN.left - 6, y(value) + 4, value.toFixed(2), 'text-anchor="end"');
  });
  const drawn = lines.map(({ key, name }, which) => {
    const points = curve.map((one) => `${px(x(one.epoch))},${px(y(one[key]))}`).join(' ');
    const colour = okabeIto[which];
    const last = curve.at(-1)!;
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>${text(
      x(last.epoch) + 6,
      y(last[key]) + 4,
      name,
      `fill="${colour}"`,
    )}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(MARGIN.left, 16, title, 'font-size="12"'),
    ...grid,
    ...drawn,
    text(MARGIN.left, HEIGHT - 10, 'epoch 1'),
    text(MARGIN.left + wide, HEIGHT - 10, `epoch ${curve.length}`, 'text-anchor="end"'),
    '</svg>\n',
  ].join('\n');
}
