/**
 * Gathers the reads of one radio until they make a block. Bytes are copied once, into memory that is
 * used again for the next block.
 */
import { BLOCK_SPAN_US_MAX, type BlockParts, READ_LINE_BYTES } from './block.ts';
import { SweepEdges } from './sweep-edges.ts';

/** Raw bytes of a block, about: it ends with the last whole sweep. */
export const BLOCK_BYTES = 64 * 1024;
/** Reads of a block at most; a driver that gives a sweep a read fills 64 KiB before that. */
const readsMax = 2048;
/** The wall clock was set when it moves against the monotonic one by more than this. */
const JUMP_US = 1_000_000;

interface Instant {
  readonly atUs: number;
  readonly monotonicUs: number;
}

export class BlockBuffer {
  readonly #bytes = new Uint8Array(BLOCK_BYTES + readsMax * READ_LINE_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #ends = new Uint32Array(readsMax);
  readonly #times = new Float64Array(readsMax);
  readonly #edges = new SweepEdges();
  readonly #onBlock: (parts: BlockParts) => void;
  #length = 0;
  #reads = 0;
  /** Behind the last whole sweep in the buffer; 0 when none ended here. */
  #edge = 0;
  #beginsSweep = true;
  #firstMonotonicUs = 0;
  #sequence = 0;
  /** Of the wall clock over the monotonic one, at the last read. */
  #offsetUs: number | undefined;
  /** How often the wall clock was set while this radio was recorded. */
  clockJumps = 0;

  /** `onBlock` gets memory that is used again once it returns. */
  constructor(onBlock: (parts: BlockParts) => void) {
    this.#onBlock = onBlock;
  }

  add(data: Uint8Array, now: Instant): void {
    if (this.#isApart(now)) this.end();
    let at = 0;
    while (at < data.length) {
      if (this.#length === 0) this.#begin(now.monotonicUs);
      const piece = data.subarray(at, at + BLOCK_BYTES - this.#length);
      this.#bytes.set(piece, this.#length);
      const edge = this.#edges.pass(piece);
      if (edge > 0) this.#edge = this.#length + edge;
      this.#length += piece.length;
      this.#ends[this.#reads] = this.#length;
      this.#times[this.#reads] = now.atUs;
      this.#reads += 1;
      at += piece.length;
      if (this.#length === BLOCK_BYTES || this.#reads === readsMax) this.flush();
    }
  }

  /** Hands over up to the last whole sweep and keeps what follows it; all where none ended. */
  flush(): void {
    if (this.#edge === 0) {
      this.end();
      return;
    }
    const cut = this.#edge;
    let through = 0;
    while (this.#ends[through]! < cut) through += 1;
    // The read that the cut goes through is told on both sides, what came later on the other.
    const rest = this.#bytes.slice(cut, this.#length);
    const from = this.#ends[through] === cut ? through + 1 : through;
    const ends = this.#ends.slice(from, this.#reads);
    const times = this.#times.slice(from, this.#reads);
    this.#ends[through] = cut;
    this.#hand(cut, through + 1, true);
    this.#empty();
    if (rest.length === 0) return;
    // Clocks that parted would have ended the block.
    this.#begin(times[0]! - (this.#offsetUs ?? 0));
    // The stream was followed past the cut already.
    this.#beginsSweep = true;
    this.#bytes.set(rest);
    this.#length = rest.length;
    this.#ends.set(ends.map((end) => end - cut));
    this.#times.set(times);
    this.#reads = ends.length;
  }

  /** Hands over all there is, whole sweeps or not. */
  end(): void {
    if (this.#length === 0) return;
    this.#hand(this.#length, this.#reads, this.#edges.isBetween);
    this.#empty();
  }

  /** Lets go of what was gathered. What comes next does not join on to it. */
  drop(): number {
    const dropped = this.#length;
    this.#empty();
    this.#sequence += 1;
    this.#edges.restart();
    return dropped;
  }

  #empty(): void {
    this.#length = 0;
    this.#reads = 0;
    this.#edge = 0;
  }

  #begin(monotonicUs: number): void {
    this.#beginsSweep = this.#edges.isBetween;
    this.#firstMonotonicUs = monotonicUs;
  }

  /** The times of one block lie on one wall clock, and close enough for its table. */
  #isApart({ atUs, monotonicUs }: Instant): boolean {
    const offsetUs = atUs - monotonicUs;
    const isJump = Math.abs(offsetUs - (this.#offsetUs ?? offsetUs)) > JUMP_US;
    this.#offsetUs = offsetUs;
    if (isJump) this.clockJumps += 1;
    return isJump || Math.abs(atUs - (this.#times[0] as number)) > BLOCK_SPAN_US_MAX;
  }

  #hand(length: number, reads: number, endsSweep: boolean): void {
    let firstUs = this.#times[0] as number;
    let lastUs = firstUs;
    for (let read = 1; read < reads; read += 1) {
      firstUs = Math.min(firstUs, this.#times[read] as number);
      lastUs = Math.max(lastUs, this.#times[read] as number);
    }
    let begin = 0;
    for (let read = 0; read < reads; read += 1) {
      const line = length + read * READ_LINE_BYTES;
      this.#view.setInt32(line, (this.#times[read] as number) - firstUs);
      this.#view.setUint32(line + 4, (this.#ends[read] as number) - begin);
      begin = this.#ends[read] as number;
    }
    const sequence = this.#sequence;
    this.#sequence += 1;
    this.#onBlock({
      raw: this.#bytes.subarray(0, length + reads * READ_LINE_BYTES),
      reads,
      beginsSweep: this.#beginsSweep,
      endsSweep,
      sequence,
      firstUs,
      lastUs,
      firstMonotonicUs: this.#firstMonotonicUs,
    });
  }
}
