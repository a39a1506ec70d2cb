/** Runs a scene piece by piece, and tells what its flows have carried. */
import type { Random } from '#protocols/random.ts';
import { PacketEngine } from './engine.ts';
import type { PacketScene } from './scene.ts';

const NS_PER_S = 1e9;

export interface MeasureOptions {
  readonly scene: PacketScene;
  readonly random: Random;
  readonly warmupS: number;
  readonly durationS: number;
}

export interface Measured {
  /** Seconds that were measured, the warm-up not among them. */
  readonly measuredS: number;
  /** By flow. */
  readonly mbps: readonly number[];
  /** What came to be sent, in Mb/s, by flow; null for one that always has something. */
  readonly offeredMbps: readonly (number | null)[];
  /** From a packet’s arrival to its acknowledgement, or to its being given up. */
  readonly meanDelayMs: readonly (number | null)[];
  readonly totalMbps: number;
  readonly jain: number;
  /** Attempts that nobody answered, of all. */
  readonly collisionProbability: number;
}

export class Measurement {
  readonly #engine: PacketEngine;
  readonly #options: MeasureOptions;
  readonly #before: Float64Array;
  /** Of sources: packets offered, taken, and their waiting. */
  #sources: readonly { offered: number; taken: number; waitedNs: number }[] = [];
  #attempts = 0;
  #failures = 0;
  #nowS = 0;
  #isWarm = false;

  constructor(options: MeasureOptions) {
    this.#options = options;
    this.#engine = new PacketEngine(options.scene, options.random);
    this.#before = new Float64Array(options.scene.flows.length);
  }

  /** Simulated seconds so far, of how many. */
  get nowS(): number {
    return this.#nowS;
  }
  get untilS(): number {
    return this.#options.warmupS + this.#options.durationS;
  }
  get isDone(): boolean {
    return this.#nowS >= this.untilS;
  }

  /** Goes on for so many simulated seconds. */
  advance(seconds: number): void {
    const { warmupS } = this.#options;
    const limit = this.#isWarm ? this.untilS : warmupS;
    this.#nowS = Math.min(limit, this.#nowS + seconds);
    this.#engine.run(this.#nowS * NS_PER_S);
    if (this.#isWarm || this.#nowS < warmupS) return;
    this.#isWarm = true;
    const { delivered, attempts, failures } = this.#engine.counts;
    this.#before.set(delivered);
    this.#sources = this.#engine.sources.map(({ offered, taken, waitedNs }) => {
      return { offered, taken, waitedNs };
    });
    this.#attempts = sum(attempts);
    this.#failures = sum(failures);
  }

  get result(): Measured {
    const bits = this.#engine.payloadBits;
    const measuredS = this.#isWarm ? this.#nowS - this.#options.warmupS : 0;
    const { delivered, attempts, failures } = this.#engine.counts;
    const mbps = Array.from(delivered, (count, flow) =>
      measuredS === 0 ? 0 : ((count - this.#before[flow]!) * bits[flow]!) / (measuredS * 1e6),
    );
    const sources = this.#engine.sources.map((source, flow) => {
      const before = this.#sources[flow];
      if (source.isSaturated || before === undefined) return { mbps: null, delayMs: null };
      const taken = source.taken - before.taken;
      return {
        mbps: ((source.offered - before.offered) * bits[flow]!) / (measuredS * 1e6),
        delayMs: taken === 0 ? null : (source.waitedNs - before.waitedNs) / taken / 1e6,
      };
    });
    const tried = sum(attempts) - this.#attempts;
    return {
      measuredS,
      mbps,
      offeredMbps: sources.map((source) => source.mbps),
      meanDelayMs: sources.map(({ delayMs }) => delayMs),
      totalMbps: sum(mbps),
      jain: jain(mbps),
      collisionProbability: tried === 0 ? 0 : (sum(failures) - this.#failures) / tried,
    };
  }
}

/** Jain, Chiu and Hawe, DEC-TR-301 (1984): 1 when all get alike, 1/n when one has all. */
export function jain(values: readonly number[]): number {
  const squares = sum(values.map((value) => value * value));
  return squares === 0 ? 1 : (sum(values) * sum(values)) / (values.length * squares);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
