import { atLeast, atMost, type Bench, median, told } from './bench.ts';
import { simulate } from './sim-process.ts';

export const bench: Bench = {
  name: 'city',
  about: 'A city of 10,000 radios and 100,000 clients, all actors live at once: speed and memory.',
  async run({ repeats, note }) {
    const speeds: number[] = [];
    const cpuShares: number[] = [];
    const memories: number[] = [];
    const rates: number[] = [];
    let broken = 0;
    for (let seed = 1; seed <= repeats; seed += 1) {
      const run = await simulate('city', '--seed', String(seed));
      speeds.push(run.virtualSeconds / run.wallSeconds);
      cpuShares.push(run.virtualSeconds / run.cpuSeconds);
      memories.push(run.peakMemoryMb / 1024);
      rates.push(run.eventsPerRadioSecond);
      broken += run.checkers.reduce((sum, checker) => sum + checker.broken, 0);
      note(
        `seed ${seed}: ${run.radios} radios, ${run.clients} clients on ${run.city?.threads} threads, ${speeds.at(-1)?.toFixed(1)}×, ${run.cpuSeconds.toFixed(0)} s of processor time, ${memories.at(-1)?.toFixed(2)} GB, ${run.events} events`,
      );
    }
    return [
      atLeast('virtual ÷ wall time', median(speeds), '', 5),
      told('virtual ÷ processor time of all threads', median(cpuShares), ''),
      atMost('peak memory', median(memories), 'GB', 4),
      atLeast('events per radio and second', Math.min(...rates), '1/s', 1),
      atMost('checkers broken, all runs', broken, '', 0),
    ];
  },
};
