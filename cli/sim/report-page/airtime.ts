/** How the time on its channel goes, by radio. */
import { px } from '../../svg.ts';
import { dataTable, drawing, figure, legendOf } from './figure.ts';
import { percentText } from './format.ts';
import { heatMap } from './heat-map.ts';
import { html, type Markup } from './html.ts';
import type { AirtimeData, RadioData, ReportData } from './report-data.ts';
import { linear } from './scales.ts';
import { airOf, spansText } from './summary.ts';

const ROWS = 48;
const WIDTH = 1100;
const LEFT = 150;
const RIGHT = 20;
const LANE = 22;
const TOP = 6;

export function airtimeSection(data: ReportData): Markup {
  return html`<section id="airtime" aria-labelledby="airtime-h">
<h2 id="airtime-h">Airtime</h2>
${sharesFigure(data)}
${data.samples.radioBusy !== null && data.samples.atSeconds.length > 0 && busyFigure(data, data.samples.radioBusy)}
</section>
`;
}

/** The busiest, where not all fit; otherwise all in order. */
function shown(radios: readonly RadioData[]): readonly RadioData[] {
  if (radios.length <= ROWS) return radios;
  return [...radios].sort((a, b) => (b.after?.busy ?? 0) - (a.after?.busy ?? 0)).slice(0, ROWS);
}

function sharesFigure(data: ReportData): Markup {
  const rows = shown(data.radios);
  const isCut = rows.length < data.radios.length;
  const x = linear([0, 1], [LEFT, WIDTH - RIGHT]);
  const bottom = TOP + rows.length * LANE;
  const bars = rows.map(({ id, before, after }, index) => {
    const y = TOP + index * LANE;
    return html`<g><text class="label" x="${LEFT - 8}" y="${px(y + 14)}" text-anchor="end">${id}</text>${bar(before, x, y + 3, 5)}${bar(after, x, y + 9, 9)}<title>${id}: ${words('before', before)}; ${words('after', after)}</title></g>`;
  });
  return figure({
    id: 'shares',
    title: 'What the time of each radio goes to',
    about: `Thin bar before, thick bar after${isCut ? `; the ${rows.length} of ${data.radios.length} radios that are busiest after` : ''}. What is blank is idle. ${spansText(data)}`,
    air: airOf(data),
    drawing: drawing({
      label: 'Airtime of each radio before and after',
      width: WIDTH,
      height: bottom + 20,
      leastPx: 560,
      content: [
        ...[0, 0.25, 0.5, 0.75, 1].map(
          (share) =>
            html`<line class="grid" x1="${px(x(share))}" x2="${px(x(share))}" y1="${TOP}" y2="${bottom}"/><text class="tick" x="${px(x(share))}" y="${bottom + 14}" text-anchor="middle">${percentText(share)}</text>`,
        ),
        ...bars,
      ],
    }),
    legend: legendOf([
      { mark: html`<rect class="tx" x="1" y="2" width="20" height="10"/>`, text: 'sends' },
      { mark: html`<rect class="rx" x="1" y="2" width="20" height="10"/>`, text: 'others send' },
      {
        mark: html`<rect class="other" x="1" y="2" width="20" height="10"/>`,
        text: 'other energy',
      },
    ]),
    table: dataTable({
      caption:
        'Airtime by radio: share of the time it sends, others send, and the channel is busy in all',
      head: [
        'Radio',
        'Sends before',
        'Others before',
        'Busy before',
        'Sends after',
        'Others after',
        'Busy after',
      ],
      rows: (isCut
        ? [...data.radios].sort((a, b) => (b.after?.busy ?? 0) - (a.after?.busy ?? 0))
        : rows
      ).map(({ id, before, after }) => [
        id,
        ...[before, after].flatMap((air) => [
          percentText(air?.tx ?? null),
          percentText(air?.rx ?? null),
          percentText(air?.busy ?? null),
        ]),
      ]),
      order: isCut ? 'busiest after first' : 'in order',
    }),
  });
}

function words(when: string, air: AirtimeData | null): string {
  return air === null
    ? `${when} nothing measured`
    : `${when} busy ${percentText(air.busy)}, of which it sends ${percentText(air.tx)}`;
}

function bar(
  air: AirtimeData | null,
  x: (share: number) => number,
  y: number,
  height: number,
): Markup {
  if (air === null) return html``;
  const other = Math.max(0, air.busy - air.tx - air.rx);
  let from = 0;
  const parts = [
    ['tx', air.tx],
    ['rx', air.rx],
    ['other', other],
  ] as const;
  return html`<rect class="idle" x="${px(x(0))}" y="${px(y)}" width="${px(x(1) - x(0))}" height="${height}"/>${parts.map(
    ([kind, share]) => {
      const left = x(from);
      from = Math.min(1, from + share);
      const width = x(from) - left;
      return (
        width > 0.05 &&
        html`<rect class="${kind}" x="${px(left)}" y="${px(y)}" width="${px(width)}" height="${height}"/>`
      );
    },
  )}`;
}

function busyFigure(data: ReportData, radioBusy: readonly (readonly number[])[]): Markup {
  const { samples, radios, document } = data;
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const all = radios.map(({ id }, index) => ({ name: id, values: radioBusy[index]! }));
  const isCut = all.length > ROWS;
  const rows = (isCut ? [...all].sort((a, b) => mean(b.values) - mean(a.values)) : all).slice(
    0,
    ROWS,
  );
  return figure({
    id: 'busy',
    title: 'How busy channels are, over time',
    about: `A row a radio${isCut ? `: the ${rows.length} of ${all.length} that were busiest, on average` : ''}. The darker, the busier its channel was.`,
    air: airOf(data),
    drawing: heatMap({
      label: 'Share of the time a channel was busy, by radio and time',
      kind: 'busy',
      rows,
      atSeconds: samples.atSeconds,
      seconds: document.virtualSeconds,
      bounds: [0.1, 0.25, 0.5, 0.75, 0.9],
    }),
    legend: legendOf(
      ['below 10 %', '10 to 25 %', '25 to 50 %', '50 to 75 %', '75 to 90 %', 'more'].map(
        (text, shade) => ({
          mark: html`<rect class="busy${shade}" x="0" y="1" width="22" height="12"/>`,
          text,
        }),
      ),
    ),
    table: dataTable({
      caption:
        'Share of the time the channel of each radio was busy, over all samples; the single ones are in the data',
      head: ['Radio', 'Mean', 'Least', 'Most'],
      rows: rows.map(({ name, values }) => [
        name,
        percentText(mean(values)),
        percentText(Math.min(...values)),
        percentText(Math.max(...values)),
      ]),
    }),
  });
}
