/**
 * Plain data as bytes. CBOR (RFC 8949) keeps what JSON loses: undefined, typed arrays, maps and
 * sets, so that what comes back steers a chart just as what went in.
 */
import { addExtension, Encoder, type Extension, Tag } from 'cbor-x';

/**
 * cbor-x writes -0 as 0. A chart that rested would then go on with another number than one that did
 * not, so -0 travels under a tag of our own, in the range that RFC 8949 9.2 leaves to applications.
 */
const NEGATIVE_ZERO = 0x4147_2d30;
const read = { tag: NEGATIVE_ZERO, decode: () => -0 };
// Its types ask for a class and an encoder too; a tag that is only read needs neither.
addExtension(read as unknown as Extension<unknown, unknown>);

const cbor = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: true });

/** Bytes that anyone can read without knowing what came before. */
export function encode(value: unknown): Uint8Array {
  return cbor.encode(keepingZeros(value));
}

export function decode(bytes: Uint8Array): unknown {
  return cbor.decode(bytes);
}

/** What stands first in an array of a packed value. */
const LIST = 0;
const INLINE = 1;
const FIRST_SHAPE = 2;
const SHAPES = 4_096;

/**
 * Packs many values of few shapes: the names of their fields are kept once, and bytes become a
 * string of one byte a character, which takes a tenth of what a small Buffer takes. What one Packer
 * packed, only the same one unpacks.
 */
export class Packer {
  readonly #shapes: (readonly string[])[] = [];
  readonly #shapeNumbers = new Map<string, number>();
  readonly #words: string[] = [];
  readonly #numbers = new Map<string, number>();

  pack(value: unknown): string {
    return cbor.encode(this.#shrink(value)).toString('latin1');
  }

  unpack(packed: string): unknown {
    return this.#grow(cbor.decode(Buffer.from(packed, 'latin1')));
  }

  /** A number for a text that many values share. */
  number(word: string): number {
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.#words.push(word) - 1;
      this.#numbers.set(word, number);
    }
    return number;
  }

  word(number: number): string {
    return this.#words[number] as string;
  }

  #shrink(value: unknown): unknown {
    if (Array.isArray(value)) {
      const shrunk: unknown[] = [LIST];
      for (const item of value) shrunk.push(this.#shrink(item));
      return shrunk;
    }
    if (!isRecord(value)) return keepingZeros(value);
    const keys = Object.keys(value);
    const shape = this.#shapeOf(keys);
    const shrunk: unknown[] = [shape ?? INLINE];
    for (const key of keys) {
      if (shape === undefined) shrunk.push(key);
      shrunk.push(this.#shrink(value[key]));
    }
    return shrunk;
  }

  #grow(value: unknown): unknown {
    if (!Array.isArray(value)) return value;
    const head = value[0] as number;
    if (head === LIST) return value.slice(1).map((item) => this.#grow(item));
    const record: Record<string, unknown> = {};
    if (head === INLINE) {
      for (let at = 1; at < value.length; at += 2) record[value[at]] = this.#grow(value[at + 1]);
      return record;
    }
    const keys = this.#shapes[head - FIRST_SHAPE] as readonly string[];
    for (let at = 0; at < keys.length; at += 1) {
      record[keys[at] as string] = this.#grow(value[at + 1]);
    }
    return record;
  }

  /** Undefined where there are too many shapes already, as with keys that are data. */
  #shapeOf(keys: readonly string[]): number | undefined {
    const name = `${keys.length}\0${keys.join('\0')}`;
    const known = this.#shapeNumbers.get(name);
    if (known !== undefined) return known;
    if (this.#shapes.length >= SHAPES || keys.some((key) => key.includes('\0'))) return undefined;
    const shape = FIRST_SHAPE + this.#shapes.push(keys) - 1;
    this.#shapeNumbers.set(name, shape);
    return shape;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** The value itself, or a copy in which -0 is tagged where it holds one. */
function keepingZeros(value: unknown): unknown {
  if (value === 0) return Object.is(value, -0) ? new Tag(0, NEGATIVE_ZERO) : value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const kept = keepingZeros(value[index]);
      if (kept === value[index]) continue;
      copy ??= [...value];
      copy[index] = kept;
    }
    return copy ?? value;
  }
  if (!isRecord(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const kept = keepingZeros(value[key]);
    if (kept === value[key]) continue;
    copy ??= { ...value };
    copy[key] = kept;
  }
  return copy ?? value;
}
