/** Where two traces part. */
import { isDeepStrictEqual } from 'node:util';
import type { TraceRecord } from '#protocols/trace.ts';

export interface Difference {
  /** The first record that differs, by time; null where one trace has no more. */
  readonly a: TraceRecord | null;
  readonly b: TraceRecord | null;
  /** Where in the record, such as `payload.channel.centerMhz`; empty when one is missing. */
  readonly field: string;
}

/**
 * The earliest record that differs, or undefined. Records are compared actor by actor, since only
 * their order within an actor is part of a trace.
 */
export function firstDifference(
  a: Iterable<TraceRecord>,
  b: Iterable<TraceRecord>,
): Difference | undefined {
  // Records of one trace that the other has not shown yet, by address and count.
  const waiting = { a: new Map<string, TraceRecord>(), b: new Map<string, TraceRecord>() };
  let first: Difference | undefined;
  const note = (difference: Difference) => {
    if (first === undefined || timeOf(difference) < timeOf(first)) first = difference;
  };
  const see = (side: 'a' | 'b', record: TraceRecord) => {
    const key = `${record.address} ${record.seq}`;
    const others = waiting[side === 'a' ? 'b' : 'a'];
    const other = others.get(key);
    if (other === undefined) {
      waiting[side].set(key, record);
      return;
    }
    others.delete(key);
    if (isDeepStrictEqual(record, other)) return;
    const pair = side === 'a' ? { a: record, b: other } : { a: other, b: record };
    note({ ...pair, field: firstField(pair.a, pair.b) });
  };
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  for (;;) {
    const fromA = left.next();
    const fromB = right.next();
    if (!fromA.done) see('a', fromA.value);
    if (!fromB.done) see('b', fromB.value);
    if (fromA.done && fromB.done) break;
    // Both files are in order of time, so nothing earlier can come any more.
    const seenUs = Math.min(
      fromA.done ? Number.POSITIVE_INFINITY : fromA.value.tUs,
      fromB.done ? Number.POSITIVE_INFINITY : fromB.value.tUs,
    );
    if (first !== undefined && timeOf(first) < seenUs) break;
  }
  const until = first === undefined ? Number.POSITIVE_INFINITY : timeOf(first);
  for (const record of waiting.a.values()) {
    if (record.tUs < until) note({ a: record, b: null, field: '' });
  }
  for (const record of waiting.b.values()) {
    if (record.tUs < until) note({ a: null, b: record, field: '' });
  }
  return first;
}

function timeOf({ a, b }: Difference): number {
  return Math.min(a?.tUs ?? Number.POSITIVE_INFINITY, b?.tUs ?? Number.POSITIVE_INFINITY);
}

/** Path of the first member that differs, in the order the members were written. */
function firstField(a: unknown, b: unknown, path = ''): string {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return path;
  const members = (value: object) => value as Readonly<Record<string, unknown>>;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [one, other] = [members(a)[key], members(b)[key]];
    if (!isDeepStrictEqual(one, other)) {
      return firstField(one, other, path === '' ? key : `${path}.${key}`);
    }
  }
  return path;
}

/** The difference in words. */
export function describeDifference({ a, b, field }: Difference): string {
  const record = a ?? b;
  if (record === null) return 'the traces are equal';
  const where = `record ${record.seq} of ${record.address} at ${(record.tUs / 1_000_000).toFixed(6)} s`;
  if (a === null || b === null) {
    return `${where} (${record.type}): only in the ${a === null ? 'second' : 'first'}`;
  }
  return `${where} (${a.type}): ${field} is ${show(valueAt(a, field))} in the first, ${show(valueAt(b, field))} in the second`;
}

function valueAt(record: TraceRecord, field: string): unknown {
  let value: unknown = record;
  for (const key of field.split('.')) {
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  return value;
}

function show(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
