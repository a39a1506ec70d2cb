/** What each client gets: before and after, and over time. */
import { px } from '../../svg.ts';
import { servedWords, shareClass } from './classes.ts';
import { eventMarks } from './event-marks.ts';
import { dataTable, drawing, figure, legendOf } from './figure.ts';
import { blockText, mbpsText, percentText, servedOf, timeText } from './format.ts';
import { html, type Markup } from './html.ts';
import type { ClientData, ReportData } from './report-data.ts';
import { linear, logarithmic, type Scale, ticks, timeAxis } from './scales.ts';
import { shadesFigure } from './shades-figure.ts';
import { airOf, spansText } from './summary.ts';

/** More clients than these are shown by how they are spread. */
const ROWS = 60;
const WIDTH = 1100;
const LEFT = 190;
const RIGHT = 24;
/** More samples than these are only a line. */
const DOTS = 90;
/** The floor of the utility, Mb/s. */
const FLOOR = 0.01;

export function throughputSection(data: ReportData): Markup {
  return html`<section id="throughput" aria-labelledby="throughput-h">
<h2 id="throughput-h">Throughput</h2>
${data.clients.length > 0 && (data.clients.length > ROWS ? spreadFigure(data) : clientsFigure(data))}
${data.samples.atSeconds.length > 0 && overTimeFigure(data)}
${data.clients.length > 0 && data.samples.atSeconds.length > 0 && servedFigure(data)}
${data.neighbours.length > 0 && foreignTable(data)}
</section>
`;
}

function foreignTable(data: ReportData): Markup {
  return dataTable({
    caption: `Foreign networks, Mb/s. ${spansText(data)} Air: ${airOf(data)}.`,
    head: ['Network', 'Channel', 'Asked', 'Before', 'After'],
    rows: data.neighbours.map(({ id, channel, offeredMbps, beforeMbps, afterMbps }) => [
      id,
      blockText(channel),
      mbpsText(offeredMbps),
      mbpsText(beforeMbps),
      mbpsText(afterMbps),
    ]),
  });
}

function rateAxis(clients: readonly ClientData[]): { x: Scale; marks: number[] } {
  const most = clients.reduce((high, { offeredMbps }) => Math.max(high, offeredMbps), 1);
  const decade = 10 ** Math.floor(Math.log10(most));
  const top = decade * [1, 2, 5, 10].find((factor) => factor * decade >= most)!;
  const decades = Array.from(
    { length: Math.floor(Math.log10(top / FLOOR) + 1e-9) + 1 },
    (_, index) => FLOOR * 10 ** index,
  );
  const marks = top > decades.at(-1)! * 1.5 ? [...decades, top] : decades;
  return { x: logarithmic([FLOOR, top], [LEFT, WIDTH - RIGHT]), marks };
}

function rateLines({ x, marks }: ReturnType<typeof rateAxis>, top: number, bottom: number) {
  return marks.map(
    (mbps) =>
      html`<line class="grid" x1="${px(x(mbps))}" x2="${px(x(mbps))}" y1="${top}" y2="${px(bottom)}"/><text class="tick" x="${px(x(mbps))}" y="${px(bottom + 14)}" text-anchor="middle">${mbps === FLOOR ? '≤ ' : ''}${Number(mbps.toPrecision(2))}</text>`,
  );
}

