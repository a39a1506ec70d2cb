/**
 * Whom the policy first learns from: for a state of a site, what each option of each radio would bring to
 * the logarithm of all throughputs while the others stay, tried on the air itself, one by one.
 */
import { see } from '#agents/policy-net/features.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import type { Random } from '#protocols/random.ts';
import { type State, stateOf } from './batch.ts';
import type { FluidEnvironment } from './environment.ts';

export interface Lesson {
  readonly state: State;
  /** By option, over that of staying: of all clients, for each client that a radio has on average. */
  readonly gains: Float32Array;
}

/** What staying or leaving makes less of a difference than is not worth learning. */
const TELLING = 0.02;

/** Where the site is left does not matter. Lessons that tell nothing are left out. */
export function teach(environment: FluidEnvironment, random: Random, states: number): Lesson[] {
  const lessons: Lesson[] = [];
  const { setup, radios } = environment;
  const input = new PolicyInput(see(environment.observe()));
  const clients = Math.max(1, setup.scene.clients.length / radios);
  for (let made = 0; made < states; made += 1) {
    for (let radio = 0; radio < radios; radio += 1) input.take(radio, environment.taken[radio]!);
    const gains = tryAll(environment, input, clients);
    const most = gains.reduce((best, gain) => Math.max(best, Math.abs(gain)), 0);
    if (most >= TELLING) lessons.push({ state: stateOf(input), gains });
    // From chance to what the teacher would do, and again from a little beside that.
    if (!follow(environment, input, gains)) disturb(environment, random, 2);
  }
  return lessons;
}

function tryAll(environment: FluidEnvironment, input: PolicyInput, clients: number): Float32Array {
  const gains = new Float32Array(input.firstOf[input.radios]!);
  const before = environment.worth();
  for (let radio = 0; radio < input.radios; radio += 1) {
    const here = environment.taken[radio]!;
    for (let option = 0; option < input.optionsOf(radio); option += 1) {
      if (option === here) continue;
      environment.take(radio, option);
      gains[input.firstOf[radio]! + option] = (environment.worth() - before) / clients;
    }
    environment.take(radio, here);
  }
  return gains;
}

/** Moves those who gain most, of any that share the air one alone; false when nobody gains. */
function follow(environment: FluidEnvironment, input: PolicyInput, gains: Float32Array): boolean {
  const blocked = new Set<number>();
  const wishes = [];
  for (let radio = 0; radio < input.radios; radio += 1) {
    let best = environment.taken[radio]!;
    for (let option = 0; option < input.optionsOf(radio); option += 1) {
      if (gains[input.firstOf[radio]! + option]! > gains[input.firstOf[radio]! + best]!)
        best = option;
    }
    const gain = gains[input.firstOf[radio]! + best]!;
    if (gain > 0.001) wishes.push({ radio, best, gain });
  }
  wishes.sort((one, other) => other.gain - one.gain || one.radio - other.radio);
  for (const { radio, best } of wishes) {
    if (blocked.has(radio)) continue;
    environment.take(radio, best);
    for (let edge = input.edgesOf[radio]!; edge < input.edgesOf[radio + 1]!; edge += 1) {
      blocked.add(input.other[edge]!);
    }
  }
  return wishes.length > 0;
}

function disturb(environment: FluidEnvironment, random: Random, count: number): void {
  for (let time = 0; time < count; time += 1) {
    const radio = random.below(environment.radios);
    environment.take(radio, random.below(environment.setup.options[radio]!.length));
  }
}
