/** How the clients fare before the coordinator's first change, and at the end of a run. */
import type { Air } from '#protocols/air.ts';
import type { Clock } from '#protocols/clock.ts';
import type { FareSample } from './kpi.ts';
import { airId, type Layout } from './layout.ts';
import type { Recorder } from './recording/recorder.ts';

/** Samples at either end; each covers the time since the one before. */
const SAMPLES = 5;

export class Fares {
  #before: readonly FareSample[] | undefined;
  /** The newest, oldest first. */
  readonly #latest: FareSample[] = [];
  #first: readonly FareSample[] = [];
  #taken = 0;
  readonly #take: (isInTurn: boolean) => FareSample;

  /** A sample a minute, or twelve in a run of less than twelve minutes. */
  constructor(parts: {
    readonly layout: Layout;
    readonly air: Air;
    readonly clock: Clock;
    readonly durationUs: number;
    readonly foreign: readonly { readonly id: string }[];
    /** Shown every sample when it is taken. */
    readonly recorder?: Recorder | undefined;
  }) {
    const { layout, air, clock, durationUs, foreign, recorder } = parts;
    const stepUs = Math.max(1, Math.floor(Math.min(60_000_000, durationUs / 12)));
    const own = layout.site.nodes.flatMap((node) =>
      node.radios.map(({ id }) => airId(node.id, id)),
    );
    this.#take = (isInTurn) => {
      const untilUs = clock.monotonic();
      const window = { fromUs: Math.max(0, untilUs - stepUs), untilUs };
      air.advance(untilUs);
      const clientsOf = (id: string) => air.observe(id, 'clients', window);
      const served = own.flatMap(clientsOf);
      const ids = new Set(served.map(({ id }) => id));
      // Who is with no radio at the moment gets nothing, and counts.
      const away = layout.clients
        .filter(({ id }) => !ids.has(id))
        .map(({ id, offeredMbps }) => ({ id, offeredMbps, throughputMbps: 0 }));
      const sample = {
        clients: [...served, ...away],
        foreign: foreign.flatMap(({ id }) => clientsOf(id)),
      };
      recorder?.onSample(sample, window, isInTurn);
      return sample;
    };
    const next = (seq: number) => {
      const task = () => {
        this.#add(this.#take(true));
        next(seq + 1);
      };
      clock.schedule(seq * stepUs, task, { target: 'world', source: 'world/fares', seq });
    };
    next(1);
  }

  /** A change is about to be made on purpose: this is how it was until now. */
  changed(): void {
    this.#before ??= [this.#take(false)];
  }

  /** The moment before the first change; without one, the second five samples of the run. */
  get before(): readonly FareSample[] {
    return this.#before ?? this.#first;
  }

  get after(): readonly FareSample[] {
    return this.#latest;
  }

  #add(sample: FareSample): void {
    this.#taken += 1;
    this.#latest.push(sample);
    if (this.#latest.length > SAMPLES) this.#latest.shift();
    // The first five hold the silence that is owed before first use.
    if (this.#taken <= 2 * SAMPLES) this.#first = [...this.#latest];
  }
}
