/**
 * Deterministic CBOR after RFC 8949 section 4.2.1: shortest lengths, shortest floats that keep the
 * value, map keys in the bytewise order of their encodings. Written for traces: small plain objects,
 * millions of them, into one buffer that is used again.
 *
 * A safe integer is an integer, -0 and every other number a float. Members that are undefined are
 * left out. Text, Uint8Array, arrays and plain objects are all there is besides; anything else
 * throws a `TypeError`.
 */

/** The encoding of one value, in bytes of its own. */
export function encodeCanonicalCbor(value: unknown): Uint8Array {
  shared.reset();
  shared.write(value);
  // A Buffer's own `slice` would share its memory.
  return new Uint8Array(shared.bytes());
}

/** Node's own writers, which take text of any representation an order of magnitude faster than a loop. */
interface TextBuffer extends Buffer {
  utf8Write(text: string, at: number): number;
  latin1Write(text: string, at: number): number;
}

function newBuffer(bytes: number): TextBuffer {
  // Every Buffer has these methods; its type does not show them.
  return Buffer.allocUnsafeSlow(bytes) as TextBuffer;
}

export class CborWriter {
  #buffer: TextBuffer;
  #view: DataView;
  #length = 0;
  /** Views of the buffer from its start, by length: making one is dearer than most records. */
  #views: Uint8Array[] = [];

  constructor(initialBytes = 1024) {
    this.#buffer = newBuffer(initialBytes);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Bytes written since the last reset. */
  get length(): number {
    return this.#length;
  }

  reset(): void {
    this.#length = 0;
  }

  /** What was written, without copying: valid until the next write or reset. */
  bytes(): Uint8Array {
    const length = this.#length;
    if (length >= VIEWS_MAX) return this.#buffer.subarray(0, length);
    let view = this.#views[length];
    if (view === undefined) {
      view = this.#buffer.subarray(0, length);
      this.#views[length] = view;
    }
    return view;
  }

  /** Appends bytes as they are, such as the hash that a record is chained to. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a few bytes as they are; for these a loop is quicker than `set`. */
  short(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    const buffer = this.#buffer;
    const at = this.#length;
    for (let index = 0; index < length; index++) buffer[at + index] = bytes[index]!;
    this.#length = at + length;
  }

  /** Appends text of which each character is a byte. */
  latin1(text: string): void {
    const { length } = text;
    this.#reserve(length);
    this.#buffer.latin1Write(text, this.#length);
    this.#length += length;
  }

  /** Begins a map; its keys and values follow, in the order of the form. */
  mapHead(count: number): void {
    this.#head(MAP, count);
  }

  /** Begins an array; its values follow. */
  arrayHead(count: number): void {
    this.#head(ARRAY, count);
  }

  /** Says what the next value is; that form has no tags, so the caller answers for its own. */
  tagHead(tag: number): void {
    this.#head(TAG, tag);
  }

  write(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.#text(value);
        break;
      case 'number':
        this.#number(value);
        break;
      case 'boolean':
        this.#byte(value ? TRUE : FALSE);
        break;
      case 'undefined':
        this.#byte(UNDEFINED);
        break;
      case 'object':
        if (value === null) {
          this.#byte(NULL);
        } else if (Array.isArray(value)) {
          this.#array(value);
        } else if (value instanceof Uint8Array) {
          this.#head(BYTES, value.length);
          this.raw(value);
        } else {
          this.#map(value as Record<string, unknown>);
        }
        break;
      default:
        throw new TypeError(`canonical CBOR: expected plain data, came ${typeof value}`);
    }
  }

