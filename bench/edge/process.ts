/**
 * The edge process as a whole: three radios that each give a sweep of 512 bins every 233 µs, from
 * recordings painted by the generator, through every stage. Its hub is away, as on a bad day. Ten
 * minutes with `--all`, otherwise one.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '#agents/bus/broker.ts';
import { makeSiteKeys } from '#cli/live/keys.ts';
import { atMost, type BenchOptions, median, type Row, told } from '../bench.ts';

const run = promisify(execFile);
const airguard = join(import.meta.dirname, '..', '..', 'airguard');

const MEMORY_MB = 350;
const RADIOS = 3;
const STEP_MS = 5_000;
/** In ten minutes, the last five are judged: minute by minute, or finer in a short run. */
const STRETCHES = 5;

/** What each radio hears, and where. */
const scenes = [
  { channel: 6, band: '2.4', width: 20, emitter: 'wifi,bluetooth,microwave' },
  { channel: 36, band: '5', width: 80, emitter: 'wifi:80' },
  { channel: 100, band: '5', width: 80, emitter: 'wifi:40,narrow-jammer' },
] as const;

export async function rows({ all, note }: BenchOptions): Promise<Row[]> {
  const minutes = all ? 10 : 1;
  const dir = mkdtempSync(join(tmpdir(), 'airguard-edge-bench-'));
  let edge: ChildProcess | undefined;
  try {
    makeSiteKeys(dir, ['bench']);
    const file = join(dir, 'edge.yaml');
    writeFileSync(file, await configured(dir));
    edge = await started(file);
    const samples: Sample[] = [];
    for (let ms = 0; ms <= minutes * 60_000; ms += STEP_MS) {
      if (edge.exitCode !== null) throw new Error(`the edge process ended with ${edge.exitCode}`);
      samples.push(sampleOf(edge.pid!));
      await pause(STEP_MS);
    }
    const memoryMb = samples.map((sample) => sample.memoryMb);
    const half = memoryMb.slice(Math.floor(memoryMb.length / 2));
    const { growth, doubt } = growthOf(half);
    const first = samples[1]!;
    const last = samples.at(-1)!;
    const seconds = ((samples.length - 2) * STEP_MS) / 1_000;
    const most = Math.max(...half);
    note(`edge process: ${most.toFixed(0)} MB after ${minutes} min`);
    const what = `edge process, ${RADIOS} radios at full pace, ${minutes} min, generated spectra`;
    const grown = `${what}: growth over the last half, by its slope`;
    return [
      atMost(`${what}: resident memory, the most of the last half`, most, 'MB', MEMORY_MB),
      all ? atMost(grown, growth, 'MB', doubt) : told(grown, growth, 'MB'),
      told(`${what}: what that slope is in doubt by, twice its standard error`, doubt, 'MB'),
      told(
        `${what}: resident memory, between the least and the most`,
        most - Math.min(...half),
        'MB',
      ),
      told(`${what}: of one core`, (100 * (last.cpuSeconds - first.cpuSeconds)) / seconds, '%'),
    ];
  } finally {
    edge?.kill('SIGINT');
    if (edge !== undefined && edge.exitCode === null) {
      await new Promise((resolve) => edge?.once('exit', resolve));
    }
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * The straight line through the medians of equal stretches: garbage that is not yet collected makes single
 * samples go up and down. A process that does not grow has a slope within its doubt.
 */
function growthOf(memoryMb: readonly number[]): { growth: number; doubt: number } {
  const size = Math.floor(memoryMb.length / STRETCHES);
  const medians = Array.from({ length: STRETCHES }, (_, place) =>
    median(memoryMb.slice(place * size, (place + 1) * size)),
  );
  const middle = (STRETCHES - 1) / 2;
  const level = medians.reduce((sum, one) => sum + one, 0) / STRETCHES;
  let across = 0;
  let along = 0;
  medians.forEach((one, place) => {
    across += (place - middle) * (one - level);
    along += (place - middle) ** 2;
  });
  const slope = across / along;
  const off = medians.map((one, place) => one - level - slope * (place - middle));
  const variance = off.reduce((sum, one) => sum + one * one, 0) / (STRETCHES - 2);
  return {
    growth: slope * STRETCHES,
    doubt: 2 * Math.sqrt(variance / along) * STRETCHES,
  };
}

async function configured(dir: string): Promise<string> {
  const radios: object[] = [];
  for (const [index, { channel, band, width, emitter }] of scenes.entries()) {
    const out = join(dir, `radio-${index}.tlv`);
    const scene = ['--channel', channel, '--band', band, '--width', width, '--emitter', emitter];
    const sweeps = ['--sweeps', 4096, '--bins', 512, '--seed', index + 1, '--out', out];
    await run(airguard, ['air', 'spectrum', ...[...scene, ...sweeps].map(String)]);
    radios.push({
      id: `radio-${index}`,
      driver: `capture:${out}?loop`,
      channel: { number: channel, band, widthMhz: width },
    });
  }
  return JSON.stringify({
    site: 'bench',
    node: 'bench',
    country: 'DE',
    dir,
    broker: { hub: `127.0.0.1:${await freePort()}`, port: await freePort() },
    radios,
    recorder: { budget: '2GB' },
  });
}

/** Resolves once the node says that its radios are there. */
function started(file: string): Promise<ChildProcess> {
  const child = spawn(airguard, ['edge', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (data) => {
      said = (said + data).slice(-2_000);
      if (said.includes(`${RADIOS} radios`)) resolve(child);
    });
    child.once('exit', (code) => reject(new Error(`the edge process ended with ${code}: ${said}`)));
  });
}

interface Sample {
  readonly memoryMb: number;
  readonly cpuSeconds: number;
}

/** As Linux counts it, proc(5): resident set in kB, time in hundredths of a second. */
function sampleOf(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    memoryMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_000,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
  };
}
