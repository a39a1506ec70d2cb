import { atLeast, atMost, type Bench, median } from './bench.ts';
import { simulate } from './sim-process.ts';

export const bench: Bench = {
  name: 'swarm',
  about: 'A campus of 1,000 nodes with 3 radios each, all actors live: speed and peak memory.',
  async run({ repeats, note }) {
    const speeds: number[] = [];
    const memories: number[] = [];
    const rates: number[] = [];
    for (let seed = 1; seed <= repeats; seed += 1) {
      const run = await simulate(
        ...['campus', '--nodes', '1000', '--radios', '3', '--duration', '10m'],
        ...['--seed', String(seed)],
      );
      speeds.push(run.virtualSeconds / run.wallSeconds);
      memories.push(run.peakMemoryMb / 1024);
      rates.push(run.eventsPerRadioSecond);
      note(
        `seed ${seed}: ${speeds.at(-1)?.toFixed(1)}×, ${memories.at(-1)?.toFixed(2)} GB, ${run.events} events (${run.eventsPerRadioSecond.toFixed(2)} per radio and second), checkers broken: ${run.checkers.reduce((sum, { broken }) => sum + broken, 0)}`,
      );
    }
    return [
      atLeast('virtual ÷ wall time', median(speeds), '', 20),
      atMost('peak memory', median(memories), 'GB', 2),
      atLeast('events per radio and second', Math.min(...rates), '1/s', 1),
    ];
  },
};
