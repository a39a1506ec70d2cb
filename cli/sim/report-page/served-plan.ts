/** Where on a large site clients go short: a square a node, in place of a line to each client. */
import { px } from '../../svg.ts';
import { servedWords, shareClass } from './classes.ts';
import { dataTable, drawing, figure, legendOf } from './figure.ts';
import { mbpsText, percentText, servedOf } from './format.ts';
import { html, type Markup } from './html.ts';
import type { Geometry } from './plan-geometry.ts';
import type { ReportData } from './report-data.ts';
import { airOf, spansText } from './summary.ts';

interface Served {
  readonly before: number | null;
  readonly after: number | null;
  readonly clients: number;
  readonly beforeMbps: number;
  readonly afterMbps: number;
}

export function servedPlan(data: ReportData, geometry: Geometry): Markup {
  const served = servedByNode(data);
  const panel = (when: 'before' | 'after', storey: number) =>
    html`<div class="panel"><p class="when">${when === 'before' ? 'Before' : 'After'}${geometry.floors.length > 1 && ` storey ${storey + 1}`}</p>${drawing(
      {
        label: `What clients get by node, ${when}`,
        width: geometry.width,
        height: geometry.height,
        content: squares(data, geometry, served, { when, storey }),
      },
    )}</div>`;
  const rows = [...served].sort(([, a], [, b]) => (a.after ?? 1) - (b.after ?? 1));
  return figure({
    id: 'plan-served',
    title: 'What clients get of what they ask',
    about: `A square a node${data.nodes.length > NODES ? ', or a cell of a grid with some' : ''}, the stronger its colour the less of their demand its clients get on average. ${spansText(data)}`,
    air: airOf(data),
    drawing: html`${geometry.floors.map(
      (_, storey) =>
        html`<div class="pair">${panel('before', storey)}${panel('after', storey)}</div>`,
    )}`,
    legend: legendOf(
      servedWords.map((text, shade) => ({
        mark: html`<rect class="want${shade}" x="1" y="0" width="14" height="14"/>`,
        text,
      })),
    ),
    table: dataTable({
      caption: 'Nodes: what their clients get, Mb/s together and as a mean share of demand',
      order: 'least served after first',
      head: ['Node', 'Clients', 'Mb/s before', 'Mb/s after', 'Served before', 'Served after'],
      rows: rows.map(([node, { clients, beforeMbps, afterMbps, before, after }]) => [
        node,
        clients,
        mbpsText(beforeMbps),
        mbpsText(afterMbps),
        percentText(before),
        percentText(after),
      ]),
    }),
  });
}

/** More nodes than these are taken together by cells of a grid. */
const NODES = 2_500;
const CELLS = 60;

function squares(
  data: ReportData,
  geometry: Geometry,
  served: ReadonlyMap<string, Served>,
  { when, storey }: { readonly when: 'before' | 'after'; readonly storey: number },
): Markup[] {
  const nodes = data.nodes.filter((node) => node.storey === storey && served.has(node.id));
  const isGrid = nodes.length > NODES;
  const cell = geometry.width / CELLS;
  const side = isGrid ? cell - 0.6 : Math.min(34, 0.82 * geometry.gapPx);
  const groups = Map.groupBy(nodes, ({ id, at }) =>
    isGrid ? `${Math.floor(geometry.x(at) / cell)} ${Math.floor(geometry.y(at) / cell)}` : id,
  );
  return [...groups.values()].map((own) => {
    const { at } = own[0]!;
    const x = isGrid ? (Math.floor(geometry.x(at) / cell) + 0.5) * cell : geometry.x(at);
    const y = isGrid ? (Math.floor(geometry.y(at) / cell) + 0.5) * cell : geometry.y(at);
    const shares = own.flatMap(({ id }) => served.get(id)![when] ?? []);
    const share =
      shares.length === 0 ? null : shares.reduce((sum, one) => sum + one, 0) / shares.length;
    const name = own.length === 1 ? own[0]!.id : `${own.length} nodes`;
    return html`<rect class="want${shareClass(share ?? 0)}" x="${px(x - side / 2)}" y="${px(y - side / 2)}" width="${px(side)}" height="${px(side)}"><title>${name}: ${percentText(share)}</title></rect>`;
  });
}

function servedByNode({ radios, clients }: ReportData): ReadonlyMap<string, Served> {
  const nodeOf = new Map(radios.map(({ id, node }) => [id, node]));
  const byNode = Map.groupBy(clients, ({ radio }) => nodeOf.get(radio) ?? '');
  return new Map(
    [...byNode].map(([node, own]) => {
      const mean = (when: 'beforeMbps' | 'afterMbps') => {
        const shares = own.flatMap((client) => servedOf(client[when], client.offeredMbps) ?? []);
        return shares.length === 0
          ? null
          : shares.reduce((sum, share) => sum + share, 0) / shares.length;
      };
      const total = (when: 'beforeMbps' | 'afterMbps') =>
        own.reduce((sum, client) => sum + (client[when] ?? 0), 0);
      return [
        node,
        {
          before: mean('beforeMbps'),
          after: mean('afterMbps'),
          clients: own.length,
          beforeMbps: total('beforeMbps'),
          afterMbps: total('afterMbps'),
        },
      ];
    }),
  );
}