function clientsFigure(data: ReportData): Markup {
  const { clients } = data;
  const axis = rateAxis(clients);
  const { x } = axis;
  const top = 8;
  const lane = 15;
  const bottom = top + clients.length * lane;
  const rows = clients.map(({ id, radio, offeredMbps, beforeMbps, afterMbps }, index) => {
    const y = px(top + index * lane + 7);
    const from = px(x(beforeMbps ?? 0));
    const to = px(x(afterMbps ?? 0));
    const isWorse = (afterMbps ?? 0) < (beforeMbps ?? 0) * 0.98;
    return html`<g><line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text class="label" x="${LEFT - 8}" y="${px(top + index * lane + 11)}" text-anchor="end">${id} <tspan class="soft">${radio}</tspan></text><path class="asked" d="M${px(x(offeredMbps))} ${px(top + index * lane + 1)}v12"/><line class="${isWorse ? 'fall' : 'rise'}" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><circle class="was-dot" cx="${from}" cy="${y}" r="4"/><circle class="is-dot${isWorse && ' worse'}" cx="${to}" cy="${y}" r="4"/><title>${id} on ${radio}: ${mbpsText(beforeMbps)} before, ${mbpsText(afterMbps)} after, of ${mbpsText(offeredMbps)} Mb/s</title></g>`;
  });
  const label = 'Throughput of each client before and after';
  return figure({
    id: 'clients',
    title: 'Each client before and after',
    about: `Mb/s on a logarithmic scale, on which equal ways weigh equally in the utility. ${spansText(data)}`,
    air: airOf(data),
    drawing: drawing({
      label,
      width: WIDTH,
      height: bottom + 22,
      leastPx: 860,
      content: [...rateLines(axis, top, bottom), ...rows],
    }),
    legend: legendOf([
      { mark: html`<circle class="was-dot" cx="11" cy="7" r="4"/>`, text: 'before' },
      { mark: html`<circle class="is-dot" cx="11" cy="7" r="4"/>`, text: 'after' },
      {
        mark: html`<circle class="is-dot worse" cx="11" cy="7" r="4"/>`,
        text: 'after, and less than before',
      },
      { mark: html`<path class="asked" d="M11 1v12"/>`, text: 'asked for' },
    ]),
    table: clientTable(clients, 'Throughput of each client, Mb/s', 'in order'),
  });
}

function clientTable(clients: readonly ClientData[], caption: string, order: string): Markup {
  return dataTable({
    caption,
    order,
    head: ['Client', 'Radio', 'Asked', 'Before', 'After', 'Served before', 'Served after'],
    rows: clients.map(({ id, radio, offeredMbps, beforeMbps, afterMbps }) => [
      id,
      radio,
      mbpsText(offeredMbps),
      mbpsText(beforeMbps),
      mbpsText(afterMbps),
      percentText(servedOf(beforeMbps, offeredMbps)),
      percentText(servedOf(afterMbps, offeredMbps)),
    ]),
  });
}

/** The distribution: what share of the clients gets at most so much. */
function spreadFigure(data: ReportData): Markup {
  const { clients } = data;
  const axis = rateAxis(clients);
  const top = 8;
  const bottom = 260;
  const y = linear([0, 1], [bottom, top]);
  const sorted = (of: (client: ClientData) => number | null) =>
    Float64Array.from(clients, (client) => of(client) ?? 0).sort();
  const before = sorted(({ beforeMbps }) => beforeMbps);
  const after = sorted(({ afterMbps }) => afterMbps);
  const asked = sorted(({ offeredMbps }) => offeredMbps);
  const shares = Array.from({ length: 201 }, (_, index) => index / 200);
  const at = (values: Float64Array, share: number) =>
    values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
  const line = (values: Float64Array) =>
    `M${shares.map((share) => `${px(axis.x(at(values, share)))} ${px(y(share))}`).join('L')}`;
  const byNeed = [...clients].sort(
    (a, b) =>
      (servedOf(a.afterMbps, a.offeredMbps) ?? 0) - (servedOf(b.afterMbps, b.offeredMbps) ?? 0),
  );
  return figure({
    id: 'clients',
    title: 'How throughput is spread over the clients',
    about: `What share of ${clients.length.toLocaleString('en-GB')} clients gets at most so many Mb/s: further to the right is better. ${spansText(data)}`,
    air: airOf(data),
    drawing: drawing({
      label: 'Cumulative distribution of throughput before and after',
      width: WIDTH,
      height: bottom + 22,
      leastPx: 860,
      content: [
        ...[0, 0.25, 0.5, 0.75, 1].map(
          (share) =>
            html`<line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(share))}" y2="${px(y(share))}"/><text class="tick" x="${LEFT - 8}" y="${px(y(share) + 4)}" text-anchor="end">${percentText(share)} of clients</text>`,
        ),
        ...rateLines(axis, top, bottom),
        html`<path class="asked line" d="${line(asked)}"/>`,
        html`<path class="was-line" d="${line(before)}"/>`,
        html`<path class="line blue" d="${line(after)}"/>`,
      ],
    }),
    legend: legendOf([
      { mark: html`<path class="was-line" d="M0 7h22"/>`, text: 'before' },
      { mark: html`<path class="line blue" d="M0 7h22"/>`, text: 'after' },
      { mark: html`<path class="asked line" d="M0 7h22"/>`, text: 'asked for' },
    ]),
    table: html`${dataTable({
      caption: 'Throughput that so many clients do not exceed, Mb/s',
      head: ['Share of clients', 'Before', 'After', 'Asked'],
      rows: [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1].map((share) => [
        percentText(share),
        mbpsText(at(before, share)),
        mbpsText(at(after, share)),
        mbpsText(at(asked, share)),
      ]),
    })}${clientTable(byNeed, 'Clients, Mb/s', 'least served after first')}`,
  });
}

