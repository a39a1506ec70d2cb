/** Records as they are read: a matrix as a table, everything else as JSON in a line. */
import type { Arrival } from '#cloud/telemetry/receiver.ts';
import { Matrix } from '#protocols/telemetry/fields.ts';
import { matrixKinds } from '#protocols/telemetry/matrix.ts';
import { table } from '../table.ts';

/** Lists in place of typed arrays; null for what is not known, of which JSON has no number. */
export function plain(value: unknown): unknown {
  if (value instanceof Matrix) {
    const { rows, columns, values } = value;
    const row = (at: number) => plain(values.subarray(at * columns, (at + 1) * columns));
    return Array.from({ length: rows }, (_, at) => row(at));
  }
  if (ArrayBuffer.isView(value)) return [...(value as Float32Array)].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

export function document({ node, actor, record }: Arrival): object {
  const { type, wallUs, position, body } = record;
  const at = new Date(wallUs / 1_000).toISOString();
  const place = position === undefined ? {} : { position };
  return { node, actor, type, at, ...place, body: plain(body) };
}

export function* lines(arrival: Arrival): Generator<string> {
  const { node, actor, record } = arrival;
  const at = new Date(record.wallUs / 1_000).toISOString();
  if (record.type !== 'matrix') {
    yield `${at} ${node}/${actor} ${record.type} ${JSON.stringify(plain(record.body))}`;
    return;
  }
  const { kind, windowMs, rows, columns, cells } = record.body;
  const { unit } = matrixKinds[kind];
  const inUnit = unit === '1' ? '' : `, ${unit}`;
  yield `${at} ${node}/${actor} ${kind}${inUnit}, over ${Math.round(windowMs / 1_000)} s`;
  const cell = (value: number) => {
    if (Number.isNaN(value)) return '·';
    if (!Number.isFinite(value)) return 'none';
    return Number.isInteger(value) ? String(value) : value.toFixed(1);
  };
  const body = rows.map((row, index) => [
    row,
    ...columns.map((_, column) => cell(cells.values[index * columns.length + column]!)),
  ]);
  yield* table([['', ...columns], ...body], '  ');
}
