/**
 * An actor's streams of chance. Every stream it has drawn from is known here, so that the counters
 * go into the snapshot, and come back with it, or are taken back when a step is undone.
 */
import type { Random } from '#protocols/random.ts';

export type Counters = Readonly<Record<string, number>>;

export const noCounters: Counters = Object.freeze({});

export class Chance {
  readonly root: Random;
  readonly #streams = new Map<string, CountedRandom>();
  #counters: Counters;
  #drawn = false;

  /** `counters` are those of the last snapshot. */
  constructor(source: Random, counters: Counters) {
    this.#counters = counters;
    this.root = this.stream(source);
  }

  stream(source: Random): Random {
    const known = this.#streams.get(source.stream);
    if (known !== undefined) return known;
    source.counter = this.#counters[source.stream] ?? 0;
    const stream = new CountedRandom(this, source);
    this.#streams.set(source.stream, stream);
    return stream;
  }

  draw(): void {
    this.#drawn = true;
  }

  /** True when the counters moved since they were last taken. */
  get moved(): boolean {
    return this.#drawn;
  }

  /** The counters for a snapshot. */
  take(): Counters {
    if (!this.#drawn) return this.#counters;
    const counters: Record<string, number> = { ...this.#counters };
    for (const [name, { counter }] of this.#streams) if (counter > 0) counters[name] = counter;
    this.#drawn = false;
    this.#counters = counters;
    return counters;
  }

  /** Goes back to the last counters taken. */
  undo(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    for (const [name, stream] of this.#streams) stream.rewind(this.#counters[name] ?? 0);
  }
}

class CountedRandom implements Random {
  readonly #chance: Chance;
  readonly #source: Random;

  constructor(chance: Chance, source: Random) {
    this.#chance = chance;
    this.#source = source;
  }

  get stream(): string {
    return this.#source.stream;
  }

  get counter(): number {
    return this.#source.counter;
  }

  set counter(counter: number) {
    this.#chance.draw();
    this.#source.counter = counter;
  }

  rewind(counter: number): void {
    this.#source.counter = counter;
  }

  fork(name: string): Random {
    return this.#chance.stream(this.#source.fork(name));
  }

  uint32(): number {
    this.#chance.draw();
    return this.#source.uint32();
  }

  uniform(): number {
    this.#chance.draw();
    return this.#source.uniform();
  }

  below(bound: number): number {
    this.#chance.draw();
    return this.#source.below(bound);
  }

  normal(): number {
    this.#chance.draw();
    return this.#source.normal();
  }

  bytes(length: number): Uint8Array {
    this.#chance.draw();
    return this.#source.bytes(length);
  }
}
