/** How something goes over time: a row each on a small site, how many fare how on a large one. */
import { dataTable, figure, legendOf } from './figure.ts';
import { percentText, timeText } from './format.ts';
import { heatMap, type Shades, shareStack } from './heat-map.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';
import { airOf } from './summary.ts';

const ROWS = 48;

interface ShadesParts {
  readonly id: string;
  readonly title: string;
  readonly kind: Shades['kind'];
  /** `client` or `radio`. */
  readonly one: string;
  /** What a stronger shade means. */
  readonly stronger: string;
  /** What each class is called. */
  readonly words: readonly string[];
  readonly count: number;
  /** Where the data has them. */
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[] | null;
  readonly classOf: (value: number) => number;
  readonly shares: readonly (readonly number[])[];
}

export function shadesFigure(data: ReportData, parts: ShadesParts): Markup {
  const { id, title, kind, one, stronger, words, count, rows, classOf, shares } = parts;
  const { atSeconds } = data.samples;
  const shades: Shades = { label: title, kind, atSeconds, seconds: data.document.virtualSeconds };
  const each = rows !== null && rows.length <= ROWS ? rows : undefined;
  return figure({
    id,
    title,
    about:
      each === undefined
        ? `What share of the ${count.toLocaleString('en-GB')} ${one}s fares how, at each sample. ${stronger}`
        : `A row a ${one}. ${stronger}`,
    air: airOf(data),
    drawing:
      each === undefined
        ? shareStack(shades, shares)
        : heatMap(
            shades,
            each.map(({ name, values }) => ({ name, classes: values.map(classOf) })),
          ),
    legend: legendOf(
      words.map((text, shade) => ({
        mark: html`<rect class="${kind}${shade}" x="0" y="1" width="22" height="12"/>`,
        text,
      })),
    ),
    table:
      each === undefined
        ? dataTable({
            caption: `${title}: share of the ${one}s in each class`,
            head: ['At', ...words],
            rows: atSeconds.map((at, index) => [
              timeText(at),
              ...shares.map((share) => percentText(share[index]!)),
            ]),
          })
        : dataTable({
            caption: `${title}; each single sample is in the data of this page`,
            head: [one === 'client' ? 'Client and radio' : 'Radio', 'Mean', 'Least', 'Most'],
            rows: each.map(({ name, values }) => [
              name,
              percentText(values.reduce((sum, value) => sum + value, 0) / values.length),
              percentText(Math.min(...values)),
              percentText(Math.max(...values)),
            ]),
          }),
  });
}
