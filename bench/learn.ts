/** What is learned: by nodes together, and by the policy. */
import type { Bench, BenchOptions, Row } from './bench.ts';
import { rows as federated } from './learn/federated.ts';
import { rows as inference } from './learn/inference.ts';
import { rows as training } from './learn/training.ts';

const parts: readonly ((options: BenchOptions) => Promise<Row[]>)[] = [
  inference,
  training,
  federated,
];

export const bench: Bench = {
  name: 'learn',
  about: 'Learning: the policy in use and in training, and nodes together, some of them lying.',
  async run(options) {
    const rows: Row[] = [];
    for (const part of parts) rows.push(...(await part(options)));
    return rows;
  },
};
