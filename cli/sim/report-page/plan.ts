/** The floor plan before and after, band by band: who stands where, on which channel, and gets what. */
import { type Band, parseChannelKey } from '#protocols/channels.ts';
import { niceLength, px } from '../../svg.ts';
import { type ChannelColours, inkOn, silentColour } from './colours.ts';
import { drawing, figure, legendOf } from './figure.ts';
import {
  blockText,
  channelText,
  hasMoved,
  mbpsText,
  percentText,
  servedOf,
  timeText,
} from './format.ts';
import { html, Markup } from './html.ts';
import { type Geometry, geometryOf } from './plan-geometry.ts';
import { placesTable } from './plan-table.ts';
import type { Place, RadioData, ReportData } from './report-data.ts';
import { servedPlan } from './served-plan.ts';
import { airOf, spansText } from './summary.ts';

/** With more clients of a band, their links would hide the plan. */
const LINKS = 1000;
/** More radios of a band on a storey than these are not drawn one by one. */
const SPOTS = 4000;
const NAMES = 40;
const LINK_PX = { least: 0.8, most: 7 } as const;

type When = 'before' | 'after';

interface PlanView {
  readonly data: ReportData;
  readonly colours: ChannelColours;
  readonly geometry: Geometry;
}

export function planSection(data: ReportData, colours: ChannelColours): Markup {
  const view: PlanView = { data, colours, geometry: geometryOf(data) };
  const { floors } = view.geometry;
  const hasSeries = data.samples.radioChannel !== null && data.samples.clientMbps !== null;
  return html`<section id="plan" aria-labelledby="plan-h">
<h2 id="plan-h">Floor plan</h2>
${hasSeries && data.samples.atSeconds.length > 1 && slider(data)}
${data.bands.map(({ band }) => floors.map((_, storey) => bandFigure(view, band, storey)))}
${data.clients.length > LINKS && servedPlan(data, view.geometry)}
</section>
`;
}

/** Shown by the script of the page, which moves the plans and the time charts with it. */
function slider({ samples }: ReportData): Markup {
  const last = samples.atSeconds.length;
  return html`<div id="time" class="slider" hidden=""><label for="time-at">Show the plans of “after” at</label>
<input id="time-at" type="range" min="0" max="${last}" value="${last}" step="1" aria-valuetext="after, on average">
<output for="time-at" id="time-is">after, on average</output></div>`;
}

function bandFigure(view: PlanView, band: Band, storey: number): Markup {
  const { data, geometry } = view;
  const nodes = new Set(data.nodes.filter((node) => node.storey === storey).map(({ id }) => id));
  const radios = data.radios.filter((radio) => radio.band === band && nodes.has(radio.node));
  if (radios.length === 0) return html``;
  if (radios.length > SPOTS) {
    return html`<p>${radios.length.toLocaleString('en-GB')} radios of ${band} GHz are too many for a plan: the channel map counts them.</p>`;
  }
  const moved = radios.filter(hasMoved);
  const place =
    geometry.floors.length > 1 ? `, storey ${storey + 1} of ${geometry.floors.length}` : '';
  const links = radioClients(view, band, storey).length;
  const about = `${radios.length} radios of ${band} GHz where they stand, their colour and number their channel; ${moved.length === 0 ? 'none' : moved.length} on another channel afterwards${moved.length > 0 ? ', ringed on the right' : ''}. ${
    links > LINKS
      ? `The links of ${links} clients are left out.`
      : 'A line to each client, as broad as its throughput; dashed where it gets less than a tenth of what it asks.'
  } ${spansText(data)}`;
  return figure({
    id: `plan-${band.replace('.', '-')}-${storey}`,
    title: `${band} GHz${place}`,
    about,
    air: airOf(data),
    drawing: html`<div class="pair">${panel(view, band, storey, 'before')}${panel(view, band, storey, 'after')}</div>`,
    legend: planLegend(view, band, links <= LINKS),
    table: placesTable(data, radios),
  });
}

