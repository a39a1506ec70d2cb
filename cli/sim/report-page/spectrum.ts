/** The channel map: which part of each band which radio fills, before and after. */
import {
  allChannels,
  type Band,
  channelNumber,
  parseChannelKey,
  span,
  subchannels,
} from '#protocols/channels.ts';
import { px } from '../../svg.ts';
import { type ChannelColours, silentColour } from './colours.ts';
import { dataTable, drawing, figure, legendOf } from './figure.ts';
import { blockText, hasMoved, percentText, timeText } from './format.ts';
import { html, type Markup } from './html.ts';
import type { BandData, RadioData, ReportData } from './report-data.ts';
import { linear, type Scale, ticks } from './scales.ts';
import { airOf, spansText } from './summary.ts';

/** More radios than these are counted rather than drawn one by one. */
const LANES = 40;
const WIDTH = 1100;
const LEFT = 120;
const RIGHT = 12;
const TOP = 50;
/** Below the numbers of the channels: the names of the parts, and below these the radars. */
const PARTS = 19;
const LANE = 17;

export function spectrumSection(data: ReportData, colours: ChannelColours): Markup {
  return html`<section id="spectrum" aria-labelledby="spectrum-h">
<h2 id="spectrum-h">Channel map</h2>
${data.bands.map((band) => bandFigure(data, band, colours))}
</section>
`;
}

function bandFigure(data: ReportData, band: BandData, colours: ChannelColours): Markup {
  const radios = data.radios.filter((radio) => radio.band === band.band);
  const x = linear([band.lowMhz, band.highMhz], [LEFT, WIDTH - RIGHT]);
  const isCounted = radios.length > LANES;
  const rows = isCounted ? 0 : radios.length;
  const foreign = foreignLanes(data, band);
  const laneBottom = TOP + (rows + foreign.length) * LANE + 6;
  const bottom = isCounted ? TOP + foreign.length * LANE + 190 : laneBottom;
  const content = [
    ...legalParts(band, x, bottom),
    ...channelAxis(band, x, bottom),
    ...(isCounted ? [] : radios.flatMap((radio, row) => lane(radio, row, x, colours))),
    ...foreign.map((one, row) => foreignLane(one, rows + row, x)),
    ...(isCounted
      ? counts(radios, band, x, { top: TOP + foreign.length * LANE + 20, bottom })
      : []),
    ...radarTicks(data, band, x, bottom),
  ];
  const label = `Channel map of ${band.band} GHz`;
  return figure({
    id: `spectrum-${band.band.replace('.', '-')}`,
    title: `${band.band} GHz`,
    about: `${isCounted ? `How many of ${radios.length} radios fill each part of the band: dashed before, filled after.` : 'A row a radio: outlined what it filled before, filled what it fills after, darker its primary 20 MHz.'} ${spansText(data)} Rules of ${data.country}.`,
    air: airOf(data),
    drawing: drawing({ label, width: WIDTH, height: bottom + 34, leastPx: 860, content }),
    legend: legendOf([
      {
        mark: html`<rect class="was-block" x="1" y="2" width="20" height="10" rx="2"/>`,
        text: 'before',
      },
      {
        mark: html`<rect x="1" y="2" width="20" height="10" rx="2" fill="var(--blue)"/>`,
        text: 'after',
      },
      ...(band.parts.some(({ clearSeconds }) => clearSeconds > 0)
        ? [
            {
              mark: html`<rect class="dfs" x="0" y="0" width="22" height="14"/>`,
              text: 'radar detection (DFS) asked',
            },
          ]
        : []),
      ...(band.parts.some(({ clearSeconds }) => clearSeconds > 60)
        ? [
            {
              mark: html`<rect class="dfs weather" x="0" y="0" width="22" height="14"/>`,
              text: 'weather radar: longer clearing',
            },
          ]
        : []),
      ...(band.parts.some(({ barred }) => barred)
        ? [
            {
              mark: html`<rect class="barred" x="0" y="0" width="22" height="14"/>`,
              text: 'not to be used here',
            },
          ]
        : []),
    ]),
    table: html`${dataTable({
      caption: `Channels of the radios of ${band.band} GHz`,
      head: ['Radio', 'Before', 'After', 'Moved'],
      rows: radios.map((radio) => [
        radio.id,
        blockText(radio.before?.channel ?? null),
        blockText(radio.after?.channel ?? null),
        hasMoved(radio) ? 'moved' : '',
      ]),
    })}${band.parts.length > 0 && legalTable(band)}`,
  });
}

