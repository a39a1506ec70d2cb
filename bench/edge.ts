/** What the process beside the radios reaches: each part measures itself, `bench/edge/<part>.ts`. */

import type { Bench, BenchOptions, Row } from './bench.ts';
import * as autoencoder from './edge/autoencoder.ts';

interface EdgePart {
  rows(options: BenchOptions): Promise<Row[]>;
}

const parts: readonly EdgePart[] = [autoencoder];

export const bench: Bench = {
  name: 'edge',
  about: 'The edge: decoding, detection, radar pulses, uplink and recorder, with what each costs.',
  async run(options) {
    const rows: Row[] = [];
    for (const part of parts) rows.push(...(await part.rows(options)));
    return rows;
  },
};