function panel(view: PlanView, band: Band, storey: number, when: When): Markup {
  const { geometry, data } = view;
  const title = `${when === 'before' ? 'Before' : 'After'}${timesText(data[when])}`;
  const bar = niceLength(geometry.width / geometry.scale / 5);
  const barY = geometry.height - 10;
  const svg = drawing({
    label: `Floor plan, ${band} GHz, storey ${storey + 1}, ${when}`,
    width: geometry.width,
    height: geometry.height,
    content: [
      ...walls(view, storey),
      ...(radioClients(view, band, storey).length > LINKS ? [] : links(view, band, storey, when)),
      ...others(view, band, storey),
      ...radioGlyphs(view, band, storey, when),
      html`<path class="axis" d="M${px(30)} ${px(barY - 4)}v4h${px(bar * geometry.scale)}v-4"/><text class="tick" x="34" y="${px(barY - 5)}">${bar} m</text>`,
    ],
  });
  return html`<div class="panel"><p class="when"${when === 'after' && new Markup(' data-live=""')}>${title}</p>${svg}</div>`;
}

function timesText(span: ReportData['before']): string {
  if (span === null) return '';
  const { fromSeconds, untilSeconds } = span;
  return fromSeconds === untilSeconds
    ? `, at ${timeText(fromSeconds)}`
    : `, ${timeText(fromSeconds)} to ${timeText(untilSeconds)}`;
}

function walls({ data, geometry }: PlanView, storey: number): Markup[] {
  return data.walls
    .filter(({ from }) => geometry.storeyOf(from) === storey)
    .map(
      ({ from, to, lossDb }) =>
        html`<line class="wall" x1="${px(geometry.x(from))}" y1="${px(geometry.y(from))}" x2="${px(geometry.x(to))}" y2="${px(geometry.y(to))}"><title>wall, ${lossDb} dB</title></line>`,
    );
}

/** The clients of a band on a storey, with their place in the data. */
function radioClients({ data }: PlanView, band: Band, storey: number) {
  const storeys = new Map(data.nodes.map((node) => [node.id, node.storey]));
  const radios = new Map(
    data.radios
      .map((radio, index) => ({ ...radio, index }))
      .filter((radio) => radio.band === band && storeys.get(radio.node) === storey)
      .map((radio) => [radio.id, radio]),
  );
  return data.clients.flatMap((client, index) => {
    const radio = radios.get(client.radio);
    return radio === undefined ? [] : [{ ...client, index, of: radio }];
  });
}

function links(view: PlanView, band: Band, storey: number, when: When): Markup[] {
  const { data, geometry, colours } = view;
  const nodes = new Map(data.nodes.map(({ id, at }) => [id, at]));
  const clients = radioClients(view, band, storey);
  const most = Math.max(1, ...clients.map(({ offeredMbps }) => offeredMbps));
  const perMbps = (Math.max(2, Math.min(LINK_PX.most, geometry.gapPx / 9)) - LINK_PX.least) / most;
  const dotPx = Math.min(2.4, Math.max(0.9, geometry.gapPx / 40));
  return clients.map(({ id, at, offeredMbps, of, index, beforeMbps, afterMbps }) => {
    const mbps = when === 'before' ? beforeMbps : afterMbps;
    const from = nodes.get(of.node)!;
    const served = servedOf(mbps, offeredMbps) ?? 0;
    const colour = colours.get(of[when]?.channel ?? '') ?? silentColour;
    const width = LINK_PX.least + perMbps * (mbps ?? 0);
    const live =
      when === 'after'
        ? html` data-c="${index}" data-of="${of.index}" data-per="${perMbps.toFixed(4)}"`
        : undefined;
    return html`<g${live}><line class="link${served < 0.1 && ' lost'}" x1="${px(geometry.x(from))}" y1="${px(geometry.y(from))}" x2="${px(geometry.x(at))}" y2="${px(geometry.y(at))}" stroke="${colour.colour}" stroke-width="${px(width)}"/><circle class="client" cx="${px(geometry.x(at))}" cy="${px(geometry.y(at))}" r="${px(dotPx)}"><title>${id} on ${of.id}: ${mbpsText(mbps)} of ${mbpsText(offeredMbps)} Mb/s, ${percentText(served)}</title></circle></g>`;
  });
}

