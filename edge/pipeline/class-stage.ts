/**
 * Says what is on the air: once a second the newest quarter of a second of each radio is classified. A
 * class counts as there once most of the last looks found it, and as gone once none did.
 */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { NodeEvent } from '#protocols/telemetry/events.ts';
import { type Sweep, sweepSpan } from '../capture/tlv.ts';
import type { Classified, Classifier } from '../detector/classes/classify.ts';
import { windowSweeps } from '../detector/classes/features.ts';
import type { ClassName } from '../detector/classes/names.ts';
import { isRaised } from '../detector/classes/raised-noise.ts';
import { NoiseFloor } from '../detector/noise-floor.ts';
import type { Batch, Stage } from './stages.ts';
import type { Told } from './told.ts';

const LOOKS = 4;
const FOUND = 3;
/** Whose noise is noted at a look. */
const NOISE_SWEEPS = 16;
/** A channel that was left for longer says nothing of the air as it is now. */
const KEPT_US = 600 * US_PER_S;
/** What a network is there to do; it is counted elsewhere. */
const ordinary: readonly ClassName[] = ['wifi'];
const harmful: readonly ClassName[] = ['narrow-jammer', 'wide-jammer', 'radar'];

export interface ClassStageOptions {
  readonly classifier: Classifier;
  readonly clock: Clock;
  /** Shared with whoever else tells of interferers. */
  readonly told: Told;
  readonly onEvent: (radio: string, event: NodeEvent) => void;
}

interface Heard {
  sweeps: Sweep[];
  lookedUs: number;
  looks: (readonly ClassName[])[];
  readonly there: Set<ClassName>;
  readonly floor: NoiseFloor;
}

export class ClassStage implements Stage {
  readonly name = 'classes';
  readonly #options: ClassStageOptions;
  readonly #radios = new Map<string, Heard>();

  constructor(options: ClassStageOptions) {
    this.#options = options;
  }

  take({ radio, sweeps }: Batch): void {
    const { clock, classifier } = this.#options;
    const heard = this.#heardOf(radio);
    heard.sweeps = [...heard.sweeps, ...sweeps].slice(-windowSweeps);
    const nowUs = clock.monotonic();
    if (nowUs - heard.lookedUs < US_PER_S) return;
    heard.lookedUs = nowUs;
    const newest = heard.sweeps.at(-1);
    if (newest === undefined) return;
    for (const sweep of heard.sweeps.slice(-NOISE_SWEEPS)) heard.floor.push(sweep, nowUs);
    heard.floor.forgetBefore(nowUs - KEPT_US);
    const classified = classifier.classify(heard.sweeps, {
      isRaised: isRaised(heard.floor, newest),
    });
    if (classified !== undefined) this.#note(radio, heard, classified);
  }

  #note(radio: string, heard: Heard, { classes }: Classified): void {
    heard.looks = [...heard.looks, classes.map(({ name }) => name)].slice(-LOOKS);
    for (const { name, score } of classes) {
      const times = heard.looks.filter((names) => names.includes(name)).length;
      if (times < FOUND || heard.there.has(name)) continue;
      heard.there.add(name);
      if (ordinary.includes(name)) continue;
      if (this.#options.told.note(radio, name, 'classes')) {
        this.#tell(radio, heard.sweeps, name, score);
      }
    }
    for (const name of heard.there) {
      if (heard.looks.some((names) => names.includes(name))) continue;
      heard.there.delete(name);
      this.#options.told.gone(radio, name, 'classes');
    }
  }

  #tell(radio: string, sweeps: readonly Sweep[], name: ClassName, score: number): void {
    const { lowMhz, highMhz } = sweepSpan(sweeps.at(-1)!);
    let peakDbm = Number.NEGATIVE_INFINITY;
    for (const { segments } of sweeps) {
      for (const { noiseDbm, rssiDb } of segments) peakDbm = Math.max(peakDbm, noiseDbm + rssiDb);
    }
    this.#options.onEvent(radio, {
      kind: 'interference.classified',
      severity: harmful.includes(name) ? 'alert' : 'notice',
      lowMhz,
      highMhz,
      class: name,
      confidence: score,
      peakDbm,
    });
  }

  #heardOf(radio: string): Heard {
    let heard = this.#radios.get(radio);
    if (heard === undefined) {
      heard = {
        sweeps: [],
        lookedUs: Number.NEGATIVE_INFINITY,
        looks: [],
        there: new Set(),
        floor: new NoiseFloor(),
      };
      this.#radios.set(radio, heard);
    }
    return heard;
  }
}
