/** Rows over time, each moment in the shade of its class. Neighbours of one class are drawn as one. */
import { px } from '../../svg.ts';
import { drawing } from './figure.ts';
import { html, type Markup } from './html.ts';
import { linear, timeAxis } from './scales.ts';

const WIDTH = 1100;
const LEFT = 170;
const RIGHT = 24;
const TOP = 6;

/** What both drawings of classes over time show. */
export interface Shades {
  readonly label: string;
  /** The shades are the classes `<kind>0`, `<kind>1` and so on of the style. */
  readonly kind: 'want' | 'busy';
  /** The end of each moment; it began where the one before ended. */
  readonly atSeconds: readonly number[];
  readonly seconds: number;
}

export interface HeatRow {
  readonly name: string;
  readonly classes: readonly number[];
}

export function heatMap(
  { label, kind, atSeconds, seconds }: Shades,
  rows: readonly HeatRow[],
): Markup {
  const row = rows.length > 30 ? 12 : 14;
  const x = linear([0, seconds], [LEFT, WIDTH - RIGHT]);
  const bottom = TOP + rows.length * row;
  const paths = new Map<number, string[]>();
  rows.forEach(({ classes }, index) => {
    const y = px(TOP + index * row);
    for (let from = 0; from < classes.length; ) {
      const shade = classes[from]!;
      let until = from + 1;
      while (until < classes.length && classes[until] === shade) until += 1;
      const left = x(from === 0 ? 0 : atSeconds[from - 1]!);
      const width = px(x(atSeconds[until - 1]!) - left);
      const path = paths.get(shade) ?? [];
      path.push(`M${px(left)} ${y}h${width}v${row - 1}h-${width}z`);
      paths.set(shade, path);
      from = until;
    }
  });
  return drawing({
    label,
    width: WIDTH,
    height: bottom + 20,
    leastPx: 860,
    content: [
      ...[...paths].map(
        ([shade, path]) => html`<path class="${kind}${shade}" d="${path.join('')}"/>`,
      ),
      ...rows.map(
        ({ name }, index) =>
          html`<text class="label" x="${LEFT - 8}" y="${px(TOP + index * row + row - 3.5)}" text-anchor="end">${name}</text>`,
      ),
      ...timeAxis(x, seconds, { top: TOP, bottom }),
    ],
  });
}

/** The classes of all at each moment, one above the other: the last at the foot. */
export function shareStack(
  { label, kind, atSeconds, seconds }: Shades,
  shares: readonly (readonly number[])[],
): Markup {
  const x = linear([0, seconds], [LEFT, WIDTH - RIGHT]);
  const bottom = 210;
  const y = linear([0, 1], [bottom, TOP]);
  const heights = atSeconds.map(() => 0);
  const layers = shares
    .map((share, shade) => ({ share, shade }))
    .reverse()
    .map(({ share, shade }) => {
      const columns = share.flatMap((part, index) => {
        const foot = heights[index]!;
        heights[index] = foot + part;
        if (part === 0) return [];
        const left = x(index === 0 ? 0 : atSeconds[index - 1]!);
        const width = px(x(atSeconds[index]!) - left);
        return [`M${px(left)} ${px(y(foot))}h${width}V${px(y(foot + part))}h-${width}z`];
      });
      return html`<path class="${kind}${shade}" d="${columns.join('')}"/>`;
    });
  return drawing({
    label,
    width: WIDTH,
    height: bottom + 20,
    leastPx: 860,
    content: [
      ...layers,
      ...[0, 0.25, 0.5, 0.75, 1].map(
        (share) =>
          html`<text class="tick" x="${LEFT - 8}" y="${px(y(share) + 4)}" text-anchor="end">${100 * share} %</text>`,
      ),
      ...timeAxis(x, seconds, { top: TOP, bottom }),
    ],
  });
}