function legalTable({ band, parts }: BandData): Markup {
  return dataTable({
    caption: `What the law asks in parts of ${band} GHz`,
    head: ['MHz', 'Asks'],
    rows: parts.map(({ lowMhz, highMhz, clearSeconds, barred }) => [
      `${lowMhz}–${highMhz}`,
      barred
        ? 'not to be used here'
        : `radar detection; ${clearSeconds} s of silence before first use`,
    ]),
  });
}

function legalParts({ parts }: BandData, x: Scale, bottom: number): Markup[] {
  return parts.map(({ lowMhz, highMhz, clearSeconds, barred }) => {
    const kind = barred ? 'barred' : clearSeconds > 60 ? 'dfs weather' : 'dfs';
    const width = x(highMhz) - x(lowMhz);
    const name = barred ? '' : clearSeconds > 60 ? `${clearSeconds / 60} min` : 'DFS';
    return html`<rect class="${kind}" x="${px(x(lowMhz))}" y="${PARTS}" width="${px(width)}" height="${px(bottom - PARTS)}"><title>${lowMhz}–${highMhz} MHz</title></rect>${width > 30 && html`<text class="tick" x="${px(x(lowMhz) + 4)}" y="${PARTS + 12}">${name}</text>`}`;
  });
}

/** Numbers of the 20 MHz channels above, megahertz below. */
function channelAxis(band: BandData, x: Scale, bottom: number): Markup[] {
  const spacing = band.band === '2.4' ? 1 : band.band === '6' ? 4 : 1;
  const numbers = allChannels(band.band, 20)
    .filter((_, index) => index % spacing === 0)
    .map(
      (channel) =>
        html`<text class="tick" x="${px(x(channel.centerMhz))}" y="12" text-anchor="middle">${channelNumber(channel)}</text>`,
    );
  const stepMhz = band.band === '2.4' ? 10 : band.band === '6' ? 200 : 50;
  const first = Math.ceil(band.lowMhz / stepMhz) * stepMhz;
  const lines = Array.from(
    { length: Math.floor((band.highMhz - first) / stepMhz) + 1 },
    (_, index) => first + index * stepMhz,
  ).map(
    (mhz) =>
      html`<line class="grid" x1="${px(x(mhz))}" x2="${px(x(mhz))}" y1="${PARTS}" y2="${px(bottom)}"/><text class="tick" x="${px(x(mhz))}" y="${px(bottom + 14)}" text-anchor="middle">${mhz}</text>`,
  );
  return [
    html`<text class="tick" x="${LEFT - 8}" y="12" text-anchor="end">channel</text><text class="tick" x="${LEFT - 8}" y="${px(bottom + 14)}" text-anchor="end">MHz</text>`,
    ...numbers,
    ...lines,
  ];
}

function lane(radio: RadioData, row: number, x: Scale, colours: ChannelColours): Markup[] {
  const y = TOP + row * LANE;
  const before = blockOf(radio.before?.channel, radio.band);
  const after = blockOf(radio.after?.channel, radio.band);
  const { colour } = colours.get(radio.after?.channel ?? '') ?? silentColour;
  const marks = [
    html`<line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y + LANE - 1)}" y2="${px(y + LANE - 1)}"/><text class="label" x="${LEFT - 8}" y="${px(y + 12)}" text-anchor="end">${radio.id}</text>`,
  ];
  if (after !== undefined) {
    const { lowMhz, highMhz, primary } = after;
    marks.push(
      html`<g><rect x="${px(x(lowMhz))}" y="${px(y + 3)}" width="${px(x(highMhz) - x(lowMhz))}" height="${LANE - 7}" rx="2" fill="${colour}" opacity="0.55"/><rect x="${px(x(primary.lowMhz))}" y="${px(y + 3)}" width="${px(x(primary.highMhz) - x(primary.lowMhz))}" height="${LANE - 7}" rx="2" fill="${colour}"/><title>${radio.id} after: ${blockText(radio.after?.channel ?? null)}</title></g>`,
    );
  }
  if (before !== undefined) {
    const { lowMhz, highMhz } = before;
    marks.push(
      html`<rect class="was-block" x="${px(x(lowMhz) + 1)}" y="${px(y + 1.5)}" width="${px(x(highMhz) - x(lowMhz) - 2)}" height="${LANE - 4}" rx="3"><title>${radio.id} before: ${blockText(radio.before?.channel ?? null)}</title></rect>`,
    );
  }
  if (before !== undefined && after !== undefined && hasMoved(radio)) {
    const isUp = after.lowMhz > before.lowMhz;
    const from = x(isUp ? before.highMhz : before.lowMhz);
    const to = x(isUp ? after.lowMhz : after.highMhz);
    const head = to > from ? -6 : 6;
    // Where the two overlap there is no room for an arrow.
    if (isUp ? to > from : to < from) {
      marks.push(
        html`<path class="arrow" d="M${px(from)} ${px(y + 8)}H${px(to)}m${head} -3.5l${-head} 3.5l${head} 3.5"/>`,
      );
    }
  }
  return marks;
}

