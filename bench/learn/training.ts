/**
 * How fast the policy learns, beside PyTorch on the same network and batch, each on one thread. Debian's
 * PyTorch takes its matrix products from whatever BLAS is set up: with the reference one it is far slower,
 * so install libopenblas0 for a fair comparison.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CHANNEL_INPUTS, RADIO_INPUTS } from '#agents/policy-net/input.ts';
import { HIDDEN, ROUNDS } from '#agents/policy-net/weights.ts';
import { createRandom } from '#agents/random/philox.ts';
import { Batch } from '#cli/train/policy/batch.ts';
import { imitationLoss } from '#cli/train/policy/imitate.ts';
import { Learner } from '#cli/train/policy/learner.ts';
import { initialWeights } from '#cli/train/policy/network.ts';
import { atLeast, type BenchOptions, median, type Row, told } from '../bench.ts';

const ROOM = { sites: 32, radios: 16, options: 6 };
const STEPS = 100;

export async function rows({ repeats, note }: BenchOptions): Promise<Row[]> {
  const random = createRandom('bench/training');
  const learner = await Learner.open(imitationLoss(ROOM), initialWeights(random.fork('weights')));
  const batch = new Batch(ROOM);
  const fill = random.fork('batch');
  for (const { data } of Object.values(batch.feeds()))
    data.forEach((_, at) => {
      data[at] = fill.uniform();
    });
  batch.missing.fill(0);
  const { share: _, ...feeds } = batch.feeds();
  const all = ROOM.sites * ROOM.radios;
  const data = new Float32Array(all * ROOM.options).fill(1 / ROOM.options);
  const given = { ...feeds, target: { data, shape: [all, ROOM.options] } };
  const run = async (steps: number) => {
    const before = process.cpuUsage();
    for (let step = 0; step < steps; step += 1) await learner.step(given, 0.001);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  await run(10);
  const ours: number[] = [];
  const ratios: number[] = [];
  const python = findTorch();
  let blas = '';
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    note(`learning, turn ${repeat + 1} of ${repeats}`);
    const own = (STEPS * all) / (await run(STEPS));
    ours.push(own);
    if (python === undefined) continue;
    const torch = runTorch(python);
    blas = torch.blas;
    ratios.push(own / ((STEPS * all) / torch.cpuSeconds));
  }
  await learner.close();
  const what = `policy, a step of learning on ${all} radios of ${ROOM.sites} sites: radios a CPU second`;
  const beside =
    python === undefined
      ? told('over PyTorch on the same: not measured, python3-torch is not installed', 0, 'times')
      : atLeast(
          `over PyTorch ${python.version} (BLAS: ${blas}) on the same network and batch`,
          median(ratios),
          'times',
          1.1,
        );
  return [told(what, median(ours) / 1_000, 'k'), beside];
}

interface Torch {
  readonly program: string;
  readonly version: string;
}

/** Debian's own comes first: a python of another source rarely has it. */
function findTorch(): Torch | undefined {
  for (const program of ['/usr/bin/python3', 'python3']) {
    if (program.startsWith('/') && !existsSync(program)) continue;
    const asked = spawnSync(program, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    });
    if (asked.status === 0) return { program, version: asked.stdout.trim() };
  }
  return undefined;
}

function runTorch({ program }: Torch): { blas: string; cpuSeconds: number } {
  const size = {
    ...ROOM,
    steps: STEPS,
    hidden: HIDDEN,
    rounds: ROUNDS,
    radioInputs: RADIO_INPUTS,
    channelInputs: CHANNEL_INPUTS,
  };
  const file = join(import.meta.dirname, 'torch-step.py');
  const ran = spawnSync(program, [file, JSON.stringify(size)], {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  if (ran.status !== 0) throw new Error(`PyTorch's step failed: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as { blas: string; cpuSeconds: number };
}
