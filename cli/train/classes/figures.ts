/** How well the classes are told apart, on windows that neither training nor thresholds saw. */
import { decide, thresholdsFor } from '#edge/detector/classes/classify.ts';
import { windowSweeps } from '#edge/detector/classes/features.ts';
import type { ClassModel } from '#edge/detector/classes/model.ts';
import { type ClassName, classNames } from '#edge/detector/classes/names.ts';
import { scoresOf } from '#edge/detector/classes/trees.ts';
import type { Random } from '#protocols/random.ts';
import { classOf, type Example, isPlainlyThere, isPresent } from './dataset.ts';
import type { Kept } from './kept.ts';
import { type Kind, kinds } from './kinds.ts';
import { type Counts, drawExamples, type Progress } from './train.ts';

/** From here on a sender counts for the figures to reach, dB over thermal noise of the span. */
export const plainSnrDb = 10;

/** Those with a name: neither what training calls unknown nor what it never sees. */
export const namedKinds: readonly Kind[] = kinds.filter(
  (kind) => kind !== 'held-out' && kind !== 'strange',
);

export interface TestSet {
  readonly named: readonly Example[];
  readonly heldOut: readonly Example[];
}

export const testCounts: Counts = { single: 900, mixed: 800, clean: 1_800 };
const heldOutCount = 150;

export async function drawTestSet(
  counts: Counts,
  random: Random,
  progress?: Progress,
  kept?: Kept,
): Promise<TestSet> {
  const keep = (lot: string) => (kept === undefined ? undefined : { kept, lot: `tests-${lot}` });
  const share = counts.single / testCounts.single;
  const heldOutCounts = { single: Math.ceil(heldOutCount * share), mixed: 0, clean: 0 };
  return {
    named: await drawExamples(counts, namedKinds, random.fork('named'), progress, keep('named')),
    heldOut: await drawExamples(
      heldOutCounts,
      ['held-out'],
      random.fork('held-out'),
      progress,
      keep('held-out'),
    ),
  };
}

export interface Share {
  readonly right: number;
  readonly of: number;
}

export interface Figures {
  /** One sender of at least 10 dB alone: named, and nothing besides. Full windows. */
  readonly single: Share;
  /** Senders of at least 10 dB among two to four, over noise and over the others: named. Full windows. */
  readonly mixed: Share;
  /** Those that show at all, by 3 dB in fewer sweeps. */
  readonly mixedShown: Share;
  /** Of what was named in those windows, what was there. */
  readonly mixedPrecision: Share;
  /** Every sender of at least 10 dB in mixtures, hidden or not. */
  readonly mixedSent: Share;
  /** Windows of Wi-Fi and noise alone in which anything else was named. */
  readonly falseAlarms: Share;
  /** The same three for windows of fewer sweeps. */
  readonly short: { readonly single: Share; readonly mixed: Share; readonly falseAlarms: Share };
  /** Of senders that no training saw: unknown, perhaps besides another name. */
  readonly heldOut: Share;
  /** By class: of singles, what they were named. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly heldOutNamed: Readonly<Record<string, number>>;
  /** Of those in `mixed`, by class and by what else was sent. */
  readonly company: Readonly<Record<string, Readonly<Record<string, Share>>>>;
  /** By class and level: recall alone, recall in mixtures; and precision in mixtures. */
  readonly classes: readonly ClassFigures[];
}

export interface ClassFigures {
  readonly name: ClassName;
  readonly single: readonly (Share & { readonly fromDb: number })[];
  readonly mixed: readonly (Share & { readonly fromDb: number })[];
  readonly precision: Share;
}

export const levelsDb = [-5, 0, 5, 10, 20, 30] as const;

export function namesOf(model: ClassModel, { values, ear, plain }: Example): ClassName[] {
  return decide(scoresOf(model, values), thresholdsFor(model, ear.sweeps), plain);
}

class Tally {
  right = 0;
  of = 0;
  add(isRight: boolean): void {
    this.of += 1;
    if (isRight) this.right += 1;
  }
}

