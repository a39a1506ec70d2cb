/** How everybody fares at one moment of a run, and few of those however long the run is. */
import type { Air, Window } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { fifthPercentile, jain, utility } from '#protocols/fare.ts';
import type { FareSample } from '../kpi.ts';

/** What radios do, by radio: shares of the time on their channels. */
export interface RadiosAir {
  /** Null while one does not send. */
  readonly channel: readonly (Channel | null)[];
  /** Whatever fills the channel, itself included. */
  readonly busy: Float32Array;
  /** It sends. */
  readonly tx: Float32Array;
  /** Others' frames. */
  readonly rx: Float32Array;
}

export interface Frame {
  readonly tUs: number;
  readonly utilityMbps: number;
  readonly jain: number;
  readonly fifthPercentileMbps: number;
  /** In the layout's order of clients. */
  readonly clientMbps: Float32Array;
  /** In the layout's order. */
  readonly radios: RadiosAir;
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
    radios: radiosAir(camera, window),
  };
}

function radiosAir({ air, radios }: Camera, window: Window): RadiosAir {
  const busy = new Float32Array(radios.length);
  const tx = new Float32Array(radios.length);
  const rx = new Float32Array(radios.length);
  const channel = radios.map((id, index) => {
    const tuned = air.tuned(id);
    const [survey] = air.observe(id, 'survey', window);
    if (survey !== undefined && survey.activeUs > 0) {
      busy[index] = survey.busyUs / survey.activeUs;
      tx[index] = survey.txUs / survey.activeUs;
      rx[index] = survey.rxUs / survey.activeUs;
    }
    return tuned.silent ? null : tuned.channel;
  });
  return { channel, busy, tx, rx };
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
