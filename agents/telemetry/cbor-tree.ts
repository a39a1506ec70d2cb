/**
 * Records in CBOR (RFC 8949), as trees: maps with whole numbers for keys, and typed arrays and
 * matrices under the tags of RFC 8746. What is written is deterministic; the reader takes nothing
 * that a writer of records could not have written, whatever the bytes claim of themselves.
 */
import type { CborWriter } from '#protocols/canonical-cbor.ts';
import { Matrix } from '#protocols/telemetry/fields.ts';

export type Tree =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | Uint32Array
  | Float32Array
  | Matrix
  | readonly Tree[]
  | ReadonlyMap<number, Tree>;

/** RFC 8746 2.1 and 3.1.1: little-endian typed arrays, and an array of rows in row-major order. */
const TAG_UINT8 = 64;
const TAG_UINT32 = 70;
const TAG_FLOAT32 = 85;
const TAG_ROWS = 40;

/** Deeper than any record is. */
const DEPTH_MAX = 8;

export function writeTree(writer: CborWriter, tree: Tree): void {
  if (tree instanceof Map) {
    const entries = [...(tree as ReadonlyMap<number, Tree>)].sort(([one], [other]) => one - other);
    writer.mapHead(entries.length);
    for (const [key, value] of entries) {
      writer.write(key);
      writeTree(writer, value);
    }
  } else if (Array.isArray(tree)) {
    writer.arrayHead(tree.length);
    for (const value of tree) writeTree(writer, value);
  } else if (tree instanceof Matrix) {
    writer.tagHead(TAG_ROWS);
    writer.arrayHead(2);
    writer.arrayHead(2);
    writer.write(tree.rows);
    writer.write(tree.columns);
    writeTyped(writer, tree.values);
  } else if (tree instanceof Float32Array || tree instanceof Uint32Array) {
    writeTyped(writer, tree);
  } else {
    writer.write(tree);
  }
}

function writeTyped(writer: CborWriter, values: Float32Array | Uint32Array | Uint8Array): void {
  const tag = values instanceof Float32Array ? TAG_FLOAT32 : TAG_UINT32;
  writer.tagHead(values instanceof Uint8Array ? TAG_UINT8 : tag);
  writer.write(littleEndian(values));
}

/** The bytes of an array whose elements have four, or one, the lowest first. */
function littleEndian(values: Float32Array | Uint32Array | Uint8Array): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return isLittleEndian ? bytes : Buffer.from(bytes).swap32();
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** What the bytes hold; throws a `RangeError` that says where they are not what they should be. */
export function readTree(bytes: Uint8Array): Tree {
  const reader = new TreeReader(bytes);
  const tree = reader.value(0);
  reader.end();
  return tree;
}

/** Major types (RFC 8949 3.1). */
const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class TreeReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // Of a Buffer, `slice` would share memory, and with it where it begins.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#fault(`${this.#left} bytes after the end`);
  }

  value(depth: number): Tree {
    if (depth > DEPTH_MAX) throw this.#fault(`more than ${DEPTH_MAX} levels`);
    const first = this.#byte();
    const low = first & 31;
    switch (first >> 5) {
      case UNSIGNED:
        return this.#argument(low);
      case NEGATIVE:
        return -1 - this.#argument(low);
      case BYTES:
        return this.#take(this.#argument(low)).slice();
      case TEXT:
        return this.#text(this.#argument(low));
      case ARRAY:
        return this.#array(this.#argument(low), depth);
      case MAP:
        return this.#map(this.#argument(low), depth);
      case TAG:
        return this.#tagged(this.#argument(low), depth);
      default:
        return this.#simple(low);
    }
  }

  get #left(): number {
    return this.#bytes.length - this.#at;
  }

  #array(count: number, depth: number): Tree {
    // Each value has a byte at least, so a count that lies is known before anything is made.
    if (count > this.#left) throw this.#fault(`${count} values in ${this.#left} bytes`);
    const values: Tree[] = [];
    for (let index = 0; index < count; index += 1) values.push(this.value(depth + 1));
    return values;
  }

  #map(count: number, depth: number): Tree {
    if (count * 2 > this.#left) throw this.#fault(`${count} members in ${this.#left} bytes`);
    const members = new Map<number, Tree>();
    let last = -1;
    for (let index = 0; index < count; index += 1) {
      const first = this.#byte();
      if (first >> 5 !== UNSIGNED) throw this.#fault('a key that is no whole number');
      const key = this.#argument(first & 31);
      if (key <= last) throw this.#fault(`key ${key} after key ${last}`);
      last = key;
      members.set(key, this.value(depth + 1));
    }
    return members;
  }

  #tagged(tag: number, depth: number): Tree {
    if (tag !== TAG_ROWS) return this.#typed(tag);
    const parts = this.value(depth + 1);
    if (!Array.isArray(parts) || parts.length !== 2) throw this.#fault('rows without two parts');
    const [shape, values] = parts as readonly Tree[];
    if (!Array.isArray(shape) || shape.length !== 2) throw this.#fault('rows of another shape');
    const [rows, columns] = shape as readonly unknown[];
    const isCells = values instanceof Float32Array || values instanceof Uint8Array;
    if (typeof rows !== 'number' || typeof columns !== 'number' || !isCells) {
      throw this.#fault('rows without numbers');
    }
    return new Matrix(rows, columns, values);
  }

  #typed(tag: number): Tree {
    const first = this.#byte();
    if (first >> 5 !== BYTES) throw this.#fault(`tag ${tag} on something other than bytes`);
    const bytes = this.#take(this.#argument(first & 31)).slice();
    if (tag === TAG_UINT8) return bytes;
    if (tag !== TAG_UINT32 && tag !== TAG_FLOAT32) throw this.#fault(`tag ${tag}`);
    if (bytes.length % 4 !== 0) throw this.#fault(`${bytes.length} bytes of 32-bit values`);
    if (!isLittleEndian) Buffer.from(bytes.buffer).swap32();
    return tag === TAG_UINT32 ? new Uint32Array(bytes.buffer) : new Float32Array(bytes.buffer);
  }

  #text(length: number): string {
    const bytes = this.#take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.#fault('text that is not UTF-8');
    }
  }

  #simple(low: number): Tree {
    switch (low) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 25:
        return this.#view.getFloat16(this.#skip(2));
      case 26:
        return this.#view.getFloat32(this.#skip(4));
      case 27:
        return this.#view.getFloat64(this.#skip(8));
      default:
        throw this.#fault(`simple value ${low}`);
    }
  }

  /** RFC 8949 3: what follows the first byte; lengths that are not known ahead are refused. */
  #argument(low: number): number {
    if (low < 24) return low;
    if (low === 24) return this.#view.getUint8(this.#skip(1));
    if (low === 25) return this.#view.getUint16(this.#skip(2));
    if (low === 26) return this.#view.getUint32(this.#skip(4));
    if (low !== 27) throw this.#fault('a length that is not told');
    const at = this.#skip(8);
    const whole = this.#view.getUint32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(whole)) throw this.#fault('a number beyond 2^53');
    return whole;
  }

  #byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  #skip(length: number): number {
    if (length > this.#left) throw this.#fault(`${length} bytes where ${this.#left} are left`);
    const at = this.#at;
    this.#at += length;
    return at;
  }

  #fault(came: string): RangeError {
    return new RangeError(`CBOR at byte ${this.#at}: came ${came}`);
  }
}
