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
/** Sites on which all share one channel: the fluid is least exact there. */
const CROWDED = 10;

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
      errors.push(await errorOf(seed, note));
    }
    const crowded: SiteError[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + CROWDED; seed += 1) {
      crowded.push(await errorOf(seed, note, 1));
    }
    const large = await largeRun();
    return [
      atMost('30 sites of 30 APs: total off frames by, mean', mean(errors, 'total'), '%', 5),
      told('the worst site', Math.max(...errors.map(({ total }) => total)), '%'),
      atMost('per AP, by the mean AP of its site, mean', mean(errors, 'perAp'), '%', 12),
      told('per AP, each by its own throughput, mean', mean(errors, 'each'), '%'),
      told('10 sites with one channel for all: total', mean(crowded, 'total'), '%'),
      told('the same, per AP', mean(crowded, 'perAp'), '%'),
      atMost('10,000 APs: all of them, CPU', large.solveSeconds, 's', 0.5),
      atMost('10,000 APs: one changes its channel, CPU, mean', large.changeMs, 'ms', 2),
    ];
  },
};

async function errorOf(
  seed: number,
  note: (text: string) => void,
  channels?: number,
): Promise<SiteError> {
  const packet = await site(seed, 'packet', channels);
  const fluid = await site(seed, 'fluid', channels);
  const off = packet.perApMbps.map((mbps, place) => Math.abs(fluid.perApMbps[place]! - mbps));
  const sum = off.reduce((total, one) => total + one, 0);
  const each = off.reduce((total, one, place) => total + one / packet.perApMbps[place]!, 0);
  const error = {
    total: 100 * Math.abs(fluid.totalMbps / packet.totalMbps - 1),
    perAp: (100 * sum) / packet.totalMbps,
    each: (100 * each) / off.length,
  };
  note(
    `site ${seed}: total off by ${error.total.toFixed(2)} %, access points by ${error.perAp.toFixed(1)} %`,
  );
  return error;
}

function mean(errors: readonly SiteError[], of: keyof SiteError): number {
  return errors.reduce((sum, error) => sum + error[of], 0) / errors.length;
}

async function site(seed: number, fidelity: string, channels?: number): Promise<Report> {
  const args = ['air', 'site', '--n', String(ACCESS_POINTS), '--seed', String(seed)];
  const { stdout } = await run(join(root, 'airguard'), [
    ...args,
    '--fidelity',
    fidelity,
    '--duration',
    '120s',
    '--json',
    ...(channels === undefined ? [] : ['--channels', String(channels)]),
  ]);
  return JSON.parse(stdout) as Report;
}

async function largeRun(): Promise<Large> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'fluid-large.ts')]);
  return JSON.parse(stdout) as Large;
}