  #array(values: readonly unknown[]): void {
    this.#head(ARRAY, values.length);
    for (let index = 0; index < values.length; index++) this.write(values[index]);
  }

  #map(value: Record<string, unknown>): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      const name = (value.constructor as { name?: string } | undefined)?.name ?? 'a class';
      throw new TypeError(`canonical CBOR: expected plain data, came an instance of ${name}`);
    }
    const { keys, encoded } = sortedKeys(value);
    let count = keys.length;
    for (let index = 0; index < keys.length; index++) {
      if (value[keys[index]!] === undefined) count--;
    }
    this.#head(MAP, count);
    for (let index = 0; index < keys.length; index++) {
      const member = value[keys[index]!];
      if (member === undefined) continue;
      this.short(encoded[index]!);
      this.write(member);
    }
  }

  #text(text: string): void {
    const { length } = text;
    // Most text is short and ASCII: then it has as many bytes as characters, and only then.
    if (length < 64) {
      this.#reserve(3 * length + 2);
      const buffer = this.#buffer;
      let at = this.#length;
      if (length < 24) {
        buffer[at++] = TEXT | length;
      } else {
        buffer[at++] = TEXT | 24;
        buffer[at++] = length;
      }
      if (length === 0 || buffer.utf8Write(text, at) === length) {
        this.#length = at + length;
        return;
      }
    }
    if (!text.isWellFormed()) {
      throw new TypeError('canonical CBOR: expected text, came a lone surrogate');
    }
    const bytes = Buffer.byteLength(text);
    this.#head(TEXT, bytes);
    this.#reserve(bytes);
    this.#buffer.write(text, this.#length, 'utf8');
    this.#length += bytes;
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value >= 0) this.#head(UNSIGNED, value);
      else this.#head(NEGATIVE, -1 - value);
      return;
    }
    this.#reserve(9);
    const start = this.#length;
    if (Number.isNaN(value)) {
      this.#view.setUint8(start, FLOAT_16);
      this.#view.setUint16(start + 1, 0x7e00);
      this.#length = start + 3;
    } else if (Math.fround(value) === value) {
      this.#view.setFloat32(start + 1, value);
      const half = halfOf(this.#view.getUint32(start + 1));
      if (half >= 0) {
        this.#view.setUint8(start, FLOAT_16);
        this.#view.setUint16(start + 1, half);
        this.#length = start + 3;
      } else {
        this.#view.setUint8(start, FLOAT_32);
        this.#length = start + 5;
      }
    } else {
      this.#view.setUint8(start, FLOAT_64);
      this.#view.setFloat64(start + 1, value);
      this.#length = start + 9;
    }
  }

  /** A major type with its argument, in the fewest bytes (RFC 8949 section 3). */
  #head(major: number, argument: number): void {
    this.#reserve(9);
    const buffer = this.#buffer;
    let at = this.#length;
    if (argument < 24) {
      buffer[at++] = major | argument;
    } else if (argument < 0x100) {
      buffer[at++] = major | 24;
      buffer[at++] = argument;
    } else if (argument < 0x1_0000) {
      buffer[at++] = major | 25;
      buffer[at++] = argument >>> 8;
      buffer[at++] = argument;
    } else if (argument < 0x1_0000_0000) {
      buffer[at++] = major | 26;
      this.#view.setUint32(at, argument);
      at += 4;
    } else {
      buffer[at++] = major | 27;
      this.#view.setUint32(at, argument / 0x1_0000_0000);
      this.#view.setUint32(at + 4, argument);
      at += 8;
    }
    this.#length = at;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = byte;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = newBuffer(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
    this.#views = [];
  }
}

/** Longer ones are rare, and their views not worth keeping. */
const VIEWS_MAX = 1024;

const UNSIGNED = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const ARRAY = 0x80;
const MAP = 0xa0;
const TAG = 0xc0;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;
const FLOAT_16 = 0xf9;
const FLOAT_32 = 0xfa;
const FLOAT_64 = 0xfb;

/** The bits of a binary16 with the value of a binary32, or -1 when there is none. */
function halfOf(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const exponent = (single >>> 23) & 0xff;
  const fraction = single & 0x7f_ffff;
  if (exponent === 0xff) return fraction === 0 ? sign | 0x7c00 : -1;
  if (exponent === 0) return fraction === 0 ? sign : -1;
  if (exponent > 142 || exponent < 103) return -1;
  if (exponent >= 113) {
    return (fraction & 0x1fff) === 0 ? sign | ((exponent - 112) << 10) | (fraction >>> 13) : -1;
  }
  // A subnormal half: the leading one becomes part of the fraction.
  const shift = 126 - exponent;
  const whole = fraction | 0x80_0000;
  return (whole & ((1 << shift) - 1)) === 0 ? sign | (whole >>> shift) : -1;
}

interface SortedKeys {
  readonly keys: readonly string[];
  readonly encoded: readonly Uint8Array[];
}

/**
 * A way through the keys of an object in the order they were set. Objects made by the same code have
 * the same keys in the same order, so the sorted keys of each such way are kept at its end.
 */
interface Way {
  sorted: SortedKeys | undefined;
  /** The step taken last, then all others. */
  key: string | undefined;
  to: Way | undefined;
  readonly others: Map<string, Way>;
}

/** How many steps are kept before all are forgotten: bounds memory where keys are data. */
const STEPS_MAX = 8192;
let start = newWay();
let steps = 0;

function newWay(): Way {
  return { sorted: undefined, key: undefined, to: undefined, others: new Map() };
}

function sortedKeys(value: Record<string, unknown>): SortedKeys {
  let way = start;
  for (const key in value) way = way.key === key ? way.to! : step(way, key);
  way.sorted ??= sortKeys(Object.keys(value));
  return way.sorted;
}

function step(way: Way, key: string): Way {
  let to = way.others.get(key);
  if (to === undefined) {
    if (steps++ >= STEPS_MAX) {
      // The way being walked goes on by itself; only the next object begins anew.
      start = newWay();
      steps = 0;
    }
    to = newWay();
    way.others.set(key, to);
  }
  way.key = key;
  way.to = to;
  return to;
}

function sortKeys(keys: string[]): SortedKeys {
  const pairs = keys.map((key) => {
    const writer = new CborWriter(16);
    writer.write(key);
    return { key, bytes: writer.bytes() };
  });
  pairs.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  return { keys: pairs.map(({ key }) => key), encoded: pairs.map(({ bytes }) => bytes) };
}

const shared = new CborWriter();
