/**
 * Keeps the vectors of a radio that hears strange things without end from filling the link: of each
 * second at most so many leave, half of them the strangest, the others spread evenly over it.
 */
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';

export interface Sampled {
  readonly vector: Uint8Array;
  readonly centerMhz: number;
  readonly score: number;
  readonly atUs: number;
}

export interface VectorSampleOptions {
  readonly clock: Clock;
  /** Of a second, at most. */
  readonly most: number;
  /** Oldest first. */
  readonly onVector: (sampled: Sampled) => void;
}

export class VectorSample {
  readonly #options: VectorSampleOptions;
  #second: Sampled[] = [];
  #timer: Timer | undefined;
  #left = 0;

  constructor(options: VectorSampleOptions) {
    this.#options = options;
  }

  /** How many did not leave. */
  get left(): number {
    return this.#left;
  }

  add(sampled: Sampled): void {
    const { clock } = this.#options;
    this.#second.push(sampled);
    this.#timer ??= clock.schedule(clock.monotonic() + US_PER_S, () => this.flush());
  }

  /** Hands over what there is of this second. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { most, onVector } = this.#options;
    const chosen = choose(this.#second, most);
    this.#left += this.#second.length - chosen.length;
    this.#second = [];
    for (const sampled of chosen) onVector(sampled);
  }
}

function choose(all: readonly Sampled[], most: number): readonly Sampled[] {
  if (all.length <= most) return all;
  const places = all.map((_, place) => place);
  const byScore = places.toSorted((one, other) => all[other]!.score - all[one]!.score);
  const chosen = new Set(byScore.slice(0, Math.ceil(most / 2)));
  const rest = places.filter((place) => !chosen.has(place));
  const evenly = Math.floor(most / 2);
  for (let turn = 0; turn < evenly; turn += 1) {
    chosen.add(rest[Math.floor(((turn + 0.5) * rest.length) / evenly)]!);
  }
  return all.filter((_, place) => chosen.has(place));
}
