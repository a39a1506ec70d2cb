/**
 * How much louder each radio of a node hears than its radios do on the whole, by the senders of one
 * band that several of them hear. A level is taken as the sender's share plus the radio's; both are
 * fitted in turn until they stay (the two-way layout of least squares). Antennas at different places
 * hear one sender differently, and many less so.
 */
import type { Band } from '#protocols/channels.ts';
import { mean, meanDbm, type Surroundings } from '../surroundings.ts';

/** Fewer senders in common would tell of where they stand. */
const SENDERS_LEAST = 4;
const ROUNDS = 100;

interface Level {
  readonly radio: string;
  readonly sender: string;
  readonly dbm: number;
}

/** dB by radio; their mean is 0. Radios that share too few senders with others are not in it. */
export function receiveDeltas(
  { radios, heard }: Surroundings,
  band: Band,
): ReadonlyMap<string, number> {
  const own = new Set(radios.map(({ name }) => name));
  const levels: Level[] = [...heard].flatMap(([radio, sounds]) =>
    [...sounds]
      // What one radio of a node sends, only the others of it hear.
      .filter(([sender, { channel }]) => channel.band === band && !own.has(sender))
      .map(([sender, sound]) => ({ radio, sender, dbm: meanDbm(sound) })),
  );
  const shared = sharing(levels);
  const deltas = new Map(shared.map(({ radio }) => [radio, 0]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const bySender = means(
      shared,
      ({ sender }) => sender,
      ({ radio, dbm }) => dbm - deltas.get(radio)!,
    );
    const byRadio = means(
      shared,
      ({ radio }) => radio,
      ({ sender, dbm }) => dbm - bySender.get(sender)!,
    );
    const middle = mean([...byRadio.values()]);
    for (const [radio, db] of byRadio) deltas.set(radio, db - middle);
  }
  return deltas;
}

/** Levels of senders that two radios hear at least, of radios that share enough of those. */
function sharing(levels: readonly Level[]): Level[] {
  let left = [...levels];
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const ofSender = counts(left, ({ sender }) => sender);
    left = left.filter(({ sender }) => ofSender.get(sender)! >= 2);
    const ofRadio = counts(left, ({ radio }) => radio);
    left = left.filter(({ radio }) => ofRadio.get(radio)! >= SENDERS_LEAST);
  }
  return left;
}

function counts(levels: readonly Level[], nameOf: (level: Level) => string): Map<string, number> {
  const found = new Map<string, number>();
  for (const level of levels) found.set(nameOf(level), (found.get(nameOf(level)) ?? 0) + 1);
  return found;
}

function means(
  levels: readonly Level[],
  nameOf: (level: Level) => string,
  partOf: (level: Level) => number,
): Map<string, number> {
  return new Map(
    [...Map.groupBy(levels, nameOf)].map(([name, of]) => [name, mean(of.map(partOf))]),
  );
}
