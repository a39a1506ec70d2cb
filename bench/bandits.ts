/** Bandits on coins: what each loses against knowing them, and how many pulls it makes in a second. */
import { klUcb } from '#agents/bandits/kl-ucb.ts';
import { thompson } from '#agents/bandits/thompson.ts';
import { ucbAlpha } from '#agents/bandits/ucb.ts';
import { mcTopM, play, selfish } from './bandits/play.ts';
import { problemOf } from './bandits/problem.ts';
import { atLeast, atMost, type Bench, type Row, told } from './bench.ts';

const RUNS = 200;
const SEED = 1;

export const bench: Bench = {
  name: 'bandits',
  about: 'Bandits on coins: regret, and pulls a second of one core.',
  async run() {
    const rows: Row[] = [];
    const nine = problemOf('nine');
    for (const [policy, most, least] of [
      [thompson, 45, 3],
      [klUcb, 61, 1],
      [ucbAlpha, 104, 15],
    ] as const) {
      const { horizon } = nine;
      const row = play(nine, policy.name, selfish(policy), { horizon, runs: RUNS, seed: SEED });
      rows.push(
        atMost(`${policy.name}, nine coins: regret after 10,000 pulls`, row.meanRegret, '', most),
        atLeast(`${policy.name}: pulls a CPU second`, row.pullsPerCpuSecond / 1e6, 'M', least),
      );
    }
    const three = problemOf('three-players');
    const { horizon } = three;
    const { meanRegret } = play(three, 'mctopm', mcTopM, { horizon, runs: 50, seed: SEED });
    rows.push(told('mctopm, three players on nine coins: regret after 10,000', meanRegret, ''));
    return rows;
  },
};
