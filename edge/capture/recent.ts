/** The newest sweeps of one radio, as the driver gave them, up to a number of bytes. */
import type { Sweep } from './tlv.ts';

/** The sweeps of one look: their bytes, and where each of them ends. */
interface Look {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

export class RecentSweeps {
  readonly #limitBytes: number;
  #looks: Look[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add(sweeps: readonly Sweep[]): void {
    if (sweeps.length === 0) return;
    const ends = new Uint32Array(sweeps.length);
    let length = 0;
    sweeps.forEach(({ bytes }, index) => {
      length += bytes.length;
      ends[index] = length;
    });
    const bytes = new Uint8Array(length);
    sweeps.forEach((sweep, index) => {
      bytes.set(sweep.bytes, ends[index]! - sweep.bytes.length);
    });
    this.#looks.push({ bytes, ends });
    this.#bytes += length;
    while (this.#bytes > this.#limitBytes && this.#looks.length > 1) {
      this.#bytes -= this.#looks.shift()!.bytes.length;
    }
  }

  /** The newest `count` sweeps, oldest first, as one stream. */
  newest(count: number): { sweeps: number; bytes: Uint8Array } {
    const chosen: Uint8Array[] = [];
    let sweeps = 0;
    for (let index = this.#looks.length - 1; index >= 0 && sweeps < count; index -= 1) {
      const { bytes, ends } = this.#looks[index]!;
      const left = Math.max(0, ends.length - (count - sweeps));
      chosen.unshift(bytes.subarray(left === 0 ? 0 : ends[left - 1]));
      sweeps += ends.length - left;
    }
    return { sweeps, bytes: Buffer.concat(chosen) };
  }
}