/** Undefined while it is silent, or in another band. */
function blockOf(key: string | null | undefined, band: Band) {
  const channel = key == null ? undefined : parseChannelKey(key);
  if (channel?.band !== band) return undefined;
  const primary = subchannels(channel).find(({ primaryMhz }) => primaryMhz === channel.primaryMhz);
  return { ...span(channel), primary: span(primary ?? channel) };
}

interface Foreign {
  readonly name: string;
  readonly lowMhz: number;
  readonly highMhz: number;
  readonly about: string;
}

function foreignLanes({ neighbours, emitters }: ReportData, band: BandData): Foreign[] {
  const networks = neighbours.flatMap(({ id, channel }): Foreign[] => {
    const parsed = parseChannelKey(channel);
    if (parsed?.band !== band.band) return [];
    return [
      { name: id, ...span(parsed), about: `foreign network on channel ${blockText(channel)}` },
    ];
  });
  const noise = emitters
    .filter(({ centerMhz }) => centerMhz > band.lowMhz && centerMhz < band.highMhz)
    .map(
      ({ id, centerMhz, widthMhz, duty, fromSeconds, untilSeconds }): Foreign => ({
        name: id,
        lowMhz: centerMhz - widthMhz / 2,
        highMhz: centerMhz + widthMhz / 2,
        about: `emitter, ${percentText(duty)} of the time, from ${timeText(fromSeconds)}${untilSeconds === null ? '' : ` to ${timeText(untilSeconds)}`}`,
      }),
    );
  return [...networks, ...noise];
}

function foreignLane({ name, lowMhz, highMhz, about }: Foreign, row: number, x: Scale): Markup {
  const y = TOP + row * LANE;
  return html`<text class="label soft" x="${LEFT - 8}" y="${px(y + 12)}" text-anchor="end">${name}</text><rect class="foreign" x="${px(x(lowMhz))}" y="${px(y + 3)}" width="${px(x(highMhz) - x(lowMhz))}" height="${LANE - 7}" rx="2"><title>${name}: ${about}</title></rect>`;
}

function radarTicks(
  { radars }: ReportData,
  { lowMhz, highMhz }: BandData,
  x: Scale,
  bottom: number,
) {
  return radars
    .filter(({ centerMhz }) => centerMhz > lowMhz && centerMhz < highMhz)
    .map(
      ({ id, centerMhz, atSeconds, radio }) =>
        html`<g class="radar"><path d="M${px(x(centerMhz))} ${TOP - 8}V${px(bottom)}" stroke-dasharray="1 4"/><circle cx="${px(x(centerMhz))}" cy="${TOP - 8}" r="4"/><title>${id} at ${centerMhz} MHz, ${timeText(atSeconds)}, near ${radio}</title></g>`,
    );
}

/** Radios a slice of 5 MHz. */
function counts(
  radios: readonly RadioData[],
  { band, lowMhz, highMhz }: BandData,
  x: Scale,
  box: { readonly top: number; readonly bottom: number },
): Markup[] {
  const slices = Array.from(
    { length: Math.ceil((highMhz - lowMhz) / 5) },
    (_, index) => lowMhz + 5 * index,
  );
  const filled = (when: 'before' | 'after') => {
    const blocks = radios.flatMap((radio) => blockOf(radio[when]?.channel, band) ?? []);
    return slices.map(
      (mhz) => blocks.filter((block) => block.lowMhz < mhz + 5 && block.highMhz > mhz).length,
    );
  };
  const before = filled('before');
  const after = filled('after');
  const steps = ticks(Math.max(1, ...before, ...after), 4);
  const y = linear([0, steps.at(-1)!], [box.bottom, box.top]);
  const outline = (values: readonly number[]) =>
    `M${px(x(lowMhz))} ${px(y(0))}${slices.map((mhz, index) => `V${px(y(values[index]!))}H${px(x(Math.min(mhz + 5, highMhz)))}`).join('')}V${px(y(0))}`;
  return [
    ...steps.map(
      (value) =>
        html`<line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(value))}" y2="${px(y(value))}"/><text class="tick" x="${LEFT - 8}" y="${px(y(value) + 4)}" text-anchor="end">${value}</text>`,
    ),
    html`<path d="${outline(after)}" fill="var(--blue)" opacity="0.45"/>`,
    html`<path class="was-line" d="${outline(before)}"/>`,
  ];
}
