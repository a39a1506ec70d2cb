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
// Its types ask for a class and an encoder too; a tag that is only read needs neither.
addExtension({ tag: NEGATIVE_ZERO, decode: () => -0 } as unknown as Extension<unknown, unknown>);

const plain = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: true });

/** Bytes that anyone can read without knowing what came before. */
export function encode(value: unknown): Uint8Array {
  return plain.encode(keepingZeros(value));
}

export function decode(bytes: Uint8Array): unknown {
  return plain.decode(bytes);
}

/**
 * Packs many values of few shapes: names of fields are kept once, and bytes become a string of one
 * byte a character, which takes a tenth of what a small Buffer takes. What one Packer packed, only
 * the same one unpacks.
 */
export class Packer {
  readonly #encoder = new Encoder({ structures: [], maxSharedStructures: 4096 });
  readonly #words: string[] = [];
  readonly #numbers = new Map<string, number>();

  pack(value: unknown): string {
    const bytes = this.#encoder.encode(keepingZeros(value));
    return bytes.toString('latin1');
  }

  unpack(packed: string): unknown {
    return this.#encoder.decode(Buffer.from(packed, 'latin1'));
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
}

/** The value itself, or a copy in which -0 is tagged where it holds one. */
function keepingZeros(value: unknown): unknown {
  if (value === 0) return Object.is(value, -0) ? new Tag(0, NEGATIVE_ZERO) : value;
  if (typeof value !== 'object' || value === null) return value;
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
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const record = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const key in record) {
    const kept = keepingZeros(record[key]);
    if (kept === record[key]) continue;
    copy ??= { ...record };
    copy[key] = kept;
  }
  return copy ?? value;
}