function overTimeFigure(data: ReportData): Markup {
  const { samples, document } = data;
  const seconds = document.virtualSeconds;
  const top = 30;
  const bottom = 210;
  const x = linear([0, seconds], [64, WIDTH - RIGHT]);
  const steps = ticks(Math.max(...samples.utilityMbps, ...samples.fifthPercentileMbps, 0.1));
  const y = linear([0, steps.at(-1)!], [bottom, top]);
  const line = (values: readonly number[]) =>
    `M${values.map((value, index) => `${px(x(samples.atSeconds[index]!))} ${px(y(value))}`).join('L')}`;
  const dots = (kind: string, values: readonly number[]) =>
    values.map(
      (value, index) =>
        html`<circle class="sample ${kind}" cx="${px(x(samples.atSeconds[index]!))}" cy="${px(y(value))}" r="2.4"/>`,
    );
  return figure({
    id: 'over-time',
    title: 'Utility over time',
    about: `Utility and the 5th percentile client, Mb/s, in ${samples.atSeconds.length} samples. Above: what happened.`,
    air: airOf(data),
    drawing: drawing({
      label: 'Utility and 5th percentile over time',
      width: WIDTH,
      height: bottom + 22,
      leastPx: 860,
      content: [
        ...steps.map(
          (value) =>
            html`<line class="row" x1="64" x2="${WIDTH - RIGHT}" y1="${px(y(value))}" y2="${px(y(value))}"/><text class="tick" x="56" y="${px(y(value) + 4)}" text-anchor="end">${Number(value.toPrecision(3))}</text>`,
        ),
        ...timeAxis(x, seconds, { top, bottom }),
        ...eventMarks(data, x, { y: 14, bottom }),
        html`<path class="line blue" d="${line(samples.utilityMbps)}"/>`,
        html`<path class="line orange" d="${line(samples.fifthPercentileMbps)}"/>`,
        ...(samples.atSeconds.length > DOTS
          ? []
          : [...dots('blue', samples.utilityMbps), ...dots('orange', samples.fifthPercentileMbps)]),
      ],
    }),
    legend: legendOf([
      { mark: html`<path class="line blue" d="M0 7h22"/>`, text: 'utility' },
      { mark: html`<path class="line orange" d="M0 7h22"/>`, text: '5th percentile client' },
      { mark: html`<path class="mark-change" d="M7 2h8l-4 8z"/>`, text: 'channel change' },
      { mark: html`<g class="radar"><circle cx="11" cy="7" r="4"/></g>`, text: 'radar' },
      { mark: html`<path class="mark-fault" d="M7 3l8 8M15 3l-8 8"/>`, text: 'fault' },
    ]),
    table: dataTable({
      caption: 'Samples',
      head: ['At', 'Utility, Mb/s', 'Jain’s index', '5th percentile, Mb/s'],
      rows: samples.atSeconds.map((at, index) => [
        timeText(at),
        samples.utilityMbps[index]!.toFixed(3),
        samples.jain[index]!.toFixed(3),
        samples.fifthPercentileMbps[index]!.toFixed(3),
      ]),
    }),
  });
}

function servedFigure(data: ReportData): Markup {
  const { samples, clients } = data;
  return shadesFigure(data, {
    id: 'served',
    title: 'What clients get of what they ask, over time',
    kind: 'want',
    one: 'client',
    stronger: 'The stronger the colour, the less of its demand is served.',
    words: servedWords,
    count: clients.length,
    rows:
      samples.clientMbps?.map((series, index) => {
        const { id, radio, offeredMbps } = clients[index]!;
        return {
          name: `${id} ${radio}`,
          values: series.map((mbps) => servedOf(mbps, offeredMbps)!),
        };
      }) ?? null,
    classOf: shareClass,
    shares: samples.servedShares,
  });
}