/** What is not ours and sends in the band. */
function foreignOf({ data }: PlanView, band: Band) {
  const { lowMhz, highMhz } = data.bands.find((one) => one.band === band)!;
  const isIn = ({ centerMhz }: { readonly centerMhz: number }) =>
    centerMhz > lowMhz && centerMhz < highMhz;
  return {
    networks: data.neighbours.filter(({ channel }) => isOfBand(channel, band)),
    emitters: data.emitters.filter(isIn),
    radars: data.radars.filter(isIn),
  };
}

function isOfBand(key: string, band: Band): boolean {
  return parseChannelKey(key)?.band === band;
}

function others(view: PlanView, band: Band, storey: number): Markup[] {
  const { geometry, colours } = view;
  const { networks, emitters, radars } = foreignOf(view, band);
  const put = (at: Place | null, draw: (x: number, y: number) => Markup) =>
    at === null || geometry.storeyOf(at) !== storey ? [] : [draw(geometry.x(at), geometry.y(at))];
  return [
    ...networks.flatMap(({ id, at, channel }) =>
      put(at, (x, y) => {
        const colour = colours.get(channel)?.colour ?? 'var(--soft)';
        return html`<g><path d="M${px(x)} ${px(y - 7)}l7 12h-14z" fill="var(--paper)" stroke="${colour}" stroke-width="1.8"/><text class="tick" x="${px(x + 9)}" y="${px(y + 4)}">${channelText(channel)}</text><title>foreign network ${id}, channel ${blockText(channel)}, at a height of ${at.z} m</title></g>`;
      }),
    ),
    ...emitters.flatMap(({ id, at, centerMhz, widthMhz, duty }) =>
      put(
        at,
        (x, y) =>
          html`<g><path class="emitter" d="${star(x, y)}"/><title>emitter ${id}: ${widthMhz} MHz at ${centerMhz} MHz, ${percentText(duty)} of the time</title></g>`,
      ),
    ),
    ...radars.flatMap(({ id, at, centerMhz, atSeconds }) =>
      put(
        at,
        (x, y) =>
          html`<g class="radar">${rings(x, y)}<title>${id} at ${centerMhz} MHz, ${timeText(atSeconds)}</title></g>`,
      ),
    ),
  ];
}

function star(x: number, y: number): string {
  return `M${px(x - 7)} ${px(y)}h14M${px(x)} ${px(y - 7)}v14M${px(x - 5)} ${px(y - 5)}l10 10M${px(x - 5)} ${px(y + 5)}l10 -10`;
}

function rings(x: number, y: number): Markup[] {
  return [7, 3.5, 1].map((r) => html`<circle cx="${px(x)}" cy="${px(y)}" r="${r}"/>`);
}

/** Narrower than this a radio is only a spot of its colour. */
const SPOT_PX = 8;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function radioGlyphs(view: PlanView, band: Band, storey: number, when: When): Markup[] {
  const { data, geometry } = view;
  const names = data.nodes.length <= NAMES;
  const byNode = Map.groupBy(
    data.radios
      .map((radio, index) => ({ radio, index }))
      .filter(({ radio }) => radio.band === band),
    ({ radio }) => radio.node,
  );
  const nodes = data.nodes.filter((node) => node.storey === storey && byNode.has(node.id));
  const placed = nodes.flatMap((node) => {
    const own = byNode.get(node.id)!;
    const width = Math.min(26, Math.max(3.5, (0.86 * geometry.gapPx) / (own.length + 0.25)));
    const height = Math.min(17, width);
    const left = geometry.x(node.at) - (own.length * width) / 2;
    const y = geometry.y(node.at) - height / 2;
    return own.map(({ radio, index }, place) => ({
      radio,
      index,
      box: { x: left + place * width, y, width, height },
    }));
  });
  if (placed.some(({ box }) => box.width < SPOT_PX)) return spots(view, placed, when);
  return [
    ...placed.map(({ radio, index, box }) => glyph(view, radio, { when, index, ...box })),
    ...(names
      ? nodes.map(
          ({ id, at }) =>
            html`<text class="name" x="${px(geometry.x(at))}" y="${px(geometry.y(at) + 19)}" text-anchor="middle">${id}</text>`,
        )
      : []),
  ];
}

