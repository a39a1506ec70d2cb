/** The radios of a plan as a table. */
import { dataTable } from './figure.ts';
import { blockText, mbpsText, percentText } from './format.ts';
import type { Markup } from './html.ts';
import type { RadioData, ReportData } from './report-data.ts';

export function placesTable(data: ReportData, radios: readonly RadioData[]): Markup {
  const nodes = new Map(data.nodes.map(({ id, at }) => [id, at]));
  const totals = carriedByRadio(data);
  return dataTable({
    caption: 'Radios: where they stand, their channel, and what their clients get together',
    head: [
      'Radio',
      'x, m',
      'y, m',
      'Channel before',
      'Channel after',
      'Mb/s before',
      'Mb/s after',
      'Mb/s asked',
      'Busy before',
      'Busy after',
    ],
    rows: radios.map(({ id, node, before, after }) => {
      const at = nodes.get(node)!;
      const total = totals.get(id);
      return [
        id,
        at.x.toFixed(1),
        at.y.toFixed(1),
        blockText(before?.channel ?? null),
        blockText(after?.channel ?? null),
        mbpsText(total?.before ?? 0),
        mbpsText(total?.after ?? 0),
        mbpsText(total?.offered ?? 0),
        percentText(before?.busy ?? null),
        percentText(after?.busy ?? null),
      ];
    }),
  });
}

function carriedByRadio({ clients }: ReportData) {
  const totals = new Map<string, { before: number; after: number; offered: number }>();
  for (const { radio, beforeMbps, afterMbps, offeredMbps } of clients) {
    const total = totals.get(radio) ?? { before: 0, after: 0, offered: 0 };
    total.before += beforeMbps ?? 0;
    total.after += afterMbps ?? 0;
    total.offered += offeredMbps;
    totals.set(radio, total);
  }
  return totals;
}
