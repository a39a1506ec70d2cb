/** How everybody fares at one moment of a run, and few of those however long the run is. */
import type { Air, Window } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { type FareSample, fifthPercentile, jain, utility } from '../kpi.ts';

/** What a radio does: shares of the time on its channel. */
export interface RadioAir {
  /** Null while it does not send. */
  readonly channel: Channel | null;
  /** Whatever fills the channel, itself included. */
  readonly busy: number;
  /** It sends. */
  readonly tx: number;
  /** Others' frames. */
  readonly rx: number;
}

export interface Frame {
  readonly tUs: number;
  readonly utilityMbps: number;
  readonly jain: number;
  readonly fifthPercentileMbps: number;
  /** In the layout's order of clients. */
  readonly clientMbps: Float32Array;
  /** In the order of `radios`. */
  readonly radios: readonly RadioAir[];
}

export interface Camera {
  readonly air: Air;
  /** Names in the air of our own radios, and of the clients. */
  readonly radios: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

/**
 * To be called at the instant at which the sample was taken: the air has worked out its state for
 * that, and asking once more changes nothing in it.
 */
export function frameOf(camera: Camera, sample: FareSample, window: Window): Frame {
  const clientMbps = new Float32Array(camera.places.size);
  for (const { id, throughputMbps } of sample.clients) {
    const place = camera.places.get(id);
    if (place !== undefined) clientMbps[place] = throughputMbps;
  }
  return {
    tUs: window.untilUs,
    utilityMbps: utility(sample.clients),
    jain: jain(sample.clients),
    fifthPercentileMbps: fifthPercentile(sample.clients),
    clientMbps,
    radios: camera.radios.map((id) => radioAir(camera.air, id, window)),
  };
}

function radioAir(air: Air, id: string, window: Window): RadioAir {
  const { channel, silent } = air.tuned(id);
  const [survey] = air.observe(id, 'survey', window);
  const activeUs = survey?.activeUs ?? 0;
  const share = (us: number) => (activeUs === 0 ? 0 : us / activeUs);
  return {
    channel: silent ? null : channel,
    busy: share(survey?.busyUs ?? 0),
    tx: share(survey?.txUs ?? 0),
    rx: share(survey?.rxUs ?? 0),
  };
}

/** Evenly spaced ones of all that were added: at most `most`, and more than half of that. */
export class Thinned<Item> {
  readonly #most: number;
  #kept: Item[] = [];
  #stride = 1;
  #added = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get items(): readonly Item[] {
    return this.#kept;
  }

  add(item: Item): void {
    if (this.#added % this.#stride === 0) {
      if (this.#kept.length === this.#most) {
        this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
        this.#stride *= 2;
      }
      if (this.#added % this.#stride === 0) this.#kept.push(item);
    }
    this.#added += 1;
  }
}
