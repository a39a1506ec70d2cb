import type { Random } from '#protocols/random.ts';
import type { Assignment, Instance } from './instance.ts';

export interface Solved {
  readonly assignment: Assignment;
  /** True where no assignment can be cheaper. */
  readonly provenOptimal: boolean;
  /** No assignment costs less than this, as far as was shown. */
  readonly bound: number;
}

/** One way of assigning channels. */
export interface Method {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  solve(instance: Instance, options: MethodOptions): Solved;
}

export interface MethodOptions {
  readonly random: Random;
  /** How many steps a search may take before it stops with the best it has. */
  readonly effort: number;
}

/** Nothing was shown about how good it is. */
export function heuristic(assignment: Assignment): Solved {
  return { assignment, provenOptimal: false, bound: 0 };
}
