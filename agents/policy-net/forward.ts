/**
 * The network in plain arrays, in one fixed order of operations: the same bits on every machine, which
 * a run that is to be repeated needs. Radios that share no air cost nothing to each other.
 */
import { Dense } from './dense.ts';
import {
  CHANNEL_INPUTS,
  CHANNEL_VALUES,
  coupling,
  type PolicyInput,
  RADIO_INPUTS,
  RADIO_VALUES,
  scaleChannel,
  scaleRadio,
} from './input.ts';
import { HIDDEN, ROUNDS, type Weights } from './weights.ts';

/** Rows that are worked off together, so that they stay in the cache. */
const BLOCK = 96;

export class PolicyNet {
  readonly #encode: Dense;
  readonly #rounds: readonly {
    readonly self: Dense;
    readonly heard: Dense;
    readonly hidden: Dense;
  }[];
  readonly #own: Dense;
  readonly #radio: Dense;
  readonly #heard: Dense;
  readonly #hidden: Dense;
  readonly #second: Dense;
  readonly #score: Float64Array;

  constructor(weights: Weights) {
    const dense = (name: string, bias?: string) =>
      new Dense(weights[name]!, HIDDEN, bias === undefined ? undefined : weights[bias]!);
    this.#encode = dense('encode', 'encode/bias');
    this.#rounds = Array.from({ length: ROUNDS }, (_, round) => ({
      self: dense(`round/${round}/self`, `round/${round}/bias`),
      heard: dense(`round/${round}/heard`),
      hidden: dense(`round/${round}/hidden`),
    }));
    this.#own = dense('option/own');
    this.#radio = dense('option/radio', 'option/bias');
    this.#heard = dense('option/heard');
    this.#hidden = dense('option/hidden');
    this.#second = dense('option/2', 'option/2/bias');
    this.#score = Float64Array.from(weights.score!);
  }

  /** A score for each option, in the order of the input's rows. Only differences within a radio mean anything. */
  scores(input: PolicyInput): Float32Array {
    const { radios, firstOf } = input;
    const state = this.#listen(input);
    const about = this.#radio.of(state, radios);
    const heard = this.#heard.of(state, radios);
    const hidden = this.#hidden.of(state, radios);
    const rows = firstOf[radios]!;
    const scores = new Float32Array(rows);
    const inputs = new Float32Array(BLOCK * CHANNEL_INPUTS);
    const first = new Float32Array(BLOCK * HIDDEN);
    const second = new Float32Array(BLOCK * HIDDEN);
    let radio = 0;
    for (let from = 0; from < rows; from += BLOCK) {
      const count = Math.min(BLOCK, rows - from);
      for (let at = 0; at < count; at += 1) {
        scaleChannel(input.options, (from + at) * CHANNEL_VALUES, inputs, at * CHANNEL_INPUTS);
      }
      this.#own.into(inputs, count, first);
      for (let at = 0; at < count; at += 1) {
        const row = from + at;
        while (row >= firstOf[radio + 1]!) radio += 1;
        add(first, at * HIDDEN, about, radio * HIDDEN, 1);
        for (let edge = input.edgesOf[radio]!; edge < input.edgesOf[radio + 1]!; edge += 1) {
          const other = input.other[edge]!;
          const there = other * CHANNEL_VALUES;
          const shared = coupling(input.options, row * CHANNEL_VALUES, input.current, there);
          if (shared === 0) continue;
          const weight = shared * input.weight[edge]!;
          if (weight > 0) add(first, at * HIDDEN, heard, other * HIDDEN, weight);
          else add(first, at * HIDDEN, hidden, other * HIDDEN, -weight);
        }
      }
      relu(first);
      this.#second.into(first, count, second);
      for (let at = 0; at < count; at += 1) scores[from + at] = this.#scoreOf(second, at * HIDDEN);
    }
    return scores;
  }

  #scoreOf(second: Float32Array, place: number): number {
    let sum = 0;
    for (let at = 0; at < HIDDEN; at += 1) {
      const value = second[place + at]!;
      if (value > 0) sum += value * this.#score[at]!;
    }
    return sum;
  }

  /** What each radio is and carries, after all rounds. */
  #listen(input: PolicyInput): Float32Array {
    const { radios } = input;
    const inputs = new Float32Array(radios * RADIO_INPUTS);
    for (let radio = 0; radio < radios; radio += 1) {
      scaleRadio(input.own, radio * RADIO_VALUES, inputs, radio * RADIO_INPUTS);
      const place = radio * RADIO_INPUTS + RADIO_VALUES;
      scaleChannel(input.current, radio * CHANNEL_VALUES, inputs, place);
    }
    let state = this.#encode.of(inputs, radios);
    relu(state);
    const { edgesOf, other, weight, current } = input;
    const coupled = new Float64Array(other.length);
    for (let radio = 0; radio < radios; radio += 1) {
      for (let edge = edgesOf[radio]!; edge < edgesOf[radio + 1]!; edge += 1) {
        const there = other[edge]! * CHANNEL_VALUES;
        coupled[edge] = weight[edge]! * coupling(current, radio * CHANNEL_VALUES, current, there);
      }
    }
    for (const { self, heard, hidden } of this.#rounds) {
      const told = heard.of(state, radios);
      const unheard = hidden.of(state, radios);
      const next = self.of(state, radios);
      for (let radio = 0; radio < radios; radio += 1) {
        for (let edge = edgesOf[radio]!; edge < edgesOf[radio + 1]!; edge += 1) {
          const share = coupled[edge]!;
          if (share > 0) add(next, radio * HIDDEN, told, other[edge]! * HIDDEN, share);
          else if (share < 0) add(next, radio * HIDDEN, unheard, other[edge]! * HIDDEN, -share);
        }
      }
      relu(next);
      state = next;
    }
    return state;
  }
}

/** A row onto another, times something. */
function add(to: Float32Array, place: number, from: Float32Array, at: number, times: number): void {
  for (let column = 0; column < HIDDEN; column += 1) {
    to[place + column] = to[place + column]! + from[at + column]! * times;
  }
}

function relu(values: Float32Array): void {
  for (let at = 0; at < values.length; at += 1) if (values[at]! < 0) values[at] = 0;
}
