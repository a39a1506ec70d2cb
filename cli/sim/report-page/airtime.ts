/** How the time on its channel goes, by radio. */
import { px } from '../../svg.ts';
import { busyClass, busyWords } from './classes.ts';
import { dataTable, drawing, figure, legendOf } from './figure.ts';
import { percentText } from './format.ts';
import { html, type Markup } from './html.ts';
import type { AirtimeData, RadioData, ReportData } from './report-data.ts';
import { linear, type Scale } from './scales.ts';
import { shadesFigure } from './shades-figure.ts';
import { airOf, spansText } from './summary.ts';

/** More radios than these are drawn in order of how busy they are, without their names. */
const ROWS = 48;
const WIDTH = 1100;
const LEFT = 170;
const RIGHT = 24;
const LANE = 22;
const TOP = 6;

export function airtimeSection(data: ReportData): Markup {
  const { samples, radios } = data;
  return html`<section id="airtime" aria-labelledby="airtime-h">
<h2 id="airtime-h">Airtime</h2>
${sharesFigure(data)}
${
  samples.atSeconds.length > 0 &&
  shadesFigure(data, {
    id: 'busy',
    title: 'How busy channels are, over time',
    kind: 'busy',
    one: 'radio',
    stronger: 'The stronger the colour, the busier the channel.',
    words: busyWords,
    count: radios.length,
    rows: samples.radioBusy?.map((values, index) => ({ name: radios[index]!.id, values })) ?? null,
    classOf: busyClass,
    shares: samples.busyShares,
  })
}
</section>
`;
}

function sharesFigure(data: ReportData): Markup {
  const { radios } = data;
  const isLarge = radios.length > ROWS;
  return figure({
    id: 'shares',
    title: 'What the time of each radio goes to',
    about: `${
      isLarge
        ? `All ${radios.length.toLocaleString('en-GB')} radios from the busiest to the idlest, before and after each in its own order.`
        : 'Thin bar before, thick bar after.'
    } What is blank is idle. ${spansText(data)}`,
    air: airOf(data),
    drawing: isLarge
      ? html`<div class="pair">${sortedPanel(radios, 'before')}${sortedPanel(radios, 'after')}</div>`
      : bars(radios),
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
      rows: (isLarge ? byBusy(radios, 'after') : radios).map(({ id, before, after }) => [
        id,
        ...[before, after].flatMap((air) => [
          percentText(air?.tx ?? null),
          percentText(air?.rx ?? null),
          percentText(air?.busy ?? null),
        ]),
      ]),
      order: 'busiest after first',
    }),
  });
}

function byBusy(radios: readonly RadioData[], when: 'before' | 'after'): RadioData[] {
  return [...radios].sort((a, b) => (b[when]?.busy ?? 0) - (a[when]?.busy ?? 0));
}

/** Own frames, others' frames and the rest of what is busy. */
function partsOf({ tx, rx, busy }: AirtimeData) {
  return [
    { kind: 'tx', share: tx },
    { kind: 'rx', share: rx },
    { kind: 'other', share: Math.max(0, busy - tx - rx) },
  ] as const;
}

function bars(radios: readonly RadioData[]): Markup {
  const x = linear([0, 1], [LEFT, WIDTH - RIGHT]);
  const bottom = TOP + radios.length * LANE;
  return drawing({
    label: 'Airtime of each radio before and after',
    width: WIDTH,
    height: bottom + 20,
    leastPx: 860,
    content: [
      ...[0, 0.25, 0.5, 0.75, 1].map(
        (share) =>
          html`<line class="grid" x1="${px(x(share))}" x2="${px(x(share))}" y1="${TOP}" y2="${bottom}"/><text class="tick" x="${px(x(share))}" y="${bottom + 14}" text-anchor="middle">${percentText(share)}</text>`,
      ),
      ...radios.map(({ id, before, after }, index) => {
        const y = TOP + index * LANE;
        return html`<g><text class="label" x="${LEFT - 8}" y="${px(y + 14)}" text-anchor="end">${id}</text>${bar(before, x, y + 3, 5)}${bar(after, x, y + 9, 9)}<title>${id}: ${words('before', before)}; ${words('after', after)}</title></g>`;
      }),
    ],
  });
}

function words(when: string, air: AirtimeData | null): string {
  return air === null
    ? `${when} nothing measured`
    : `${when} busy ${percentText(air.busy)}, of which it sends ${percentText(air.tx)}`;
}

function bar(air: AirtimeData | null, x: Scale, y: number, height: number): Markup {
  if (air === null) return html``;
  let from = 0;
  const pieces = partsOf(air).map(({ kind, share }) => {
    const left = x(from);
    from = Math.min(1, from + share);
    const width = x(from) - left;
    return (
      width > 0.05 &&
      html`<rect class="${kind}" x="${px(left)}" y="${px(y)}" width="${px(width)}" height="${height}"/>`
    );
  });
  return html`<rect class="idle" x="${px(x(0))}" y="${px(y)}" width="${px(x(1) - x(0))}" height="${height}"/>${pieces}`;
}

const COLUMNS = 150;

/** A column for each radio, or for some neighbours in the order taken together. */
function sortedPanel(radios: readonly RadioData[], when: 'before' | 'after'): Markup {
  const sorted = byBusy(radios, when);
  const columns = Math.min(COLUMNS, sorted.length);
  const x = linear([0, columns], [44, 556]);
  const y = linear([0, 1], [200, TOP]);
  const width = px(x(1) - x(0) + 0.3);
  const marks = Array.from({ length: columns }, (_, column) => {
    const own = sorted.slice(
      Math.floor((column * sorted.length) / columns),
      Math.floor(((column + 1) * sorted.length) / columns),
    );
    let foot = 0;
    const kinds = ['tx', 'rx', 'other'] as const;
    return kinds.map((kind, part) => {
      const total = own.reduce((sum, radio) => {
        const air = radio[when];
        return air === null ? sum : sum + partsOf(air)[part]!.share;
      }, 0);
      const top = Math.min(1, foot + total / own.length);
      const rect = html`<rect class="${kind}" x="${px(x(column))}" y="${px(y(top))}" width="${width}" height="${px(y(foot) - y(top))}"/>`;
      foot = top;
      return rect;
    });
  });
  const svg = drawing({
    label: `Airtime of all radios, the busiest first, ${when}`,
    width: 560,
    height: 208,
    content: [
      ...[0, 0.25, 0.5, 0.75, 1].map(
        (share) =>
          html`<line class="row" x1="44" x2="556" y1="${px(y(share))}" y2="${px(y(share))}"/><text class="tick" x="38" y="${px(y(share) + 4)}" text-anchor="end">${percentText(share)}</text>`,
      ),
      html`${marks}`,
    ],
  });
  return html`<div class="panel"><p class="when">${when === 'before' ? 'Before' : 'After'}</p>${svg}</div>`;
}
