/** What each radio reads, how strong it is, and what of it is lost so far. */
import * as math from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import * as errorCurves from './errors.ts';
import type { FrameTable } from './frame-table.ts';

// Once, as in `medium.ts`.
const { exp } = math;
const { errorCurve, errorsPerBit } = errorCurves;

/** Of the field of a header that has to be read: IEEE 802.11-2020, 17.3.4. */
const SIGNAL_BITS = 24;
/** It is sent at BPSK with rate 1/2. */
const signalCurve = errorCurve(0);

export class Receptions {
  readonly #table: FrameTable;
  readonly #random: Random;
  /** By node. */
  readonly levelMw: Float64Array;
  /** MPDUs of what it reads that are lost, on average. */
  readonly lostMpdus: Float64Array;
  /** Begin of the stretch of constant interference. */
  readonly since: Float64Array;
  /** Energy in its secondary channels. */
  readonly asideMw: Float64Array;
  readonly #errors: Float64Array;

  constructor(nodes: number, table: FrameTable, random: Random) {
    this.#table = table;
    this.#random = random;
    this.levelMw = new Float64Array(nodes);
    this.lostMpdus = new Float64Array(nodes);
    this.since = new Float64Array(nodes);
    this.asideMw = new Float64Array(nodes);
    this.#errors = new Float64Array(nodes);
  }

  /** Nothing of it is lost up to now. */
  begin(node: number, now: number): void {
    this.since[node] = now;
    this.#errors[node] = 0;
    this.lostMpdus[node] = 0;
  }

  /** Counts what is lost of a stretch that ends now, at this energy; errors in all so far. */
  lose(node: number, frame: number, powerMw: number, now: number): number {
    const { curves, noiseMw, frames, mpdus, mpduBits: bitsOf } = this.#table;
    const level = this.levelMw[node]!;
    const restMw = noiseMw[frame]! + powerMw - level + this.besideMw(node, frame);
    const rate = errorsPerBit(curves[frame]!, level / restMw);
    const bits = ((now - this.since[node]!) * frames[frame]!.rate) / 1e9;
    this.since[node] = now;
    const errors = this.#errors[node]! + bits * rate;
    this.#errors[node] = errors;
    // One alone is lost as the frame is.
    if (mpdus[frame] === 1) return errors;
    const mpduBits = bitsOf[frame]!;
    this.lostMpdus[node] = this.lostMpdus[node]! + (bits / mpduBits) * (1 - exp(-rate * mpduBits));
    return errors;
  }

  /** What disturbs a frame beside the primary channel. */
  besideMw(node: number, frame: number): number {
    return this.#table.isWide[frame] === 1 ? this.asideMw[node]! : 0;
  }

  isRead(node: number): boolean {
    const errors = this.#errors[node]!;
    return errors === 0 || this.#random.uniform() < exp(-errors);
  }

  isHeaderRead(node: number, frame: number, powerMw: number): boolean {
    const level = this.levelMw[node]!;
    const ratio = level / (this.#table.noiseMw[frame]! + powerMw - level);
    return this.#random.uniform() < exp(-SIGNAL_BITS * errorsPerBit(signalCurve, ratio));
  }
}
