/** What is learned: by nodes together. */
import type { Bench } from './bench.ts';
import { rows as federated } from './learn/federated.ts';

const parts = [federated];

export const bench: Bench = {
  name: 'learn',
  about: 'Learning: nodes together, some of them lying.',
  async run() {
    const rows = [];
    for (const part of parts) rows.push(...(await part()));
    return rows;
  },
};
