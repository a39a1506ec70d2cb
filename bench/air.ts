/**
 * The packet air beside ns-3 on the same scenes, each in a process of one thread on this machine,
 * and beside Bianchi's model: how far the figures are apart, and what each costs.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atLeast, atMost, type Bench, type Row, told } from './bench.ts';
import { type Ns3, type Ns3Result, openNs3, storedResults } from './ns3/ns3.ts';
import { type ComparedScene, comparedScenes, ns3Command } from './ns3/scenes.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** Of `air cell --bianchi fhss`. */
const bianchiCases = [
  { n: 5, w: 32, m: 3, rts: false },
  { n: 20, w: 32, m: 5, rts: false },
  { n: 50, w: 32, m: 3, rts: false },
  { n: 20, w: 32, m: 3, rts: true },
] as const;

interface Ours {
  readonly perApMbps?: readonly number[];
  readonly perStationMbps?: readonly number[];
  readonly totalMbps: number;
  readonly cpuSecondsPerSimSecond: number;
  readonly peakMemoryMb: number;
  readonly model?: { readonly totalMbps: number };
}

export const bench: Bench = {
  name: 'air',
  about:
    'The packet air beside ns-3 and Bianchi’s model: errors, and CPU time for the same scenes.',
  async run({ note, all }) {
    const ns3 = openNs3(note);
    const rows: Row[] = [];
    for (const each of bianchiCases) rows.push(await besideBianchi(each));
    for (const scene of comparedScenes) {
      if (scene.isLong === true && !all) continue;
      note(scene.what);
      rows.push(...(await besideNs3(scene, ns3)));
    }
    return rows;
  },
};

async function besideBianchi({ n, w, m, rts }: (typeof bianchiCases)[number]): Promise<Row> {
  const args = ['cell', '--bianchi', 'fhss', '--n', n, '--w', w, '--m', m, '--duration', '600'];
  const { totalMbps, model } = await ours([...args, ...(rts ? ['--rts'] : [])]);
  const what = `Bianchi, n = ${n}, W = ${w}, m = ${m}${rts ? ', RTS' : ''}: total off the model by`;
  return atMost(what, percentOff(totalMbps, model!.totalMbps), '%', 0.5);
}

async function besideNs3(scene: ComparedScene, ns3: Ns3 | undefined): Promise<Row[]> {
  const { what, kind, options } = scene;
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const here = await ours([kind, ...given]);
  const there = ns3 === undefined ? stored(scene) : await ns3(ns3Command(scene));
  const flows = here.perApMbps ?? here.perStationMbps ?? [];
  const total = there.mbps.reduce((sum, each) => sum + each, 0);
  const rows = [
    atMost(
      `${what}: total off ns-3 by`,
      percentOff(here.totalMbps, total),
      '%',
      scene.totalPercent,
    ),
  ];
  if (scene.perApPercent !== undefined) {
    const errors = flows.map((each, flow) => percentOff(each, there.mbps[flow]!));
    const mean = errors.reduce((sum, each) => sum + each, 0) / errors.length;
    rows.push(atMost(`${what}: per AP, on average`, mean, '%', scene.perApPercent));
  }
  if (scene.memoryMb !== undefined) {
    const above = here.peakMemoryMb - (await bareMemoryMb());
    rows.push(atMost(`${what}: peak memory above a bare Node`, above, 'MB', scene.memoryMb));
  }
  if (ns3 === undefined) return rows;
  const ratio = there.cpuSecondsPerSimSecond / here.cpuSecondsPerSimSecond;
  rows.push(
    scene.cpuRatio === undefined
      ? told(`${what}: CPU of ns-3 ÷ ours`, ratio, '×')
      : atLeast(`${what}: CPU of ns-3 ÷ ours`, ratio, '×', scene.cpuRatio),
  );
  return rows;
}

function stored(scene: ComparedScene): Ns3Result {
  const command = ns3Command(scene);
  const found = storedResults().results.find((result) => result.command === command);
  if (found === undefined) throw new Error(`bench/ns3/results.json has nothing for ${command}`);
  return found;
}

async function ours(args: readonly (string | number)[]): Promise<Ours> {
  const words = ['air', ...args.map(String), '--json'];
  const { stdout } = await run(join(root, 'airguard'), words, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Ours;
}

/** maxRSS counts kilobytes. */
async function bareMemoryMb(): Promise<number> {
  const { stdout } = await run(process.execPath, ['-p', 'process.resourceUsage().maxRSS']);
  return Number(stdout) / 1_024;
}

function percentOff(value: number, reference: number): number {
  return 100 * Math.abs(value / reference - 1);
}