export function figuresOf(model: ClassModel, { named, heldOut }: TestSet): Figures {
  const [full, short] = [new Overall(), new Overall()];
  const confusion: Record<string, Record<string, number>> = {};
  const tallies = classNames.map(() => ({
    single: levelsDb.map(() => new Tally()),
    mixed: levelsDb.map(() => new Tally()),
    precision: new Tally(),
  }));
  const company = new Company();
  for (const example of named) {
    const names = namesOf(model, example);
    const isFull = example.ear.sweeps === windowSweeps;
    (isFull ? full : short).add(example, names);
    if (!isFull || example.role === 'clean') continue;
    for (const one of example.present) {
      if (!isPresent(one)) continue;
      const name = classOf(one.kind);
      const level = levelsDb.findLastIndex((db) => one.snrDb >= db);
      if (level < 0) continue;
      if (example.role === 'mixed' && !isPlainlyThere(one)) continue;
      const tally = tallies[classNames.indexOf(name)]!;
      tally[example.role as 'single' | 'mixed'][level]!.add(names.includes(name));
      if (example.role !== 'single' || one.snrDb < plainSnrDb) continue;
      confusion[name] ??= {};
      const row = confusion[name];
      const said = names.join(' + ') || 'nothing';
      row[said] = (row[said] ?? 0) + 1;
    }
    if (example.role !== 'mixed') continue;
    company.add(example, names);
    classNames.forEach((name, index) => {
      const label = example.labels[index]!;
      if (label >= 0 && names.includes(name)) tallies[index]!.precision.add(label === 1);
    });
  }
  const unknown = new Tally();
  const heldOutNamed: Record<string, number> = {};
  for (const example of heldOut) {
    const [one] = example.present;
    if (one === undefined || one.snrDb < plainSnrDb || example.ear.sweeps < windowSweeps) continue;
    const names = namesOf(model, example);
    unknown.add(names.includes('unknown'));
    const said = names.join(' + ') || 'nothing';
    heldOutNamed[said] = (heldOutNamed[said] ?? 0) + 1;
  }
  return {
    single: share(full.single),
    mixed: share(full.mixed),
    mixedShown: share(full.shown),
    mixedPrecision: share(full.precision),
    mixedSent: share(full.sent),
    falseAlarms: share(full.falseAlarms),
    short: {
      single: share(short.single),
      mixed: share(short.mixed),
      falseAlarms: share(short.falseAlarms),
    },
    heldOut: share(unknown),
    confusion,
    heldOutNamed,
    company: company.shares(),
    classes: classNames.map((name, index) => ({
      name,
      single: tallies[index]!.single.map(byLevel),
      mixed: tallies[index]!.mixed.map(byLevel),
      precision: share(tallies[index]!.precision),
    })),
  };
}

/** What is missed beside what. */
class Company {
  readonly #tallies = new Map<ClassName, Map<ClassName, Tally>>();

  add({ present }: Example, names: readonly ClassName[]): void {
    for (const one of present) {
      if (!isPlainlyThere(one) || one.snrDb < plainSnrDb) continue;
      const name = classOf(one.kind);
      for (const other of present) {
        if (other === one || other.sweeps === 0) continue;
        this.#tallyOf(name, classOf(other.kind)).add(names.includes(name));
      }
    }
  }

  shares(): Figures['company'] {
    return Object.fromEntries(
      classNames.flatMap((name) => {
        const row = this.#tallies.get(name);
        if (row === undefined) return [];
        const others = classNames.flatMap((other) => {
          const tally = row.get(other);
          return tally === undefined ? [] : [[other, share(tally)] as const];
        });
        return [[name, Object.fromEntries(others)] as const];
      }),
    );
  }

  #tallyOf(name: ClassName, other: ClassName): Tally {
    const row = this.#tallies.get(name) ?? new Map<ClassName, Tally>();
    this.#tallies.set(name, row);
    const tally = row.get(other) ?? new Tally();
    row.set(other, tally);
    return tally;
  }
}

class Overall {
  readonly single = new Tally();
  readonly mixed = new Tally();
  readonly precision = new Tally();
  readonly shown = new Tally();
  readonly sent = new Tally();
  readonly falseAlarms = new Tally();

  add({ role, present, labels }: Example, names: readonly ClassName[]): void {
    if (role === 'clean') {
      this.falseAlarms.add(names.some((name) => name !== 'wifi'));
      return;
    }
    if (role === 'single') {
      const [one] = present;
      if (one === undefined || !isPresent(one) || one.snrDb < plainSnrDb) return;
      this.single.add(names.length === 1 && names[0] === classOf(one.kind));
      return;
    }
    for (const one of present) {
      if (one.sweeps === 0 || one.snrDb < plainSnrDb) continue;
      const isNamed = names.includes(classOf(one.kind));
      this.sent.add(isNamed);
      if (isPresent(one)) this.shown.add(isNamed);
      if (isPlainlyThere(one)) this.mixed.add(isNamed);
    }
    for (const name of names) {
      const label = labels[classNames.indexOf(name)]!;
      if (label >= 0) this.precision.add(label === 1);
    }
  }
}

function share({ right, of }: Tally): Share {
  return { right, of };
}

function byLevel(tally: Tally, level: number): Share & { readonly fromDb: number } {
  return { fromDb: levelsDb[level]!, ...share(tally) };
}
