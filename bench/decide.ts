/** What deciding reaches, beside the tournament: each part measures itself, `bench/decide/<part>.ts`. */
import type { BenchOptions, Row } from './bench.ts';
import * as alone from './decide/alone.ts';
import * as frames from './decide/frames.ts';
import * as neverWorse from './decide/never-worse.ts';
import * as optimum from './decide/optimum.ts';
import * as plan from './decide/plan.ts';
import * as twin from './decide/twin.ts';

export interface DecidePart {
  readonly name: string;
  rows(options: BenchOptions): Promise<Row[]>;
}

export const parts: readonly DecidePart[] = [frames, optimum, plan, alone, twin, neverWorse];
