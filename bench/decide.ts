/** What deciding reaches, beside the tournament: each part measures itself, `bench/decide/<part>.ts`. */
import type { BenchOptions, Row } from './bench.ts';
import * as frames from './decide/frames.ts';
import * as neverWorse from './decide/never-worse.ts';
import * as twin from './decide/twin.ts';

export interface DecidePart {
  readonly name: string;
  rows(options: BenchOptions): Promise<Row[]>;
}

export const parts: readonly DecidePart[] = [frames, twin, neverWorse];
