/**
 * The ear of a node: listens to all its radios at full pace, keeps the newest sweeps of each for whoever
 * asks, and hands every read to the stages.
 */
import type { Clock } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';
import { type Sweep, SweepReader } from '../capture/tlv.ts';
import { Listening } from './listening.ts';
import type { StageHealth, Stages } from './stages.ts';

/** Somewhat more than a second at full pace. */
const KEPT_SWEEPS = 5_000;
/** From this share on, lost sweeps are told as trouble. */
const MUCH_LOST = 0.05;

interface Heard {
  readonly listening: Listening;
  readonly reader: SweepReader;
  batches: (readonly Sweep[])[];
  kept: number;
  sweeps: number;
}

export interface EarOptions {
  /** By actor; those without a spectral scan are left out. */
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly clock: Clock;
  readonly bins: number;
  readonly stages: Stages;
}

export class Ear {
  readonly #heard = new Map<string, Heard>();
  readonly #stages: Stages;

  constructor({ drivers, clock, bins, stages }: EarOptions) {
    this.#stages = stages;
    for (const [actor, driver] of drivers) {
      if (!driver.capabilities().spectral) continue;
      const reader = new SweepReader();
      const onBytes = (bytes: Uint8Array, atUs: number) => this.#take(actor, bytes, atUs);
      const listening = new Listening({ actor, driver, clock, bins, onBytes });
      this.#heard.set(actor, { listening, reader, batches: [], kept: 0, sweeps: 0 });
    }
  }

  hears(radio: string): boolean {
    return this.#heard.has(radio);
  }

  /** The newest sweeps of a radio, oldest first, and what could not be read since it was opened. */
  newest(radio: string, count: number): { sweeps: Sweep[]; skippedBytes: number } {
    const heard = this.#heard.get(radio);
    if (heard === undefined) return { sweeps: [], skippedBytes: 0 };
    return {
      sweeps: heard.batches.flat().slice(-count),
      skippedBytes: heard.reader.skippedBytes,
    };
  }

  /** What listening to a radio has come to since it was opened. */
  counts(radio: string): { sweeps: number; lostSweeps: number; skippedBytes: number } | undefined {
    const heard = this.#heard.get(radio);
    if (heard === undefined) return undefined;
    const { sweeps, reader } = heard;
    const lostSweeps = Math.round(reader.loss().lost);
    return { sweeps, lostSweeps, skippedBytes: reader.skippedBytes };
  }

  /** Of the radios as `listening/<radio>`, then of the stages. */
  health(): StageHealth[] {
    const radios = [...this.#heard].map(([radio, { listening, reader }]): StageHealth => {
      const stage = `listening/${radio}`;
      const { trouble } = listening;
      if (trouble !== undefined) return { stage, state: 'off', why: trouble };
      const { share } = reader.loss();
      if (share < MUCH_LOST) return { stage, state: 'running' };
      const why = `about ${Math.round(share * 100)} % of the sweeps are lost, by the gaps between those that came`;
      return { stage, state: 'degraded', why };
    });
    return [...radios, ...this.#stages.health()];
  }

  async stop(): Promise<void> {
    for (const { listening } of this.#heard.values()) listening.stop();
    await this.#stages.close();
  }

  #take(radio: string, bytes: Uint8Array, atUs: number): void {
    // A radio may speak before it is entered: its driver answers at once.
    const heard = this.#heard.get(radio);
    if (heard === undefined) return;
    const sweeps: Sweep[] = [];
    heard.reader.push(bytes, (sweep) => sweeps.push(sweep));
    heard.sweeps += sweeps.length;
    heard.batches.push(sweeps);
    heard.kept += sweeps.length;
    while (heard.kept - heard.batches[0]!.length >= KEPT_SWEEPS) {
      heard.kept -= heard.batches.shift()!.length;
    }
    this.#stages.take({ radio, atUs, bytes, sweeps });
  }
}
