/** Many seeds, each in a process of its own: one that crashes takes no other with it. */
import { spawn } from 'node:child_process';
import * as os from 'node:os';
import * as path from 'node:path';
import { type ExitCode, exitCodes } from '#protocols/errors.ts';
import type { Output } from '../command.ts';
import { table } from '../table.ts';
import { repeatArguments, repeatCommand } from './repeat.ts';
import type { SimDocument, SimSettings } from './run.ts';

const main = path.join(import.meta.dirname, '..', 'main.ts');

interface SeedRun {
  readonly seed: number;
  readonly exitCode: number;
  readonly repeat: string;
  readonly traceHash: string | null;
  /** The checkers that broke, or how the process ended. */
  readonly broken: readonly string[];
}

export async function runSeeds(
  settings: SimSettings,
  seeds: number,
  output: Output,
  stop: AbortSignal,
): Promise<ExitCode> {
  const runs: SeedRun[] = [];
  const checked = new Map<string, number>();
  let next = settings.seed;
  const last = settings.seed + seeds - 1;
  const work = async () => {
    while (next <= last && !stop.aborted) {
      const seed = next;
      next += 1;
      const run = await runSeed({ ...settings, seed }, stop, checked);
      runs.push(run);
      if (run.exitCode !== exitCodes.held && !stop.aborted) {
        output.note(`seed ${seed}: ${run.broken.join('; ')}\n  ${run.repeat}`);
      }
      output.progress(`${runs.length} of ${seeds} seeds, ${failed(runs).length} broke`);
    }
  };
  const workers = Math.min(seeds, os.availableParallelism());
  await Promise.all(Array.from({ length: workers }, work));
  runs.sort((a, b) => a.seed - b.seed);
  const broken = failed(runs);
  const counts = Object.fromEntries([...checked].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (output.json) {
    output.document({
      scenario: settings.scenario,
      seeds: runs.length,
      broken: broken.length,
      checked: counts,
      runs,
    });
  } else {
    const rows = Object.entries(counts).map(([name, count]) => [name, count, 'checked']);
    for (const text of table(rows, '  ')) output.line(text);
    output.line(`${runs.length} seeds of ${settings.scenario}, ${broken.length} broke`);
    for (const { seed, repeat } of broken) output.line(`  seed ${seed}: ${repeat}`);
  }
  if (stop.aborted) return 'interrupted';
  if (broken.some(({ exitCode }) => exitCode === exitCodes.invariantBroke)) return 'invariantBroke';
  return broken.length > 0 ? 'crashed' : 'held';
}

function failed(runs: readonly SeedRun[]): SeedRun[] {
  return runs.filter(({ exitCode }) => exitCode !== exitCodes.held);
}

async function runSeed(
  settings: SimSettings,
  stop: AbortSignal,
  checked: Map<string, number>,
): Promise<SeedRun> {
  const { seed, loaded } = settings;
  const repeat = repeatCommand(settings);
  // The processors are busy with the other seeds.
  const threads = loaded.city === undefined ? [] : ['--threads', String(settings.threads ?? 1)];
  const { exitCode, stdout, stderr } = await startAgain(
    ['sim', ...repeatArguments(settings), ...threads, '--json'],
    stop,
  );
  let document: SimDocument | undefined;
  try {
    // Our own document, of our own version.
    document = JSON.parse(stdout) as SimDocument;
  } catch {
    // It ended before it wrote one; its last words say why.
  }
  for (const { name, checked: count } of document?.checkers ?? []) {
    checked.set(name, (checked.get(name) ?? 0) + count);
  }
  const broken = (document?.checkers ?? [])
    .filter((checker) => checker.broken > 0)
    .map(({ name, first }) => `${name}: ${first?.what}`);
  const lastWords = stderr.trim().split('\n').at(-1) ?? '';
  return {
    seed,
    exitCode,
    repeat,
    traceHash: document?.traceHash ?? null,
    broken: exitCode === 0 || broken.length > 0 ? broken : [`exit ${exitCode}: ${lastWords}`],
  };
}

function startAgain(
  args: readonly string[],
  stop: AbortSignal,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const interrupt = () => child.kill('SIGINT');
    stop.addEventListener('abort', interrupt, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      stop.removeEventListener('abort', interrupt);
      resolve({ exitCode: code ?? exitCodes.crashed, stdout, stderr });
    });
  });
}
