/**
 * Writes down of a run what a report shows. It looks at the air only where the world has just looked
 * itself, so that a run with it has the trace of a run without.
 */
import type { Air, AirChange, Window } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import type { ClientFare } from '#protocols/fare.ts';
import { type FareSample, inTheMean } from '../kpi.ts';
import { airId, type Layout } from '../layout.ts';
import type { BusListener } from '../tapped-bus.ts';
import type { Trace } from '../trace/trace.ts';
import { type Camera, type Frame, frameOf, Thinned } from './frames.ts';
import { type Happening, Happenings } from './happenings.ts';

/** However long a run is: four hours at one a minute, then one every two, and so on. */
const FRAMES = 240;
/** Numbers in all frames together, so that those of a city take no more room. */
const NUMBERS = 8_000_000;
const FRAMES_LEAST = 24;

/** How the time on its channel goes for a radio. */
interface RadioAir {
  readonly channel: Channel | null;
  readonly busy: number;
  readonly tx: number;
  readonly rx: number;
}

export type Radar = Extract<AirChange, { kind: 'radar' }>;

/** How it was over some samples, on average. */
export interface Moment {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly clients: readonly ClientFare[];
  /** Clients of networks that are not ours. */
  readonly foreign: readonly ClientFare[];
  /** In the order of the layout; channels as they last were sent on. */
  readonly radios: readonly RadioAir[];
}

export interface Recording {
  readonly layout: Layout;
  readonly radars: readonly Radar[];
  readonly frames: readonly Frame[];
  /** The moment before the first planned change, where there was one. */
  readonly plannedUs: number | undefined;
  /** Undefined in a run that was too short for a sample. */
  readonly before: Moment | undefined;
  readonly after: Moment | undefined;
  readonly happenings: readonly Happening[];
  /** How many more there were, by name. */
  readonly unlisted: Readonly<Record<string, number>>;
}

export class Recorder {
  readonly listener: BusListener;
  readonly #layout: Layout;
  readonly #camera: Camera;
  readonly #happenings: Happenings;
  readonly #frames: Thinned<Frame>;
  #planned: Frame | undefined;
  /** Of the samples that whoever took them still holds. */
  readonly #frameOf = new WeakMap<FareSample, Frame>();

  constructor(parts: { layout: Layout; air: Air; trace: Trace; nowUs: () => number }) {
    const { layout, air, trace, nowUs } = parts;
    this.#layout = layout;
    this.#camera = {
      air,
      radios: layout.site.nodes.flatMap((node) => node.radios.map(({ id }) => airId(node.id, id))),
      places: new Map(layout.clients.map(({ id }, place) => [id, place])),
    };
    const numbers = layout.clients.length + 4 * this.#camera.radios.length;
    const frames = Math.floor(NUMBERS / Math.max(1, numbers));
    this.#frames = new Thinned(Math.max(FRAMES_LEAST, Math.min(FRAMES, frames)));
    this.#happenings = new Happenings(nowUs);
    this.listener = this.#happenings.listener;
    trace.listen(this.#happenings.onRecord);
  }

  /**
   * Called when a sample was taken, at that instant. All come in turn but the one before the first
   * planned change.
   */
  onSample(sample: FareSample, window: Window, isInTurn: boolean): void {
    const frame = frameOf(this.#camera, sample, window);
    this.#frameOf.set(sample, frame);
    if (isInTurn) this.#frames.add(frame);
    else this.#planned ??= frame;
  }

  finish(samples: {
    readonly before: readonly FareSample[];
    readonly after: readonly FareSample[];
    readonly radars: readonly Radar[];
  }): Recording {
    return {
      layout: this.#layout,
      radars: samples.radars,
      frames: this.#series(),
      plannedUs: this.#planned?.tUs,
      before: this.#moment(samples.before),
      after: this.#moment(samples.after),
      happenings: this.#happenings.listed,
      unlisted: this.#happenings.unlisted,
    };
  }

  /** With the moment before the first planned change, which lies between two others. */
  #series(): readonly Frame[] {
    const even = this.#frames.items;
    const planned = this.#planned;
    return planned === undefined ? even : [...even, planned].sort((a, b) => a.tUs - b.tUs);
  }

  #moment(samples: readonly FareSample[]): Moment | undefined {
    const frames = samples.flatMap((sample) => this.#frameOf.get(sample) ?? []);
    const [first] = frames;
    const last = frames.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const mean = (radio: number, of: 'busy' | 'tx' | 'rx') =>
      frames.reduce((sum, { radios }) => sum + radios[of][radio]!, 0) / frames.length;
    return {
      fromUs: first.tUs,
      untilUs: last.tUs,
      ...inTheMean(samples),
      radios: this.#camera.radios.map((_, radio) => ({
        channel: frames.map(({ radios }) => radios.channel[radio]).findLast(Boolean) ?? null,
        busy: mean(radio, 'busy'),
        tx: mean(radio, 'tx'),
        rx: mean(radio, 'rx'),
      })),
    };
  }
}
