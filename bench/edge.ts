/** What the process beside the radios reaches: each part measures itself, `bench/edge/<part>.ts`. */

import type { Bench, BenchOptions, Row } from './bench.ts';
import * as anomaly from './edge/anomaly.ts';
import * as autoencoder from './edge/autoencoder.ts';
import * as classes from './edge/classes.ts';
import * as decode from './edge/decode.ts';
import * as lorawan from './edge/lorawan.ts';
import * as process from './edge/process.ts';
import * as radar from './edge/radar.ts';
import * as recorder from './edge/recorder.ts';
import * as uplink from './edge/uplink.ts';

interface EdgePart {
  rows(options: BenchOptions): Promise<Row[]>;
}

const parts: readonly EdgePart[] = [
  decode,
  radar,
  process,
  recorder,
  lorawan,
  uplink,
  classes,
  autoencoder,
  anomaly,
];

export const bench: Bench = {
  name: 'edge',
  about: 'The edge: decoding, detection, radar pulses, uplink and recorder, with what each costs.',
  async run(options) {
    const rows: Row[] = [];
    for (const part of parts) rows.push(...(await part.rows(options)));
    return rows;
  },
};
