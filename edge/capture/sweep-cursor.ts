/**
 * Goes from sweep to sweep over bytes, without an object for any: `fields` are those of the sweep at
 * hand and change with it. Long recordings and radios at full pace are read this way.
 */
import { writePowers } from './bin-power.ts';
import { SweepFields } from './sweep-fields.ts';
import { type Ending, TlvFraming } from './tlv-framing.ts';

export class SweepCursor {
  readonly fields = new SweepFields();
  readonly #framing = new TlvFraming();
  #data: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#data.buffer);
  /** Well-formed TLVs that are no sweep for this reader, by type: unknown ones, or not filled in. */
  readonly unknown = new Map<number, number>();
  /** The bytes of these. */
  passedBytes = 0;
  sweeps = 0;
  sweepBytes = 0;

  /** Bytes that belonged to nothing readable. */
  get skippedBytes(): number {
    return this.#framing.skippedBytes;
  }

  /** Where the sweep at hand begins in the data. */
  get at(): number {
    return this.#framing.at;
  }

  /** Where it ends; where `next` was false, what follows has to be handed in again with more. */
  get end(): number {
    return this.#framing.end;
  }

  /** Takes the bytes of `data` from 0 to `limit`. */
  load(data: Uint8Array, limit: number, ending: Ending): void {
    if (data !== this.#data) {
      this.#data = data;
      this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    }
    this.#framing.load(data, limit, ending);
  }

  /** Goes to the next sweep; false where there is no whole one any more. */
  next(): boolean {
    const framing = this.#framing;
    while (framing.next()) {
      const { at, end } = framing;
      if (this.fields.read(this.#view, at, end)) {
        this.sweeps += 1;
        this.sweepBytes += end - at;
        return true;
      }
      const type = this.#data[at]!;
      this.unknown.set(type, (this.unknown.get(type) ?? 0) + 1);
      this.passedBytes += end - at;
    }
    return false;
  }

  /** Bins of the sweep at hand, both halves of type 2 together. */
  get bins(): number {
    const { first, second, segments } = this.fields;
    return segments === 1 ? first.bins : first.bins + second.bins;
  }

  /** The bytes of the sweep at hand: a view that the next `load` may overwrite. */
  bytes(): Uint8Array {
    return this.#data.subarray(this.at, this.end);
  }

  /** Writes the power of each bin, dBm, into `out`; returns how many there were. */
  powers(out: Float32Array, offset = 0): number {
    const { first, second, segments, maxExp } = this.fields;
    writePowers(this.#view, this.at + first.binsAt, first, maxExp, out, offset);
    if (segments === 1) return first.bins;
    writePowers(this.#view, this.at + second.binsAt, second, maxExp, out, offset + first.bins);
    return first.bins + second.bins;
  }
}
