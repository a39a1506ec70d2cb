/** From what is seen of a site to the arrays that the network works on. */
import { log2 } from '#protocols/math.ts';
import { channelFeatures, radioFeatures, type SeenSite } from './features.ts';

export const RADIO_VALUES = radioFeatures.length;
export const CHANNEL_VALUES = channelFeatures.length;
/** Inputs made of a channel: centre and primary only say who overlaps. */
export const CHANNEL_INPUTS = 15;
export const RADIO_INPUTS = RADIO_VALUES + CHANNEL_INPUTS;

/** Of sites side by side, without edges between them. */
export class PolicyInput {
  readonly radios: number;
  /** Rows of `RADIO_VALUES`. */
  readonly own: Float64Array;
  /** The channel each radio is on, rows of `CHANNEL_VALUES`. */
  readonly current: Float64Array;
  /** Channels that radio i may take: rows [firstOf[i], firstOf[i + 1]). */
  readonly firstOf: Int32Array;
  readonly options: Float64Array;
  /** Who shares the air with radio i: [edgesOf[i], edgesOf[i + 1]). */
  readonly edgesOf: Int32Array;
  readonly other: Int32Array;
  readonly weight: Float64Array;

  constructor(...sites: readonly SeenSite[]) {
    const count = sites.reduce((sum, { radios }) => sum + radios.length, 0);
    const pairs = sites.reduce((sum, { edges }) => sum + edges.length, 0);
    this.radios = count;
    this.own = new Float64Array(count * RADIO_VALUES);
    this.current = new Float64Array(count * CHANNEL_VALUES);
    this.firstOf = new Int32Array(count + 1);
    this.edgesOf = new Int32Array(count + 1);
    let first = 0;
    for (const { radios, edges } of sites) {
      for (let at = 0; at < radios.length; at += 1) {
        const options = optionsIn(radios[at]!.features.length);
        this.firstOf[first + at + 1] = this.firstOf[first + at]! + options;
      }
      for (const [one, other] of edges) {
        this.edgesOf[first + one + 1]! += 1;
        this.edgesOf[first + other + 1]! += 1;
      }
      first += radios.length;
    }
    for (let at = 0; at < count; at += 1) this.edgesOf[at + 1]! += this.edgesOf[at]!;
    this.options = new Float64Array(this.firstOf[count]! * CHANNEL_VALUES);
    this.other = new Int32Array(pairs * 2);
    this.weight = new Float64Array(pairs * 2);
    const filled = this.edgesOf.slice(0, count);
    first = 0;
    for (const { radios, edges } of sites) {
      for (let at = 0; at < radios.length; at += 1) this.#copy(first + at, radios[at]!.features);
      for (const [one, other, weight] of edges) {
        this.#put(filled, first + one, first + other, weight);
        this.#put(filled, first + other, first + one, weight);
      }
      first += radios.length;
    }
  }

  /** Thinks a radio onto one of its options. */
  take(radio: number, option: number): void {
    const from = (this.firstOf[radio]! + option) * CHANNEL_VALUES;
    for (let place = 0; place < CHANNEL_VALUES; place += 1) {
      this.current[radio * CHANNEL_VALUES + place] = this.options[from + place]!;
    }
  }

  optionsOf(radio: number): number {
    return this.firstOf[radio + 1]! - this.firstOf[radio]!;
  }

  #copy(radio: number, features: readonly number[]): void {
    let place = 0;
    const own = radio * RADIO_VALUES;
    for (; place < RADIO_VALUES; place += 1) this.own[own + place] = features[place]!;
    const on = radio * CHANNEL_VALUES - RADIO_VALUES;
    for (; place < AHEAD; place += 1) this.current[on + place] = features[place]!;
    const to = this.firstOf[radio]! * CHANNEL_VALUES - AHEAD;
    for (; place < features.length; place += 1) this.options[to + place] = features[place]!;
  }

  #put(filled: Int32Array, one: number, other: number, weight: number): void {
    const place = filled[one]!;
    filled[one] = place + 1;
    this.other[place] = other;
    this.weight[place] = weight;
  }
}

const AHEAD = RADIO_VALUES + CHANNEL_VALUES;

/** How many options a row of features holds; not whole where it fits none. */
export function optionsIn(length: number): number {
  return (length - AHEAD) / CHANNEL_VALUES;
}

/** What two channels, rows of features, have of each other: of the narrower, the share that both cover. */
export function coupling(a: Float64Array, fromA: number, b: Float64Array, fromB: number): number {
  const widthA = a[fromA + 1]!;
  const widthB = b[fromB + 1]!;
  const apart = Math.abs(a[fromA]! - b[fromB]!);
  const shared = (widthA + widthB) / 2 - apart;
  const narrower = Math.min(widthA, widthB);
  return shared <= 0 || narrower === 0 ? 0 : shared >= narrower ? 1 : shared / narrower;
}

/** Inputs of a radio's own values; everything is brought to about −1 to 2. */
export function scaleRadio(from: Float64Array, at: number, to: Float32Array, place: number): void {
  to[place] = bounded(from[at]!, 32) / 8;
  to[place + 1] = log2(1 + bounded(from[at + 1]!, 10_000)) / 8;
  to[place + 2] = (from[at + 2]! + 60) / 20;
  to[place + 3] = (from[at + 3]! + 70) / 20;
}

/** Inputs of a channel's values. */
export function scaleChannel(
  from: Float64Array,
  at: number,
  to: Float32Array,
  place: number,
): void {
  const width = from[at + 1]!;
  to[place] = width < 40 ? 0 : width < 80 ? 0.5 : width < 160 ? 1 : width < 320 ? 1.5 : 2;
  to[place + 1] = width === 0 ? 0 : 1;
  to[place + 2] = bounded(from[at + 3]!, 4) / 2;
  to[place + 3] = bounded(from[at + 4]!, 2);
  to[place + 4] = from[at + 5]!;
  for (let fare = 0; fare < 4; fare += 1) {
    to[place + 5 + fare] = -bounded(-from[at + 6 + fare]!, 6) / 2;
  }
  to[place + 9] = bounded(from[at + 10]!, 3);
  to[place + 10] = bounded(from[at + 11]!, 8) / 4;
  to[place + 11] = bounded(from[at + 12]!, 1);
  to[place + 12] = bounded(from[at + 13]!, 30) / 10;
  to[place + 13] = from[at + 14]!;
  to[place + 14] = -bounded(-from[at + 15]!, 6) / 2;
}

function bounded(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
