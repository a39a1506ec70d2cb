/** Numbers of up to 32 bits one after another, the highest bit first; the last byte is filled with zeros. */
export class BitWriter {
  readonly #bytes: Uint8Array;
  #bits = 0;

  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(maxBytes);
  }

  write(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      if (((value >>> bit) & 1) === 1) this.#bytes[this.#bits >> 3]! |= 0x80 >> (this.#bits & 7);
      this.#bits += 1;
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, Math.ceil(this.#bits / 8));
  }
}

export class BitReader {
  readonly #bytes: Uint8Array;
  #bits = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length * 8 - this.#bits;
  }

  /** Undefined where the bytes end before. */
  read(bits: number): number | undefined {
    if (bits > this.remaining) return undefined;
    let value = 0;
    for (let index = 0; index < bits; index += 1) {
      const bit = (this.#bytes[this.#bits >> 3]! >> (7 - (this.#bits & 7))) & 1;
      value = value * 2 + bit;
      this.#bits += 1;
    }
    return value;
  }
}
