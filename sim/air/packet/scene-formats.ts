/** The part of a scene file that says by which standard and in which format radios send. */
import * as z from 'zod';
import {
  type FormatOptions,
  type FormatWidth,
  formatFault,
  formatOf,
  MCS_MAX,
  STREAMS_MAX,
  type Standard,
  standards,
  widestOf,
  widths,
} from './formats.ts';
import { rulesOf } from './rules.ts';
import type { Format, Rules } from './scene.ts';

const StandardName = z.enum(standards);
const Width = z.literal(widths).meta({ unit: 'MHz' });
const Mcs = z.number().int().min(0).max(MCS_MAX);
const Streams = z.number().int().min(1).max(STREAMS_MAX);
const Guard = z.literal([0.4, 0.8, 1.6, 3.2]).meta({ unit: 'µs' });

/** Of the scene as a whole. */
export const sceneFormat = {
  standard: StandardName.default('11a'),
  mcs: Mcs.optional().describe('Of 11n, 11ac and 11ax; 7 when left out'),
  widthMhz: Width.default(20).describe('Of 11n, 11ac and 11ax'),
  streams: Streams.default(1),
  guardUs: Guard.optional().describe('0.8 µs in 11n and 11ac, 3.2 µs in 11ax when left out'),
};

/** Of one radio. */
export const radioFormat = {
  standard: StandardName.optional().describe('When left out, that of the scene'),
  widthMhz: Width.optional().describe(
    'When left out, that of the scene as far as the standard has it',
  ),
};

/** Of one flow. */
export const FlowFormat = z
  .strictObject({
    standard: StandardName.optional(),
    mcs: Mcs.optional(),
    widthMhz: Width.optional(),
    streams: Streams.optional(),
    guardUs: Guard.optional(),
  })
  .describe(
    'Of its frames. When left out: the older standard and the smaller width of both radios, the rest as in the scene',
  );
type FormatWish = z.output<typeof FlowFormat>;

interface SceneWish {
  readonly band: '2.4' | '5';
  readonly standard: Standard;
  readonly mcs?: number | undefined;
  readonly widthMhz: FormatWidth;
  readonly streams: number;
  readonly guardUs?: number | undefined;
  readonly rts: boolean;
}
interface RadioWish {
  readonly standard?: Standard | undefined;
  readonly widthMhz?: FormatWidth | undefined;
}

const MCS_DEFAULT = 7;

/** Says what is wrong with a field, by its path from where the wish stands. */
export type Say = (path: readonly string[], message: string) => void;

/** What radios and flows of one scene send in; each format is made once. */
export class SceneFormats {
  readonly #scene: SceneWish;
  readonly #rules = new Map<string, Rules>();
  readonly #formats = new Map<string, Format>();

  constructor(scene: SceneWish) {
    this.#scene = scene;
  }

  standardOf({ standard = this.#scene.standard }: RadioWish): Standard {
    return standard;
  }

  widthOf(radio: RadioWish): FormatWidth {
    return radio.widthMhz ?? narrower(this.#scene.widthMhz, widestOf(this.standardOf(radio)));
  }

  rulesOf(radio: RadioWish): Rules {
    const options = { ...this.#options(radio, radio, {}), usesRts: this.#scene.rts };
    return once(this.#rules, options, rulesOf);
  }

  formatOf(from: RadioWish, to: RadioWish, wish: FormatWish = {}): Format {
    return once(this.#formats, this.#options(from, to, wish), formatOf);
  }

  /** What is wrong with what the scene says of all. */
  checkScene(say: Say): void {
    const { standard, widthMhz, mcs } = this.#scene;
    const options = this.#options({}, {}, {});
    sayFault({ ...options, widthMhz }, say);
    if (standard === '11a' && mcs !== undefined) say(['mcs'], noMcs);
  }

  checkRadio(radio: RadioWish, say: Say): void {
    if (radio.standard === undefined && radio.widthMhz === undefined) return;
    const { standard, band } = this.#options(radio, radio, {});
    sayFault({ standard, band, mcs: 0, widthMhz: this.widthOf(radio) }, say);
  }

  checkFlow(from: RadioWish, to: RadioWish, wish: FormatWish | undefined, say: Say): void {
    const options = this.#options(from, to, wish ?? {});
    const at: Say = (path, message) => say(['format', ...path], message);
    const oldest = this.#older(from, to);
    if (standards.indexOf(options.standard) > standards.indexOf(oldest)) {
      at(
        ['standard'],
        `expected one that both radios have, ${oldest} at most, came '${wish?.standard}'`,
      );
      return;
    }
    const widthMhz = narrower(this.widthOf(from), this.widthOf(to));
    if (options.widthMhz > widthMhz) {
      at(
        ['widthMhz'],
        `expected at most the ${widthMhz} MHz of both radios, came ${wish?.widthMhz}`,
      );
    }
    if (options.standard === '11a' && wish?.mcs !== undefined) at(['mcs'], noMcs);
    sayFault(options, at);
  }

  #older(from: RadioWish, to: RadioWish): Standard {
    const [one, other] = [this.standardOf(from), this.standardOf(to)];
    return standards.indexOf(one) < standards.indexOf(other) ? one : other;
  }

  #options(from: RadioWish, to: RadioWish, wish: FormatWish): FormatOptions {
    const { band, mcs = MCS_DEFAULT, streams, guardUs } = this.#scene;
    const standard = wish.standard ?? this.#older(from, to);
    const width = narrower(this.widthOf(from), this.widthOf(to));
    const guard = wish.guardUs ?? guardUs;
    return {
      standard,
      mcs: wish.mcs ?? mcs,
      widthMhz: wish.widthMhz ?? narrower(width, widestOf(standard)),
      streams: wish.streams ?? streams,
      ...(guard !== undefined && { guardUs: guard }),
      band,
      controlMbps: 6,
    };
  }
}

const noMcs = 'expected none with 11a, which sends 6 Mb/s here';

function sayFault(options: Parameters<typeof formatFault>[0], say: Say): void {
  const fault = formatFault(options);
  if (fault !== undefined)
    say([fault.option], `expected ${fault.expected}, came ${options[fault.option]}`);
}

function narrower(one: FormatWidth, other: FormatWidth): FormatWidth {
  return one < other ? one : other;
}

function once<Options, Made>(
  made: Map<string, Made>,
  options: Options,
  make: (options: Options) => Made,
): Made {
  const key = JSON.stringify(options);
  let found = made.get(key);
  if (found === undefined) {
    found = make(options);
    made.set(key, found);
  }
  return found;
}
