/** What a benchmark is. Every figure is a ratio of two things measured in turns within one run. */

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What is to be reached, such as `≥ 4`; null where the figure is only told. */
  readonly reach: string | null;
  readonly holds: boolean | null;
}

export interface BenchOptions {
  /** How often each thing is measured; figures are medians. */
  readonly repeats: number;
  /** Also what takes long. */
  readonly all: boolean;
  /** A line of progress. */
  readonly note: (text: string) => void;
}

export interface Bench {
  readonly name: string;
  readonly about: string;
  run(options: BenchOptions): Promise<Row[]>;
}

/** A figure that has to keep a lower limit. */
export function atLeast(what: string, value: number, unit: string, limit: number): Row {
  return { what, value, unit, reach: `≥ ${limit}`, holds: value >= limit };
}

/** A figure that has to keep an upper limit. */
export function atMost(what: string, value: number, unit: string, limit: number): Row {
  return { what, value, unit, reach: `≤ ${limit}`, holds: value <= limit };
}

/** A figure without a limit. */
export function told(what: string, value: number, unit: string): Row {
  return { what, value, unit, reach: null, holds: null };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('the median of no values');
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

/** Measures things in turns, so that what else the machine does falls on each alike. */
export async function inTurns<Name extends string>(
  repeats: number,
  measures: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, readonly number[]>> {
  const names = Object.keys(measures) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let turn = 0; turn < repeats; turn += 1) {
    for (const name of names) values[name].push(await measures[name]());
  }
  return values;
}
