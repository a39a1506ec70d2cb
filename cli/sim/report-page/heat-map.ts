/** Rows over time, each moment in one of six shades. Neighbours of one shade are drawn as one. */
import { px } from '../../svg.ts';
import { drawing } from './figure.ts';
import { html, type Markup } from './html.ts';
import { linear, timeAxis } from './scales.ts';

const WIDTH = 1100;
const LEFT = 150;
const RIGHT = 12;
const TOP = 6;

export interface HeatMap {
  readonly label: string;
  /** Class of the shades, `<kind>0` to `<kind>5`. */
  readonly kind: 'want' | 'busy';
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** The end of each moment; it began where the one before ended. */
  readonly atSeconds: readonly number[];
  readonly seconds: number;
  /** From which value on the second to the sixth shade are given. */
  readonly bounds: readonly [number, number, number, number, number];
}

export function heatMap({ label, kind, rows, atSeconds, seconds, bounds }: HeatMap): Markup {
  const row = rows.length > 30 ? 11 : 14;
  const x = linear([0, seconds], [LEFT, WIDTH - RIGHT]);
  const bottom = TOP + rows.length * row;
  const shades = bounds.length + 1;
  const paths: string[][] = Array.from({ length: shades }, () => []);
  const shadeOf = (value: number) => bounds.filter((bound) => value >= bound).length;
  rows.forEach(({ values }, index) => {
    const y = px(TOP + index * row);
    for (let from = 0; from < values.length; ) {
      const shade = shadeOf(values[from]!);
      let until = from + 1;
      while (until < values.length && shadeOf(values[until]!) === shade) until += 1;
      const left = x(from === 0 ? 0 : atSeconds[from - 1]!);
      const width = px(x(atSeconds[until - 1]!) - left);
      paths[shade]!.push(`M${px(left)} ${y}h${width}v${row - 1}h-${width}z`);
      from = until;
    }
  });
  return drawing({
    label,
    width: WIDTH,
    height: bottom + 20,
    leastPx: 640,
    content: [
      ...paths.flatMap((path, shade) =>
        path.length === 0 ? [] : [html`<path class="${kind}${shade}" d="${path.join('')}"/>`],
      ),
      ...rows.map(
        ({ name }, index) =>
          html`<text class="label" x="${LEFT - 8}" y="${px(TOP + index * row + row - 3.5)}" text-anchor="end">${name}</text>`,
      ),
      ...timeAxis(x, seconds, { top: TOP, bottom }),
    ],
  });
}
