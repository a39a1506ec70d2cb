/**
 * Records as bytes, with a check sum each. A record has one encoding: what decodes would be encoded
 * to the same bytes again, so damage is seen and nothing is read into it.
 */
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { CborWriter } from '#protocols/canonical-cbor.ts';
import { canonicalJson } from '#protocols/canonical-json.ts';
import type { Outcome } from '#protocols/errors.ts';
import {
  RECORD_BYTES_MAX,
  type RecordTypeName,
  recordTypes,
  SUM_KEY,
  type TelemetryRecord,
} from '#protocols/telemetry/record.ts';
import { readTree, type Tree, writeTree } from './cbor-tree.ts';
import { formOf } from './keyed.ts';

const forms = Object.fromEntries(
  Object.entries(recordTypes).map(([name, { schema }]) => [name, formOf(schema)]),
) as Record<RecordTypeName, ReturnType<typeof formOf>>;

/** Throws a `RangeError` or a `ZodError` where the record is none: its author made a mistake. */
export function encodeRecord(record: TelemetryRecord): Uint8Array {
  const { schema } = recordTypes[record.type];
  // Parsed, so that what leaves the node holds nothing that its schema does not name.
  const bytes = write(schema.parse(record) as TelemetryRecord);
  if (bytes.length > RECORD_BYTES_MAX) {
    throw new RangeError(
      `a record of ${bytes.length} bytes: at most ${RECORD_BYTES_MAX} travel in one`,
    );
  }
  return bytes;
}

/** The record, or one line that says why the bytes are none. */
export function decodeRecord(bytes: Uint8Array): Outcome<TelemetryRecord, string> {
  if (bytes.length > RECORD_BYTES_MAX) {
    return fail(`${bytes.length} bytes, where ${RECORD_BYTES_MAX} are the most`);
  }
  try {
    const record = bytes[0] === OPENING_BRACE ? readJson(bytes) : readCbor(bytes);
    const parsed = recordTypes[record.type].schema.safeParse(record.value);
    if (!parsed.success) return fail(z.prettifyError(parsed.error));
    const value = parsed.data as TelemetryRecord;
    if (!isSame(write(value), bytes)) return fail('other bytes than this record has');
    return { ok: true, value };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const OPENING_BRACE = 0x7b;

const writer = new CborWriter();

function write(record: TelemetryRecord): Uint8Array {
  if (recordTypes[record.type].form === 'json') {
    const text = canonicalJson(record);
    return new TextEncoder().encode(canonicalJson({ ...record, sum: crc32(text) }));
  }
  const tree = forms[record.type].toTree(record) as ReadonlyMap<number, Tree>;
  writer.reset();
  writer.mapHead(tree.size + 1);
  for (const [key, value] of tree) {
    writer.write(key);
    writeTree(writer, value);
  }
  // Over the members as they stand, without the head that counts them.
  const sum = crc32(writer.bytes().subarray(1));
  writer.write(SUM_KEY);
  writer.write(sum);
  return new Uint8Array(writer.bytes());
}

interface Read {
  readonly type: RecordTypeName;
  readonly value: unknown;
}

function readCbor(bytes: Uint8Array): Read {
  const tree = readTree(bytes);
  if (!(tree instanceof Map)) throw new RangeError('came something other than a map');
  const members = new Map(tree as ReadonlyMap<number, Tree>);
  // Checked with the whole, which is written again.
  members.delete(SUM_KEY);
  const type = typeOf(members.get(1), 'cbor');
  return { type, value: forms[type].fromTree(members) };
}

function readJson(bytes: Uint8Array): Read {
  const value: unknown = JSON.parse(text.decode(bytes));
  const { sum: _, ...members } = z.record(z.string(), z.unknown()).parse(value);
  return { type: typeOf(members.type, 'json'), value: members };
}

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function typeOf(name: unknown, form: 'cbor' | 'json'): RecordTypeName {
  if (typeof name === 'string' && Object.hasOwn(recordTypes, name)) {
    const type = name as RecordTypeName;
    if (recordTypes[type].form === form) return type;
  }
  throw new RangeError(
    `no type of record in ${form.toUpperCase()}: '${String(name).slice(0, 40)}'`,
  );
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function fail(error: string): { ok: false; error: string } {
  return { ok: false, error: `no record: ${error.replace(/\s*\n\s*/g, '; ').slice(0, 300)}` };
}
