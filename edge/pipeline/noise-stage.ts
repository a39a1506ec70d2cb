/** Watches what each radio takes for noise, and tells where it stands out: see `NoiseFloor`. */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { NodeEvent } from '#protocols/telemetry/events.ts';
import type { NoiseCard } from '../detector/noise-card.ts';
import { NoiseFloor } from '../detector/noise-floor.ts';
import type { Batch, Stage } from './stages.ts';

const LOOK_US = 60 * US_PER_S;
/** A frequency that was left for longer says nothing of the air as it is now. */
const KEPT_US = 10 * LOOK_US;

export interface NoiseStageOptions {
  readonly card: NoiseCard;
  readonly clock: Clock;
  readonly onEvent: (radio: string, event: NodeEvent) => void;
}

interface Heard {
  readonly floor: NoiseFloor;
  lookedUs: number;
  /** By lower end: how often it began to stand out, and whether it does now. */
  readonly told: Map<number, { times: number; isThere: boolean }>;
}

export class NoiseStage implements Stage {
  readonly name = 'noise';
  readonly #options: NoiseStageOptions;
  readonly #radios = new Map<string, Heard>();

  constructor(options: NoiseStageOptions) {
    this.#options = options;
  }

  take({ radio, sweeps }: Batch): void {
    const nowUs = this.#options.clock.monotonic();
    let heard = this.#radios.get(radio);
    if (heard === undefined) {
      heard = { floor: new NoiseFloor(), lookedUs: nowUs, told: new Map() };
      this.#radios.set(radio, heard);
    }
    for (const sweep of sweeps) heard.floor.push(sweep, nowUs);
    if (nowUs - heard.lookedUs < LOOK_US) return;
    heard.lookedUs = nowUs;
    heard.floor.forgetBefore(nowUs - KEPT_US);
    this.#look(radio, heard);
  }

  #look(radio: string, { floor, told }: Heard): void {
    const { card, onEvent } = this.#options;
    for (const { lowMhz, highMhz, score } of floor.readings()) {
      const { times, isThere } = told.get(lowMhz) ?? { times: 0, isThere: false };
      const isAnomalous = score > card.threshold;
      if (isAnomalous && !isThere) {
        onEvent(radio, {
          kind: 'anomaly.detected',
          severity: 'notice',
          sign: 'noise',
          lowMhz,
          highMhz,
          score,
          threshold: card.threshold,
          seenBefore: times,
        });
      }
      told.set(lowMhz, {
        times: times + (isAnomalous && !isThere ? 1 : 0),
        isThere: isAnomalous,
      });
    }
  }
}