/** One path a channel, and one around all that moved. */
function spots(
  { colours }: PlanView,
  placed: readonly { readonly radio: RadioData; readonly box: Box }[],
  when: When,
): Markup[] {
  const outline = ({ x, y, width, height }: Box, by: number) =>
    `M${px(x - by)} ${px(y - by)}h${px(width + 2 * by)}v${px(height + 2 * by)}h-${px(width + 2 * by)}z`;
  const byChannel = Map.groupBy(placed, ({ radio }) => radio[when]?.channel ?? '');
  const moved = placed.filter(({ radio }) => when === 'after' && hasMoved(radio));
  return [
    ...[...byChannel].map(([key, own]) => {
      const { colour, hollow } = colours.get(key) ?? silentColour;
      return html`<path fill="${hollow ? 'var(--paper)' : colour}" stroke="${colour}" stroke-width="0.6" d="${own.map(({ box }) => outline(box, -0.6)).join('')}"><title>channel ${blockText(key)}</title></path>`;
    }),
    html`<path class="ring" d="${moved.map(({ box }) => outline(box, 0.8)).join('')}"/>`,
  ];
}

function glyph(
  { colours }: PlanView,
  radio: RadioData,
  box: Box & { readonly when: When; readonly index: number },
): Markup {
  const { when, index, x, y, width, height } = box;
  const now = radio[when];
  const channel = now?.channel ?? null;
  const colour = colours.get(channel ?? '') ?? silentColour;
  const isRinged = when === 'after' && hasMoved(radio);
  const title = `${radio.id}: channel ${blockText(channel)}${isRinged ? `, before ${blockText(radio.before?.channel ?? null)}` : ''}; busy ${percentText(now?.busy ?? null)}, sends ${percentText(now?.tx ?? null)}`;
  const ring = html`<rect class="ring" x="${px(x - 1.5)}" y="${px(y - 3)}" width="${px(width + 3)}" height="${px(height + 6)}" rx="5"/>`;
  const number = html`<text x="${px(x + width / 2)}" y="${px(y + height / 2 + 3.8)}" text-anchor="middle" style="fill:${inkOn(colour)};font-size:${width < 22 ? 8.5 : 11}px">${channelText(channel)}</text>`;
  return html`<g class="radio"${when === 'after' && html` data-r="${index}"`}>${isRinged && ring}<rect x="${px(x + 1.5)}" y="${px(y)}" width="${px(width - 3)}" height="${px(height)}" rx="3" fill="${colour.hollow ? 'var(--paper)' : colour.colour}" stroke="${colour.colour}" stroke-width="2"/>${width >= 16 && number}<title>${title}</title></g>`;
}

function planLegend(view: PlanView, band: Band, hasLinks: boolean): Markup {
  const { networks, emitters, radars } = foreignOf(view, band);
  const channels = [...view.colours]
    .filter(([key]) => isOfBand(key, band))
    .map(([key, { colour, hollow }]) => ({
      mark: html`<rect x="1" y="1" width="20" height="12" rx="3" fill="${hollow ? 'none' : colour}" stroke="${colour}" stroke-width="2"/>`,
      text: `channel ${blockText(key)}`,
    }));
  const others = [
    {
      isThere: hasLinks,
      mark: html`<circle class="client" cx="11" cy="7" r="2.6"/>`,
      text: 'client',
    },
    {
      isThere: view.data.walls.length > 0,
      mark: html`<line class="wall" x1="1" x2="21" y1="7" y2="7"/>`,
      text: 'wall',
    },
    {
      isThere: networks.length > 0,
      mark: html`<path d="M11 1l7 12h-14z" fill="none" stroke="var(--soft)" stroke-width="1.8"/>`,
      text: 'foreign network',
    },
    {
      isThere: emitters.length > 0,
      mark: html`<path class="emitter" d="${star(11, 7)}"/>`,
      text: 'emitter',
    },
    {
      isThere: radars.length > 0,
      mark: html`<g class="radar">${rings(11, 7)}</g>`,
      text: 'radar',
    },
  ];
  return legendOf([...channels, ...others.filter(({ isThere }) => isThere)]);
}
