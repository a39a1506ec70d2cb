/** A message for people to read. */
import type { LoraMessage } from '#protocols/lorawan/messages.ts';
import { table } from '../table.ts';

export function linesOf(message: LoraMessage): string[] {
  const { is, ...values } = message;
  const lists: string[] = [];
  const rows: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) lists.push(...listLines(name, value));
    else rows.push([name, shown(name, value)]);
  }
  return [is.replaceAll('_', ', '), ...table(rows, '  '), ...lists];
}

/** A field a line, an item a column: narrower than the other way about. */
function listLines(name: string, items: readonly Readonly<Record<string, unknown>>[]): string[] {
  const [first] = items;
  if (first === undefined) return [`  ${name}: none`];
  return [
    `  ${name}`,
    ...table(
      [
        ['', ...items.map((_, index) => String(index))],
        ...Object.keys(first).map((each) => [
          each,
          ...items.map((item) => shown(each, item[each])),
        ]),
      ],
      '    ',
    ),
  ];
}

function shown(name: string, value: unknown): string {
  if (value === null) return '–';
  if (name === 'at') return new Date(Number(value) * 1_000).toISOString().replace('.000', '');
  if (typeof value === 'number') return String(Math.round(value * 1_000) / 1_000);
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
