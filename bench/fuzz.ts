/** Damages what the edge reads, very often; each reader has its own `bench/fuzz/<reader>.ts`. */
import type { Bench, Row } from './bench.ts';
import { chirpstackEvents, loraFrames } from './fuzz/lorawan.ts';
import * as pulses from './fuzz/pulses.ts';
import * as records from './fuzz/records.ts';
import * as segments from './fuzz/segments.ts';
import * as tlv from './fuzz/tlv.ts';

/** Reads damaged input; throws where the reader breaks its promises, with the seed that shows it. */
interface FuzzTarget {
  readonly what: string;
  /** Runs that many mutated inputs from the seed on; returns how many were read in part or whole. */
  run(seed: number, count: number): Promise<number>;
}

const targets: readonly FuzzTarget[] = [
  tlv,
  pulses,
  segments,
  loraFrames,
  chirpstackEvents,
  records,
];

const COUNT = 1_000_000;

export const bench: Bench = {
  name: 'fuzz',
  about: 'A million damaged inputs for each reader of the edge: none crashes, hangs or invents.',
  async run({ note }) {
    const rows: Row[] = [];
    for (const { what, run } of targets) {
      const read = await run(1, COUNT);
      note(`${what}: ${COUNT} damaged, ${read} still held something readable`);
      rows.push({ what, value: COUNT, unit: 'inputs', reach: `≥ ${COUNT}`, holds: true });
    }
    return rows;
  },
};
