import { atLeast, type Bench, median } from './bench.ts';
import { simulate } from './sim-process.ts';

export const bench: Bench = {
  name: 'office',
  about: 'An hour of the office, spectra, checkers and trace included: speed.',
  async run({ repeats, note }) {
    const speeds: number[] = [];
    for (let seed = 1; seed <= repeats; seed += 1) {
      const run = await simulate('office', '--seed', String(seed));
      speeds.push(run.virtualSeconds / run.wallSeconds);
      note(
        `seed ${seed}: ${speeds.at(-1)?.toFixed(0)}×, spectra ${run.spectrum.sweeps} sweeps every ${run.spectrum.everySeconds} s`,
      );
    }
    return [atLeast('virtual ÷ wall time', median(speeds), '', 500)];
  },
};
