/** The fluid air beside the packet air on sites by chance, and what ten thousand access points cost. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atMost, type Bench, told } from './bench.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** Sites that nothing was tried out on: those were of seeds up to 40. */
const FIRST_SEED = 1_001;
const SITES = 30;
const ACCESS_POINTS = 30;

interface Report {
  readonly totalMbps: number;
  readonly perApMbps: readonly number[];
}

/** In percent: of the total, and of each access point by the mean one and by itself. */
interface SiteError {
  readonly total: number;
  readonly perAp: number;
  readonly each: number;
}

interface Large {
  readonly solveSeconds: number;
  readonly changeMs: number;
}

export const bench: Bench = {
  name: 'fluid',
  about: 'The fluid air beside the packet air on 30 random sites, and the cost of 10,000 radios.',
  async run({ note }) {
    const errors: SiteError[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SITES; seed += 1) {
      const error = await errorOf(seed);
      errors.push(error);
      note(
        `site ${seed}: total off by ${error.total.toFixed(2)} %, access points by ${error.perAp.toFixed(1)} %`,
      );
    }
    const mean = (of: (error: SiteError) => number) =>
      errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
    const large = await largeRun();
    return [
      atMost(
        '30 sites of 30 APs: total off frames by, mean',
        mean(({ total }) => total),
        '%',
        5,
      ),
      told('the worst site', Math.max(...errors.map(({ total }) => total)), '%'),
      atMost(
        'per AP, by the mean AP of its site, mean',
        mean(({ perAp }) => perAp),
        '%',
        12,
      ),
      told(
        'per AP, each by its own throughput, mean',
        mean(({ each }) => each),
        '%',
      ),
      atMost('10,000 APs: all of them, CPU', large.solveSeconds, 's', 0.5),
      atMost('10,000 APs: one changes its channel, CPU, mean', large.changeMs, 'ms', 2),
    ];
  },
};

async function errorOf(seed: number): Promise<SiteError> {
  const packet = await site(seed, 'packet');
  const fluid = await site(seed, 'fluid');
  const off = packet.perApMbps.map((mbps, place) => Math.abs(fluid.perApMbps[place]! - mbps));
  const sum = off.reduce((total, one) => total + one, 0);
  const each = off.reduce((total, one, place) => total + one / packet.perApMbps[place]!, 0);
  return {
    total: 100 * Math.abs(fluid.totalMbps / packet.totalMbps - 1),
    perAp: (100 * sum) / packet.totalMbps,
    each: (100 * each) / off.length,
  };
}

async function site(seed: number, fidelity: string): Promise<Report> {
  const args = ['air', 'site', '--n', String(ACCESS_POINTS), '--seed', String(seed)];
  const { stdout } = await run(join(root, 'airguard'), [
    ...args,
    '--fidelity',
    fidelity,
    '--duration',
    '120s',
    '--json',
  ]);
  return JSON.parse(stdout) as Report;
}

async function largeRun(): Promise<Large> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'fluid-large.ts')]);
  return JSON.parse(stdout) as Large;
}
