/** The uplink behind a node's ear: every while it tells how each radio listened, and where. */
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type { Metrics } from '#protocols/telemetry/metrics.ts';
import type { Batch, Stage } from '../pipeline/stages.ts';
import type { Uplink } from './uplink.ts';

export interface UplinkStageOptions {
  readonly uplink: Uplink;
  readonly clock: Clock;
  /** How long between two records of a radio. */
  readonly everyMs?: number;
  /** What else is known of a radio: its temperatures, its power. */
  readonly more?: (radio: string) => Partial<Metrics>;
}

/** More places than a radio visits in one while are told as if it had not been there. */
const DWELLS_MAX = 256;

interface Dwell {
  readonly centerMhz: number;
  readonly widthMhz: number;
  dwellUs: number;
  visits: number;
}

interface Heard {
  /** Since the process began. */
  sweeps: number;
  /** Since the last record, by where. */
  readonly dwells: Map<string, Dwell>;
  here: Dwell | undefined;
  hereUs: number;
}

/** Owns the uplink: closing the stage closes it. */
export class UplinkStage implements Stage {
  readonly name = 'uplink';
  readonly #options: Required<UplinkStageOptions>;
  readonly #radios = new Map<string, Heard>();
  #timer: Timer | undefined;

  constructor(options: UplinkStageOptions) {
    this.#options = { everyMs: 10_000, more: () => ({}), ...options };
    this.#wait();
  }

  take({ radio, sweeps }: Batch): void {
    // The batch's own time is that of the wall, which may jump.
    const nowUs = this.#options.clock.monotonic();
    const heard = this.#heardOf(radio, nowUs);
    heard.sweeps += sweeps.length;
    for (const { segments } of sweeps) {
      const [first] = segments;
      const last = segments.at(-1);
      if (first === undefined || last === undefined) continue;
      const centerMhz = (first.lowMhz + last.highMhz) / 2;
      const widthMhz = last.highMhz - first.lowMhz;
      const { here } = heard;
      if (here?.centerMhz === centerMhz && here.widthMhz === widthMhz) continue;
      leave(heard, nowUs);
      heard.here = dwellAt(heard, centerMhz, widthMhz);
    }
  }

  trouble(): string | undefined {
    return this.#options.uplink.health().problem;
  }

  close(): void {
    this.#timer?.cancel();
    this.#options.uplink.close();
  }

  #wait(): void {
    const { clock, everyMs } = this.#options;
    this.#timer = clock.schedule(clock.monotonic() + everyMs * US_PER_MS, () => {
      this.#tell();
      this.#wait();
    });
  }

  #tell(): void {
    const { uplink, clock, everyMs, more } = this.#options;
    const nowUs = clock.monotonic();
    for (const [radio, heard] of this.#radios) {
      leave(heard, nowUs);
      const dwells = [...heard.dwells.values()].map(({ dwellUs, ...dwell }) => ({
        ...dwell,
        dwellMs: dwellUs / US_PER_MS,
      }));
      const body: Metrics = {
        windowMs: everyMs,
        monitor: heard.dwells.size > 0 ? 'on' : 'off',
        monitorStatistics: { sweeps: heard.sweeps },
        dwells,
        ...more(radio),
      };
      uplink.put(radio, { type: 'metrics', body });
      // Where it is goes on into the next while; whether it still is, the next sweep shows.
      heard.dwells.clear();
      heard.here = undefined;
      heard.hereUs = nowUs;
    }
  }

  #heardOf(radio: string, nowUs: number): Heard {
    let heard = this.#radios.get(radio);
    if (heard === undefined) {
      heard = { sweeps: 0, dwells: new Map(), here: undefined, hereUs: nowUs };
      this.#radios.set(radio, heard);
    }
    return heard;
  }
}

/** Counts the time at the place that the radio was at until now. */
function leave(heard: Heard, nowUs: number): void {
  if (heard.here !== undefined) heard.here.dwellUs += Math.max(0, nowUs - heard.hereUs);
  heard.hereUs = nowUs;
}

function dwellAt({ dwells }: Heard, centerMhz: number, widthMhz: number): Dwell | undefined {
  const name = `${centerMhz}/${widthMhz}`;
  let dwell = dwells.get(name);
  if (dwell === undefined && dwells.size >= DWELLS_MAX) return undefined;
  if (dwell === undefined) {
    dwell = { centerMhz, widthMhz, dwellUs: 0, visits: 0 };
    dwells.set(name, dwell);
  }
  dwell.visits += 1;
  return dwell;
}
