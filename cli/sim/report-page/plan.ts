/** The floor plan before and after, band by band: who stands where, on which channel, and gets what. */
import type { Band } from '#protocols/channels.ts';
import { niceLength, px } from '../../svg.ts';
import { type ChannelColours, inkOn, silentColour } from './colours.ts';
import { drawing, figure, legendOf } from './figure.ts';
import { blockText, channelText, mbpsText, percentText, servedOf, timeText } from './format.ts';
import { html, Markup } from './html.ts';
import { type Geometry, geometryOf } from './plan-geometry.ts';
import { placesTable } from './plan-table.ts';
import type { ReportData } from './report-data.ts';
import { servedPlan } from './served-plan.ts';
import { airOf, spansText } from './summary.ts';

/** With more clients of a band, their links would hide the plan. */
const LINKS = 400;
const NAMES = 40;
const LINK_PX = { least: 0.8, most: 7 } as const;

type When = 'before' | 'after';

export interface PlanView {
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
  const moved = radios.filter(({ before, after }) => before?.channel !== after?.channel);
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
    legend: planLegend(view, band),
    table: placesTable(data, radios),
  });
}

function panel(view: PlanView, band: Band, storey: number, when: When): Markup {
  const { geometry, data } = view;
  const span = data[when];
  const title = when === 'before' ? 'Before' : 'After';
  const time =
    span === null ? '' : ` ${timeText(when === 'before' ? span.fromSeconds : span.untilSeconds)}`;
  const bar = niceLength(geometry.width / geometry.scale / 5);
  const barY = geometry.height - 10;
  const svg = drawing({
    label: `Floor plan, ${band} GHz, ${when}`,
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
  return html`<div class="panel"><p class="when" ${when === 'after' && new Markup('data-live=""')}><strong>${title}</strong>${time}</p>${svg}</div>`;
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
  return clients.map(({ id, at, offeredMbps, of, index, beforeMbps, afterMbps }) => {
    const mbps = when === 'before' ? beforeMbps : afterMbps;
    const from = nodes.get(of.node)!;
    const served = servedOf(mbps, offeredMbps) ?? 0;
    const colour = colours.get(of[when]?.channel ?? '') ?? silentColour;
    const width = LINK_PX.least + ((LINK_PX.most - LINK_PX.least) * (mbps ?? 0)) / most;
    const live =
      when === 'after'
        ? html` data-c="${index}" data-of="${of.index}" data-most="${most}"`
        : undefined;
    return html`<g${live}><line class="link${served < 0.1 && ' lost'}" x1="${px(geometry.x(from))}" y1="${px(geometry.y(from))}" x2="${px(geometry.x(at))}" y2="${px(geometry.y(at))}" stroke="${colour.colour}" stroke-width="${px(width)}"/><circle class="client" cx="${px(geometry.x(at))}" cy="${px(geometry.y(at))}" r="2.4"><title>${id} on ${of.id}: ${mbpsText(mbps)} of ${mbpsText(offeredMbps)} Mb/s, ${percentText(served)}</title></circle></g>`;
  });
}

/** Foreign networks, emitters and radars of the band. */
function others(view: PlanView, band: Band, storey: number): Markup[] {
  const { data, geometry, colours } = view;
  const span = data.bands.find((one) => one.band === band)!;
  const isIn = ({ centerMhz }: { readonly centerMhz: number }) =>
    centerMhz > span.lowMhz && centerMhz < span.highMhz;
  const bandKey = band === '2.4' ? '2' : band;
  const foreign = data.neighbours
    .filter(
      ({ at, channel }) => channel.startsWith(`${bandKey}-`) && geometry.storeyOf(at) === storey,
    )
    .map(({ id, at, channel }) => {
      const [x, y] = [geometry.x(at), geometry.y(at)];
      const colour = colours.get(channel)?.colour ?? 'var(--soft)';
      return html`<g><path d="M${px(x)} ${px(y - 7)}l7 12h-14z" fill="var(--paper)" stroke="${colour}" stroke-width="1.8"/><text class="tick" x="${px(x + 9)}" y="${px(y + 4)}">${channelText(channel)}</text><title>foreign network ${id}, channel ${blockText(channel)}, at ${at.z} m</title></g>`;
    });
  const noise = data.emitters.filter(isIn).flatMap(({ id, at, centerMhz, widthMhz, duty }) => {
    if (at === null || geometry.storeyOf(at) !== storey) return [];
    const [x, y] = [geometry.x(at), geometry.y(at)];
    return [
      html`<g><path class="emitter" d="M${px(x - 7)} ${px(y)}h14M${px(x)} ${px(y - 7)}v14M${px(x - 5)} ${px(y - 5)}l10 10M${px(x - 5)} ${px(y + 5)}l10 -10"/><title>emitter ${id}: ${widthMhz} MHz at ${centerMhz} MHz, ${percentText(duty)} of the time</title></g>`,
    ];
  });
  const radars = data.radars.filter(isIn).flatMap(({ id, at, centerMhz, atSeconds }) => {
    if (at === null || geometry.storeyOf(at) !== storey) return [];
    const [x, y] = [px(geometry.x(at)), px(geometry.y(at))];
    return [
      html`<g class="radar"><circle cx="${x}" cy="${y}" r="8"/><circle cx="${x}" cy="${y}" r="4"/><circle cx="${x}" cy="${y}" r="1"/><title>${id} at ${centerMhz} MHz, ${timeText(atSeconds)}</title></g>`,
    ];
  });
  return [...foreign, ...noise, ...radars];
}

function radioGlyphs(view: PlanView, band: Band, storey: number, when: When): Markup[] {
  const { data, geometry } = view;
  const names = data.nodes.length <= NAMES;
  const byNode = new Map<string, { index: number; radio: ReportData['radios'][number] }[]>();
  data.radios.forEach((radio, index) => {
    if (radio.band !== band) return;
    const own = byNode.get(radio.node) ?? [];
    own.push({ index, radio });
    byNode.set(radio.node, own);
  });
  return data.nodes
    .filter((node) => node.storey === storey && byNode.has(node.id))
    .flatMap((node) => {
      const own = byNode.get(node.id)!;
      const width = Math.min(26, Math.max(3.5, (0.86 * geometry.gapPx) / own.length));
      const height = Math.min(17, width);
      const left = geometry.x(node.at) - (own.length * width) / 2;
      const y = geometry.y(node.at);
      const glyphs = own.map(({ radio, index }, place) =>
        glyph(view, radio, {
          when,
          index,
          x: left + place * width,
          y: y - height / 2,
          width,
          height,
        }),
      );
      const name = html`<text class="name" x="${px(geometry.x(node.at))}" y="${px(y + height / 2 + 11)}" text-anchor="middle">${node.id}</text>`;
      return names ? [...glyphs, name] : glyphs;
    });
}

function glyph(
  { colours }: PlanView,
  radio: ReportData['radios'][number],
  box: {
    readonly when: When;
    readonly index: number;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  },
): Markup {
  const { when, index, x, y, width, height } = box;
  const now = radio[when];
  const channel = now?.channel ?? null;
  const colour = colours.get(channel ?? '') ?? silentColour;
  const hasMoved = when === 'after' && radio.before?.channel !== radio.after?.channel;
  const title = `${radio.id}: channel ${blockText(channel)}${hasMoved ? `, before ${blockText(radio.before?.channel ?? null)}` : ''}; busy ${percentText(now?.busy ?? null)}, sends ${percentText(now?.tx ?? null)}`;
  const inset = width < 8 ? 0.3 : 1.5;
  const ring = html`<rect class="ring" x="${px(x - 1.5)}" y="${px(y - 3)}" width="${px(width + 3)}" height="${px(height + 6)}" rx="5"/>`;
  const number = html`<text x="${px(x + width / 2)}" y="${px(y + height / 2 + 3.8)}" text-anchor="middle" fill="${inkOn(colour)}">${channelText(channel)}</text>`;
  return html`<g class="radio"${when === 'after' && html` data-r="${index}"`}>${hasMoved && ring}<rect x="${px(x + inset)}" y="${px(y)}" width="${px(width - 2 * inset)}" height="${px(height)}" rx="${width < 8 ? 1 : 3}" fill="${colour.hollow ? 'var(--paper)' : colour.colour}" stroke="${colour.colour}" stroke-width="${width < 8 ? 0.8 : 2}"/>${width >= 16 && number}<title>${title}</title></g>`;
}

function planLegend({ data, colours }: PlanView, band: Band): Markup {
  const bandKey = band === '2.4' ? '2' : band;
  const channels = [...colours]
    .filter(([key]) => key.startsWith(`${bandKey}-`))
    .map(([key, { colour, hollow }]) => ({
      mark: html`<rect x="1" y="1" width="20" height="12" rx="3" fill="${hollow ? 'none' : colour}" stroke="${colour}" stroke-width="2"/>`,
      text: `channel ${blockText(key)}`,
    }));
  const optional = (isThere: boolean, mark: Markup, text: string) =>
    isThere ? [{ mark, text }] : [];
  return legendOf([
    ...channels,
    { mark: html`<circle class="client" cx="11" cy="7" r="2.6"/>`, text: 'client' },
    ...optional(
      data.walls.length > 0,
      html`<line class="wall" x1="1" x2="21" y1="7" y2="7"/>`,
      'wall',
    ),
    ...optional(
      data.neighbours.length > 0,
      html`<path d="M11 1l7 12h-14z" fill="none" stroke="var(--soft)" stroke-width="1.8"/>`,
      'foreign network',
    ),
    ...optional(
      data.emitters.length > 0,
      html`<path class="emitter" d="M4 7h14M11 0v14M6 2l10 10M6 12l10 -10"/>`,
      'emitter',
    ),
    ...optional(
      data.radars.length > 0,
      html`<g class="radar"><circle cx="11" cy="7" r="6"/><circle cx="11" cy="7" r="2.5"/></g>`,
      'radar',
    ),
  ]);
}
