/** The mean power in each bin of one sweep, as its signals are put on it. */
import type { Span } from '#protocols/channels.ts';
import type { Shape } from './shape.ts';

export class Canvas {
  readonly span: Span;
  readonly binMhz: number;
  /** For how long one transform collects. */
  readonly windowUs: number;
  /** Noise-like signals and thermal noise, mW a bin. */
  readonly noiseMw: Float64Array;
  /** Unmodulated carriers, mW a bin. */
  readonly carrierMw: Float64Array;
  hasSignals = false;
  hasCarriers = false;
  readonly #thermalMw: number;
  readonly #profiles: Profile[] = [];
  #nextProfile = 0;

  constructor(span: Span, bins: number, thermalMw: number) {
    this.span = span;
    this.binMhz = (span.highMhz - span.lowMhz) / bins;
    this.windowUs = 1 / this.binMhz;
    this.#thermalMw = thermalMw / bins;
    this.noiseMw = new Float64Array(bins).fill(this.#thermalMw);
    this.carrierMw = new Float64Array(bins);
  }

  /** Back to thermal noise alone. */
  clear(): void {
    if (this.hasSignals) this.noiseMw.fill(this.#thermalMw);
    if (this.hasCarriers) this.carrierMw.fill(0);
    this.hasSignals = false;
    this.hasCarriers = false;
  }

  /** All of it. */
  sumMw(): number {
    if (!this.hasSignals && !this.hasCarriers) return this.#thermalMw * this.noiseMw.length;
    let sum = 0;
    for (let bin = 0; bin < this.noiseMw.length; bin += 1) {
      sum += this.noiseMw[bin]! + this.carrierMw[bin]!;
    }
    return sum;
  }

  /** A noise-like signal of that power. */
  put(shape: Shape, centerMhz: number, widthMhz: number, mw: number): void {
    const { first, shares } = this.#profileOf(shape, centerMhz, widthMhz);
    if (shares.length === 0) return;
    const { noiseMw } = this;
    this.hasSignals = true;
    for (let bin = 0; bin < shares.length; bin += 1) {
      noiseMw[first + bin] = noiseMw[first + bin]! + mw * shares[bin]!;
    }
  }

  /** An unmodulated carrier, as a transform with a window shows it: over two bins. */
  carry(mhz: number, mw: number): void {
    const { carrierMw, binMhz } = this;
    const at = (mhz - this.span.lowMhz) / binMhz - 0.5;
    const bin = Math.floor(at);
    if (bin < -1 || bin >= carrierMw.length) return;
    this.hasCarriers = true;
    const part = at - bin;
    if (bin >= 0) carrierMw[bin] = carrierMw[bin]! + mw * (1 - part);
    if (bin + 1 < carrierMw.length) carrierMw[bin + 1] = carrierMw[bin + 1]! + mw * part;
  }

  /** Which share of a signal falls into which bins. One that stays where it is, is worked out once. */
  #profileOf(shape: Shape, centerMhz: number, widthMhz: number): Profile {
    for (const known of this.#profiles) {
      const { shape: s, centerMhz: c, widthMhz: w } = known;
      if (s === shape && c === centerMhz && w === widthMhz) return known;
    }
    const { lowMhz } = this.span;
    const { binMhz } = this;
    const reachMhz = shape.reach * widthMhz;
    const first = Math.max(0, Math.floor((centerMhz - reachMhz - lowMhz) / binMhz));
    const end = Math.ceil((centerMhz + reachMhz - lowMhz) / binMhz);
    const count = Math.max(0, Math.min(this.noiseMw.length, end) - first);
    const shares = new Float64Array(count);
    let below = shape.below((lowMhz + first * binMhz - centerMhz) / widthMhz);
    for (let bin = 0; bin < count; bin += 1) {
      const above = shape.below((lowMhz + (first + bin + 1) * binMhz - centerMhz) / widthMhz);
      shares[bin] = above - below;
      below = above;
    }
    const profile = { shape, centerMhz, widthMhz, first, shares };
    this.#profiles[this.#nextProfile] = profile;
    this.#nextProfile = (this.#nextProfile + 1) % PROFILES;
    return profile;
  }
}

interface Profile {
  readonly shape: Shape;
  readonly centerMhz: number;
  readonly widthMhz: number;
  readonly first: number;
  readonly shares: Float64Array;
}

/** How many of the last signals are remembered. */
const PROFILES = 8;
