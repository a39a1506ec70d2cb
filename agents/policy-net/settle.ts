/**
 * From scores to a plan. Round by round those radios move whose scores say that it helps most, of any that
 * share the air one alone, until nobody wants to: each scores anew beside what the others have taken. Where
 * that ends depends on who came first, so that it is gone through several times, all but the first with a
 * little chance in the beginning; the plan counts whose moves were to bring most, added up.
 */
import type { Random } from '#protocols/random.ts';
import type { PolicyNet } from './forward.ts';
import type { PolicyInput } from './input.ts';

export interface Settling {
  /** Of one way, at most. */
  readonly rounds: number;
  /** A move must score this much more than staying. */
  readonly margin: number;
  /** How often it is gone through. */
  readonly paths: number;
}

/** As radios are decided for. */
export const usualSettling: Settling = { rounds: 40, margin: 0.05, paths: 16 };

/** Standard deviation of what chance adds to a score in the first round; less in the next ones, then nothing. */
const CHANCE = 3;
const CHANCE_ROUNDS = 3;
/** What has gone on for long turns in a circle: in the last round it takes so many more margins to move. */
const STIFFENING = 4;

/**
 * `taken` is by radio the place of an option, −1 where it is on none; it is changed to what is to be taken.
 * What radios of the input are on is thought with, and left as it comes.
 */
export function settle(
  net: PolicyNet,
  input: PolicyInput,
  taken: Int32Array,
  settling: Settling,
  random: Random,
): void {
  const start = taken.slice();
  const placed = input.current.slice();
  let most = Number.NEGATIVE_INFINITY;
  for (let path = 0; path < settling.paths; path += 1) {
    const trial = start.slice();
    input.current.set(placed);
    const chance = path === 0 ? undefined : random.fork(`path/${path}`);
    const gained = goThrough(net, input, trial, settling, chance);
    if (gained <= most) continue;
    most = gained;
    taken.set(trial);
  }
}

/** Returns what all moves together were to bring. */
function goThrough(
  net: PolicyNet,
  input: PolicyInput,
  taken: Int32Array,
  { rounds, margin }: Settling,
  chance: Random | undefined,
): number {
  const blocked = new Int32Array(input.radios);
  let gained = 0;
  for (let radio = 0; radio < input.radios; radio += 1) {
    if (taken[radio]! >= 0) input.take(radio, taken[radio]!);
  }
  for (let round = 1; round <= rounds; round += 1) {
    const spread = chance === undefined || round > CHANCE_ROUNDS ? 0 : CHANCE / round;
    const asked = spread > 0 ? -spread : margin * (1 + (STIFFENING * round) / rounds);
    const wishes = wishesOf(net.scores(input), input, taken, asked, () =>
      spread === 0 ? 0 : spread * chance!.normal(),
    );
    if (wishes.length === 0 && spread === 0) break;
    for (const { radio, option, gain } of wishes) {
      if (blocked[radio] === round) continue;
      taken[radio] = option;
      input.take(radio, option);
      gained += gain;
      for (let edge = input.edgesOf[radio]!; edge < input.edgesOf[radio + 1]!; edge += 1) {
        blocked[input.other[edge]!] = round;
      }
    }
  }
  return gained;
}

interface Wish {
  readonly radio: number;
  readonly option: number;
  /** Over staying; of one that is on none of its options, 0. */
  readonly gain: number;
  readonly urge: number;
}

/** Who wants to move, the most urgent first. */
function wishesOf(
  scores: Float32Array,
  input: PolicyInput,
  taken: Int32Array,
  asked: number,
  chance: () => number,
): Wish[] {
  const wishes: Wish[] = [];
  for (let radio = 0; radio < input.radios; radio += 1) {
    const from = input.firstOf[radio]!;
    const here = taken[radio]!;
    let option = here;
    let top = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < input.optionsOf(radio); place += 1) {
      const score = scores[from + place]! + chance();
      if (score <= top) continue;
      top = score;
      option = place;
    }
    if (option === here) continue;
    const gain = here < 0 ? 0 : scores[from + option]! - scores[from + here]!;
    if (here >= 0 && gain <= asked) continue;
    wishes.push({
      radio,
      option,
      gain,
      urge: here < 0 ? Number.POSITIVE_INFINITY : gain + chance(),
    });
  }
  return wishes.sort((one, other) => other.urge - one.urge || one.radio - other.radio);
}
