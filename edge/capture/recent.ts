/** The newest sweeps of one radio, as the driver gave them, up to a number of bytes. */
import type { Sweep } from './tlv.ts';

export class RecentSweeps {
  readonly #limitBytes: number;
  #kept: Uint8Array[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add({ bytes }: Sweep): void {
    this.#kept.push(new Uint8Array(bytes));
    this.#bytes += bytes.length;
    let dropped = 0;
    while (this.#bytes > this.#limitBytes && dropped < this.#kept.length - 1) {
      this.#bytes -= (this.#kept[dropped] as Uint8Array).length;
      dropped += 1;
    }
    if (dropped > 0) this.#kept = this.#kept.slice(dropped);
  }

  /** The newest `count` sweeps, oldest first, as one stream. */
  newest(count: number): { sweeps: number; bytes: Uint8Array } {
    const chosen = this.#kept.slice(-count);
    return { sweeps: chosen.length, bytes: Buffer.concat(chosen) };
  }
}
