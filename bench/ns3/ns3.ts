/**
 * ns-3 as Debian packages it (`libns3-dev`), with our scenes in `scene.cc`: built once into the
 * project's cache, and asked for one scene at a time. Where it is not installed, what it answered
 * elsewhere stands in `results.json`, with its version, and the command of each.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '#protocols/errors.ts';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const libraries = ['wifi', 'spectrum', 'propagation', 'mobility', 'network', 'core'];

export interface Ns3Result {
  /** Everything that decides it, as `scene.cc` takes it. */
  readonly command: string;
  readonly mbps: readonly number[];
  readonly cpuSecondsPerSimSecond: number;
  readonly peakMemoryMb: number;
}

export interface StoredResults {
  readonly version: string;
  readonly results: readonly Ns3Result[];
}

export type Ns3 = (command: string) => Promise<Ns3Result>;

/** Undefined where it cannot be built. */
export function openNs3(note: (text: string) => void): Ns3 | undefined {
  if (!existsSync('/usr/include/ns3/wifi-module.h') || spawnSync('g++', ['--version']).error) {
    note('ns-3 is not here (sudo apt-get install g++ libns3-dev): stored results stand in for it');
    return undefined;
  }
  const source = join(here, 'scene.cc');
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const folder = join(root, '.cache', 'ns3');
  const program = join(folder, `scene-${digest}`);
  if (!existsSync(program)) {
    note('building bench/ns3/scene.cc');
    mkdirSync(folder, { recursive: true });
    const links = libraries.map((name) => `-lns3-${name}`);
    const built = spawnSync('g++', ['-O2', '-std=c++17', '-o', program, source, ...links]);
    if (built.status !== 0) {
      throw new InputError(`bench/ns3/scene.cc was not built: ${built.stderr}`, 'crashed');
    }
  }
  return (command) => run(program, command);
}

export function storedResults(): StoredResults {
  return JSON.parse(readFileSync(join(here, 'results.json'), 'utf8')) as StoredResults;
}

function run(program: string, command: string): Promise<Ns3Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, command.split(' '), { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (part: string) => {
      text += part;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      // Our own program wrote it.
      if (code === 0) resolve({ command, ...(JSON.parse(text) as Omit<Ns3Result, 'command'>) });
      else reject(new Error(`ns-3 ended with ${code} for ${command}`));
    });
  });
}
