import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost, type Bench, inTurns, median, told } from './bench.ts';

const KILO = 1024;

export const bench: Bench = {
  name: 'actors',
  about: 'Heap of an idle radio actor with its whole host record, awake and resting.',
  async run({ repeats, note }) {
    const { awake, resting } = await inTurns(repeats, {
      awake: () => weigh('awake'),
      resting: () => weigh('resting'),
    });
    note(
      `awake ${awake.map(Math.round).join(', ')} B; resting ${resting.map(Math.round).join(', ')} B`,
    );
    const [awakeKb, restingKb] = [median(awake) / KILO, median(resting) / KILO];
    return [
      atMost('heap per idle radio actor, host record and store included', awakeKb, 'KB', 8),
      atMost('the same at rest', restingKb, 'KB', 0.7),
      told('awake ÷ resting', awakeKb / restingKb, ''),
    ];
  },
};

/** Bytes an actor takes, in a process of its own. */
async function weigh(condition: 'awake' | 'resting'): Promise<number> {
  const script = fileURLToPath(new URL('./actors-heap.ts', import.meta.url));
  const { stdout } = await run(process.execPath, ['--expose-gc', script, condition]);
  return Number(stdout);
}

const run = promisify(execFile);
