/** What `air cell` and `air grid` have in common. */
import { InputError } from '#protocols/errors.ts';
import { formatFault, MCS_MAX, STREAMS_MAX, standards, widths } from '#sim/air/packet/formats.ts';
import type { RadioWish } from '#sim/air/packet/scenes.ts';
import type { Arguments, Option } from '../command.ts';

const guards = ['0.4', '0.8', '1.6', '3.2'] as const;

export const mcsAbout = 'MCS of each stream: 11n to 7, 11ac to 9, 11ax to 11';

export const radioOptions: Readonly<Record<string, Option>> = {
  std: {
    about: '11a: DCF at 6 Mb/s; others: EDCA and A-MPDUs in HT, VHT or HE SU frames',
    value: '11a|11n|11ac|11ax',
    default: '11a',
  },
  mcs: { about: mcsAbout, value: 'N', default: '7' },
  width: { about: 'MHz; 11n has 20 and 40', value: '20|40|80|160', default: '20' },
  streams: { about: 'Spatial streams', value: '1|2', default: '1' },
  gi: {
    about:
      'Guard interval in µs: 0.8 (usual) or 0.4 in 11n and 11ac; 3.2 (usual), 1.6 or 0.8 in 11ax',
    value: 'US',
  },
  rts: { about: 'RTS before every data frame' },
};

export const runOptions: Readonly<Record<string, Option>> = {
  duration: { about: 'Simulated time that is measured', value: 'TIME', default: '60s' },
  warmup: { about: 'Simulated time before', value: 'TIME', default: '2s' },
  seed: { about: 'Decides the whole run', value: 'N', default: '1' },
};

/** The options that say what is wrong with a format. */
const optionOf = { standard: 'std', band: 'plan', mcs: 'mcs', widthMhz: 'width', guardUs: 'gi' };

export function radioOf(args: Arguments, band: '2.4' | '5'): RadioWish {
  const wish = {
    standard: choice(args, 'std', standards),
    mcs: within(args, 'mcs', 0, MCS_MAX),
    widthMhz: Number(choice(args, 'width', widths.map(String))) as RadioWish['widthMhz'],
    streams: within(args, 'streams', 1, STREAMS_MAX),
    ...(args.text('gi') !== undefined && { guardUs: Number(choice(args, 'gi', guards)) }),
    usesRts: args.flag('rts'),
  };
  const fault = formatFault({ ...wish, band });
  if (fault === undefined) return wish;
  const { option, expected } = fault;
  throw new InputError(
    `--${optionOf[option]}: expected ${expected}, came ${args.text(optionOf[option])}`,
  );
}

/** A whole number of a range, which the option has a default for. */
export function within(args: Arguments, name: string, least: number, most: number): number {
  const value = args.integer(name);
  if (value !== undefined && value >= least && value <= most) return value;
  throw new InputError(`--${name}: expected a number from ${least} to ${most}, came ${value}`);
}

export function choice<Value extends string>(
  args: Arguments,
  name: string,
  values: readonly Value[],
): Value {
  const text = args.text(name);
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new InputError(`--${name}: expected ${values.join(', ')}, came '${text}'`);
}

/** Metres, with a fraction if need be. */
export function metres(args: Arguments, name: string, least: number, most: number): number {
  const text = args.text(name) ?? '';
  const value = text === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new InputError(`--${name}: expected metres from ${least} to ${most}, came '${text}'`);
}
