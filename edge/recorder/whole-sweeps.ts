/** The whole sweeps of what was recorded. None is ever pieced together over a gap. */
import { SweepReader } from '../capture/tlv.ts';
import type { Chunk } from './recording.ts';

export class WholeSweeps {
  #reader = new SweepReader();
  /** Bytes that hold no whole sweep, up to the last gap. */
  skippedBytes = 0;

  /** The bytes of the sweeps that a chunk completes, one entry each. */
  of({ bytes, joins }: Pick<Chunk, 'bytes' | 'joins'>): Uint8Array[] {
    if (!joins) {
      this.end();
      this.#reader = new SweepReader();
    }
    const sweeps: Uint8Array[] = [];
    this.#reader.push(bytes, (sweep) => sweeps.push(sweep.bytes));
    return sweeps;
  }

  /** Nothing follows: what is left over was cut short. */
  end(): void {
    this.#reader.end();
    this.skippedBytes += this.#reader.skippedBytes;
    this.#reader.skippedBytes = 0;
  }
}
