/**
 * The shapes of the policy's network. Radios are nodes; those who share the air on the channels they are
 * on tell each other, in rounds, what they are and carry. An option of a radio is then scored from its own
 * values, from its radio, and from the sum of those it would share the air with there.
 */
import { CHANNEL_INPUTS, RADIO_INPUTS } from './input.ts';

export const HIDDEN = 32;
export const ROUNDS = 2;

const square = [HIDDEN, HIDDEN] as const;
const bias = [HIDDEN] as const;

const rounds = Array.from({ length: ROUNDS }, (_, round) => [
  [`round/${round}/self`, square],
  [`round/${round}/heard`, square],
  [`round/${round}/hidden`, square],
  [`round/${round}/bias`, bias],
]).flat() as [string, readonly number[]][];

/** What scores options: all that is exported. */
export const actorShapes: Readonly<Record<string, readonly number[]>> = {
  encode: [RADIO_INPUTS, HIDDEN],
  'encode/bias': bias,
  ...Object.fromEntries(rounds),
  'option/own': [CHANNEL_INPUTS, HIDDEN],
  'option/radio': square,
  'option/heard': square,
  'option/hidden': square,
  'option/bias': bias,
  'option/2': square,
  'option/2/bias': bias,
  score: [HIDDEN, 1],
};

/** What judges a site while learning, from the mean of its radios. */
export const criticShapes: Readonly<Record<string, readonly number[]>> = {
  'critic/radio': square,
  'critic/site': square,
  'critic/bias': bias,
  'critic/value': [HIDDEN, 1],
  'critic/value/bias': [1],
};

export const shapes = { ...actorShapes, ...criticShapes };

export type Weights = Readonly<Record<string, Float32Array>>;
