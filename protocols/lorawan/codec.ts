/** Messages to bytes and back, by their tables. */
import { InputError, type Outcome } from '../errors.ts';
import { BitReader, BitWriter } from './bits.ts';
import {
  type Choice,
  codesOf,
  type Field,
  type FieldTable,
  type Quantity,
  topCode,
} from './fields.ts';
import { LORA_VERSION, type LoraMessage, type LoraMessageName, messages } from './messages.ts';

const VERSION_BITS = 3;
const NUMBER_BITS = 5;
/** The finest step is that of a latitude, 1.07e-5. */
const DIGITS = 7;

type Values = Readonly<Record<string, unknown>>;

export function encodeMessage(message: LoraMessage): Uint8Array {
  const { number, maxBytes, fields } = messages[message.is];
  const writer = new BitWriter(maxBytes);
  writer.write(LORA_VERSION, VERSION_BITS);
  writer.write(number, NUMBER_BITS);
  writeFields(writer, fields, message, message.is);
  return writer.bytes();
}

/** The first byte of a frame, which every message and every fragment begins with. */
export function headByte(number: number): number {
  return (LORA_VERSION << NUMBER_BITS) | number;
}

/** Reads the head of a frame: the number of its kind, or why it cannot be read. */
export function readHead(bytes: Uint8Array): Outcome<number, string> {
  const first = bytes[0];
  if (first === undefined) return fail('expected a message of at least one byte, none came');
  const version = first >> NUMBER_BITS;
  if (version !== LORA_VERSION) {
    return fail(
      `expected version ${LORA_VERSION} of the messages, came version ${version}: update the receiver, or the node`,
    );
  }
  return { ok: true, value: first & ((1 << NUMBER_BITS) - 1) };
}

const byNumber = new Map<number, LoraMessageName>(
  // Keys of an object literal are its own names.
  (Object.keys(messages) as LoraMessageName[]).map((name) => [messages[name].number, name]),
);

export function decodeMessage(bytes: Uint8Array): Outcome<LoraMessage, string> {
  const head = readHead(bytes);
  if (!head.ok) return head;
  const name = byNumber.get(head.value);
  if (name === undefined) {
    const known = [...byNumber].map(([number, each]) => `${number} (${each})`).join(', ');
    return fail(`expected a message of kind ${known}, came kind ${head.value}`);
  }
  const reader = new BitReader(bytes.subarray(1));
  const values: Record<string, unknown> = { is: name };
  const fault = readFields(reader, messages[name].fields, values);
  if (fault !== undefined) return fail(`${name}: ${fault}`);
  if (reader.remaining >= 8) {
    return fail(`${name}: expected its end, ${Math.floor(reader.remaining / 8)} more bytes came`);
  }
  if (reader.read(reader.remaining) !== 0)
    return fail(`${name}: expected zeros behind the last field`);
  // Each value was read by the table that the type is made from.
  return { ok: true, value: values as unknown as LoraMessage };
}

function fail(error: string): Outcome<never, string> {
  return { ok: false, error };
}

function writeFields(writer: BitWriter, fields: FieldTable, values: Values, at: string): void {
  for (const [name, field] of Object.entries(fields)) {
    writeField(writer, field, values[name], `${at}.${name}`);
  }
}

function writeField(writer: BitWriter, field: Field, value: unknown, at: string): void {
  if (field.kind === 'quantity') writer.write(codeOf(field, value, at), field.bits);
  if (field.kind === 'flag') writer.write(value === true ? 1 : 0, 1);
  if (field.kind === 'choice') writer.write(placeOf(field, value, at), field.bits);
  if (field.kind === 'list') {
    // The type of a message says so; what does not fit its number is left off at the end.
    const items = (value as readonly Values[]).slice(0, codesOf(field.bits) - 1);
    writer.write(items.length, field.bits);
    for (const [index, item] of items.entries()) {
      writeFields(writer, field.fields, item, `${at}.${index}`);
    }
  }
}

function codeOf(field: Quantity, value: unknown, at: string): number {
  const top = topCode(field);
  if (value === null && field.nullable) return top + 1;
  if (typeof value !== 'number' || Number.isNaN(value)) {
    if (field.nullable) return top + 1;
    throw new InputError(`${at}: expected a number, came ${value}`);
  }
  const code = Math.round((value - field.least) / field.step);
  if (field.exact && (code < 0 || code > top || !Number.isInteger(value))) {
    throw new InputError(`${at}: expected a whole number from 0 to ${top}, came ${value}`);
  }
  return Math.min(Math.max(code, 0), top);
}

function placeOf(field: Choice, value: unknown, at: string): number {
  const place = field.names.indexOf(String(value));
  if (place >= 0) return place;
  throw new InputError(`${at}: expected one of ${field.names.join(', ')}, came '${value}'`);
}

/** Puts what it reads into `values`; returns what is wrong with it, if anything is. */
function readFields(
  reader: BitReader,
  fields: FieldTable,
  values: Record<string, unknown>,
): string | undefined {
  for (const [name, field] of Object.entries(fields)) {
    const code = reader.read(field.bits);
    if (code === undefined) return `expected ${name}, the message ends before it`;
    if (field.kind === 'quantity') values[name] = numberOf(field, code);
    if (field.kind === 'flag') values[name] = code === 1;
    if (field.kind === 'choice') {
      if (code >= field.names.length)
        return `${name}: expected up to ${field.names.length - 1}, came ${code}`;
      values[name] = field.names[code];
    }
    if (field.kind === 'list') {
      const items: Record<string, unknown>[] = [];
      for (let index = 0; index < code; index += 1) {
        const item = {};
        const fault = readFields(reader, field.fields, item);
        if (fault !== undefined) return `${name} ${index}: ${fault}`;
        items.push(item);
      }
      values[name] = items;
    }
  }
  return undefined;
}

function numberOf(field: Quantity, code: number): number | null {
  if (code > topCode(field)) return null;
  return Number((field.least + code * field.step).toFixed(DIGITS));
}

/** The instant whose lower 16 bits these are and that is nearest to `nearS`, seconds since 1970. */
export function instantNear(lower16: number, nearS: number): number {
  const base = nearS - (((nearS % 65_536) + 65_536) % 65_536) + lower16;
  if (base - nearS > 32_768) return base - 65_536;
  return nearS - base > 32_768 ? base + 65_536 : base;
}
