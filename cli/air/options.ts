/** What `air cell` and `air grid` have in common. */
import { InputError } from '#protocols/errors.ts';
import { standards } from '#sim/air/packet/formats.ts';
import type { RadioWish } from '#sim/air/packet/scenes.ts';
import type { Arguments, Option } from '../command.ts';

const widths = [20, 40, 80, 160] as const;
const MCS_MAX = 9;

export const radioOptions: Readonly<Record<string, Option>> = {
  std: {
    about: '11a: DCF at 6 Mb/s; 11ax: EDCA, A-MPDUs in HE SU',
    value: '11a|11ax',
    default: '11a',
  },
  mcs: { about: 'HE-MCS of 11ax, 0 to 9', value: 'N', default: '7' },
  width: { about: 'MHz of 11ax', value: '20|40|80|160', default: '20' },
  rts: { about: 'RTS before every data frame' },
};

export const runOptions: Readonly<Record<string, Option>> = {
  duration: { about: 'Simulated time that is measured', value: 'TIME', default: '60s' },
  warmup: { about: 'Simulated time before', value: 'TIME', default: '2s' },
  seed: { about: 'Decides the whole run', value: 'N', default: '1' },
};

export function radioOf(args: Arguments): RadioWish {
  const mcs = within(args, 'mcs', 0, MCS_MAX);
  return {
    standard: choice(args, 'std', standards),
    mcs,
    widthMhz: Number(choice(args, 'width', widths.map(String))) as RadioWish['widthMhz'],
    usesRts: args.flag('rts'),
  };
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
