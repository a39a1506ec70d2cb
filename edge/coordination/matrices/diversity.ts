/**
 * How alike the levels of the same senders go up and down at two radios: Pearson's correlation of
 * what is left of them in decibels after each sender's own mean, all senders together. Two radios
 * whose levels go up and down together gain little from each other (Pierce and Stein, "Multiple
 * diversity with nonindependent fading", Proc. IRE, 1960). Radios look around in turn, up to a round
 * apart, so this is the slow part of fading.
 */
import { mean, type Sound } from '../surroundings.ts';
import { type MatrixEntry, measured } from './entry.ts';

/** Fewer rounds say nothing of a sender, fewer levels nothing of a pair of radios. */
const ROUNDS_LEAST = 4;
const LEVELS_LEAST = 12;
/** Root mean square, dB. What moves less is rounding: chips tell whole decibels. */
const MOVES_LEAST_DB = 0.1;

export const diversity: MatrixEntry = {
  kind: 'diversity',
  fill({ radios, heard }) {
    const names = radios.map(({ name }) => name);
    if (names.length < 2) return undefined;
    const of = (index: number) => heard.get(names[index]!) ?? new Map<string, Sound>();
    return measured(names, names, (row, column) =>
      row === column ? Number.NaN : correlation(of(row), of(column)),
    );
  },
};

/** NaN where too little is known, or nothing moves. */
function correlation(one: ReadonlyMap<string, Sound>, other: ReadonlyMap<string, Sound>): number {
  let [levels, ofOne, ofOther, ofBoth] = [0, 0, 0, 0];
  for (const [name, { levelsDbm }] of one) {
    const others = other.get(name)?.levelsDbm ?? new Map<number, number>();
    const rounds = [...levelsDbm.keys()].filter((round) => others.has(round));
    if (rounds.length < ROUNDS_LEAST) continue;
    const [here, there] = [levelsDbm, others].map((all) => {
      const chosen = rounds.map((round) => all.get(round)!);
      const middle = mean(chosen);
      return chosen.map((level) => level - middle);
    }) as [number[], number[]];
    levels += rounds.length;
    for (let index = 0; index < rounds.length; index += 1) {
      ofOne += here[index]! ** 2;
      ofOther += there[index]! ** 2;
      ofBoth += here[index]! * there[index]!;
    }
  }
  const movesLeast = levels * MOVES_LEAST_DB ** 2;
  if (levels < LEVELS_LEAST || Math.min(ofOne, ofOther) < movesLeast) return Number.NaN;
  return ofBoth / Math.sqrt(ofOne * ofOther);
}
