/** States of sites as the graphs take them: filled up to the size of a room. */
import type { Values } from '#agents/onnx/session.ts';
import {
  CHANNEL_INPUTS,
  CHANNEL_VALUES,
  coupling,
  type PolicyInput,
  RADIO_INPUTS,
  RADIO_VALUES,
  scaleChannel,
  scaleRadio,
} from '#agents/policy-net/input.ts';
import type { Room } from './network.ts';

/** One site at one moment, scaled, as small as it comes. */
export interface State {
  readonly radios: number;
  readonly firstOf: Int32Array;
  readonly radio: Float32Array;
  readonly option: Float32Array;
  /** Above zero where they hear each other, below where they may be in each other's way unheard. */
  readonly heard: Float32Array;
  readonly around: Float32Array;
}

export function stateOf(input: PolicyInput): State {
  const { radios } = input;
  const firstOf = input.firstOf.slice();
  const rows = firstOf[radios]!;
  const radio = new Float32Array(radios * RADIO_INPUTS);
  const option = new Float32Array(rows * CHANNEL_INPUTS);
  const heard = new Float32Array(radios * radios);
  const around = new Float32Array(rows * radios);
  for (let at = 0; at < radios; at += 1) {
    scaleRadio(input.own, at * RADIO_VALUES, radio, at * RADIO_INPUTS);
    const place = at * RADIO_INPUTS + RADIO_VALUES;
    scaleChannel(input.current, at * CHANNEL_VALUES, radio, place);
    for (let edge = input.edgesOf[at]!; edge < input.edgesOf[at + 1]!; edge += 1) {
      const other = input.other[edge]!;
      const weight = input.weight[edge]!;
      const there = other * CHANNEL_VALUES;
      const { current } = input;
      heard[at * radios + other] = weight * coupling(current, at * CHANNEL_VALUES, current, there);
      for (let row = firstOf[at]!; row < firstOf[at + 1]!; row += 1) {
        const shared = coupling(input.options, row * CHANNEL_VALUES, current, there);
        around[row * radios + other] = weight * shared;
      }
    }
  }
  for (let row = 0; row < rows; row += 1) {
    scaleChannel(input.options, row * CHANNEL_VALUES, option, row * CHANNEL_INPUTS);
  }
  return { radios, firstOf, radio, option, heard, around };
}

/** Room for a run of a graph; what is not filled is zero. */
export class Batch {
  readonly room: Room;
  readonly radio: Float32Array;
  readonly option: Float32Array;
  readonly heard: Float32Array;
  readonly hidden: Float32Array;
  readonly optionHeard: Float32Array;
  readonly optionHidden: Float32Array;
  /** 0 where an option is, far below where there is none. */
  readonly missing: Float32Array;
  /** One over the number of radios of the site, 0 where there is none. */
  readonly share: Float32Array;

  constructor(room: Room) {
    const { sites, radios, options } = room;
    this.room = room;
    this.radio = new Float32Array(sites * radios * RADIO_INPUTS);
    this.option = new Float32Array(sites * radios * options * CHANNEL_INPUTS);
    this.heard = new Float32Array(sites * radios * radios);
    this.hidden = new Float32Array(sites * radios * radios);
    this.optionHeard = new Float32Array(sites * radios * options * radios);
    this.optionHidden = new Float32Array(sites * radios * options * radios);
    this.missing = new Float32Array(sites * radios * options);
    this.share = new Float32Array(sites * radios);
  }

  clear(): void {
    const parts = [this.heard, this.hidden, this.optionHeard, this.optionHidden];
    for (const part of [this.radio, this.option, ...parts, this.share]) part.fill(0);
    this.missing.fill(MISSING);
  }

  put(site: number, state: State): void {
    const { radios, options } = this.room;
    const first = site * radios;
    this.radio.set(state.radio, first * RADIO_INPUTS);
    for (let at = 0; at < state.radios; at += 1) {
      this.share[first + at] = 1 / state.radios;
      const own = state.heard.subarray(at * state.radios, (at + 1) * state.radios);
      part(own, this.heard, this.hidden, (first + at) * radios);
      const rows = [state.firstOf[at]!, state.firstOf[at + 1]!] as const;
      const to = (first + at) * options;
      this.missing.fill(0, to, to + rows[1] - rows[0]);
      this.option.set(
        state.option.subarray(rows[0] * CHANNEL_INPUTS, rows[1] * CHANNEL_INPUTS),
        to * CHANNEL_INPUTS,
      );
      for (let row = rows[0]; row < rows[1]; row += 1) {
        const shared = state.around.subarray(row * state.radios, (row + 1) * state.radios);
        part(shared, this.optionHeard, this.optionHidden, (to + row - rows[0]) * radios);
      }
    }
  }

  feeds(): Record<string, Values> {
    const { sites, radios, options } = this.room;
    const all = sites * radios;
    return {
      radio: { data: this.radio, shape: [all, RADIO_INPUTS] },
      option: { data: this.option, shape: [all * options, CHANNEL_INPUTS] },
      heard: { data: this.heard, shape: [sites, radios, radios] },
      hidden: { data: this.hidden, shape: [sites, radios, radios] },
      optionHeard: { data: this.optionHeard, shape: [sites, radios * options, radios] },
      optionHidden: { data: this.optionHidden, shape: [sites, radios * options, radios] },
      missing: { data: this.missing, shape: [all, options] },
      share: { data: this.share, shape: [all, 1] },
    };
  }
}

const MISSING = -10_000;

function part(from: Float32Array, above: Float32Array, below: Float32Array, place: number): void {
  from.forEach((value, at) => {
    if (value > 0) above[place + at] = value;
    else if (value < 0) below[place + at] = -value;
  });
}
