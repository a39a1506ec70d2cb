import { writeFileSync } from 'node:fs';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { type AirChange, Emission, RadarPattern } from '#protocols/air.ts';
import { type Channel, channelFromNumber, describeChannel } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { SWEEP_US } from '#sim/air/spectrum/painter.ts';
import { emissionOf, settingOf } from '#sim/air/spectrum/setting.ts';
import type { Arguments, Command } from '../command.ts';
import { table, textTable } from '../table.ts';
import { choice, within } from './options.ts';
import { type Seen, seenIn } from './seen.ts';
import { waterfallOf, waterfallPng, waterfallSvg } from './waterfall.ts';

const EAR = 'ear/radio-0';
const binCounts = ['64', '128', '256', '512'] as const;

const list: Command = {
  name: 'list',
  summary: 'Lists what can be on the air, with its sources.',
  usage: '',
  examples: ['airguard air spectrum list'],
  options: {},
  async run(_, output) {
    const emissions = Emission.values
      .values()
      .map((name) => ({ name, ...emissionOf(name) }))
      .map(({ name, about, source, usual }) => ({ name, about, source, usual }))
      .toArray();
    if (output.json) output.document({ emissions, radars: [...RadarPattern.values] });
    else {
      const rows = emissions.map(({ name, about, source }) => [name, `${about}. ${source}.`]);
      const patterns = `A radar’s test signal: ${[...RadarPattern.values].join(', ')}.`;
      for (const text of textTable([...rows, ['radar:PATTERN', patterns]])) output.line(text);
    }
    return 'held';
  },
};

export const spectrum: Command = {
  name: 'spectrum',
  summary: 'What a radio would see of emitters on its spectral scan: a waterfall and figures.',
  usage: '[options]',
  examples: [
    'airguard air spectrum --emitter microwave --plot oven.svg',
    'airguard air spectrum --emitter wifi:40,zigbee@2430 --width 40 --bins 256 --out mixed.tlv',
    'airguard air spectrum --emitter radar:fcc-1 --channel 100 --json',
  ],
  options: {
    emitter: {
      about: 'What sends: its name, its width and its centre in MHz; or a radar',
      value: 'NAME[:MHZ][@MHZ],…',
      default: 'wifi',
    },
    channel: { about: 'Number of the primary channel', value: 'N', default: '6' },
    band: { about: 'The lowest that has the number when left out', value: '2.4|5|6' },
    width: { about: 'MHz of the channel', value: '20|40|80|160', default: '20' },
    bins: { about: 'Of a sweep', value: '64|128|256|512', default: '128' },
    sweeps: { about: `One every ${SWEEP_US} µs, 1 to 4096`, value: 'N', default: '512' },
    level: { about: 'At which each arrives while it sends', value: 'DBM', default: '-55' },
    seed: { about: 'Decides everything drawn', value: 'N', default: '1' },
    out: { about: 'Writes the sweeps as ath11k gives them', value: 'FILE.tlv' },
    plot: { about: 'Draws the waterfall', value: 'FILE.svg|png' },
  },
  subcommands: [list],
  async run(args, output) {
    const channel = channelOf(args);
    const wish = {
      bins: Number(choice(args, 'bins', binCounts)),
      sweeps: within(args, 'sweeps', 1, 4096),
    };
    const seed = args.integer('seed') ?? 1;
    const plot = args.text('plot');
    if (plot !== undefined && !/\.(svg|png)$/.test(plot)) {
      throw new InputError(`--plot: expected a file that ends in .svg or .png, came '${plot}'`);
    }
    const emitters = emittersOf(args, channel);
    const listen = (changes: readonly AirChange[]) => {
      const bytes = painted(channel, changes, wish, seed);
      return { bytes, sweeps: readSweeps(bytes).sweeps };
    };
    const { bytes, sweeps } = listen(emitters);
    const rows = emitters.map((emitter) => {
      return { emitter, seen: seenIn(listen([emitter]).sweeps) };
    });
    const out = args.text('out');
    if (out !== undefined) write('out', out, bytes);
    if (plot !== undefined) {
      const waterfall = waterfallOf(sweeps, SWEEP_US);
      const title = `${emitters.map(({ id }) => id).join(', ')} on ${describeChannel(channel)}`;
      const scale = Math.ceil(512 / wish.bins);
      const isSvg = plot.endsWith('.svg');
      write('plot', plot, isSvg ? waterfallSvg(waterfall, title) : waterfallPng(waterfall, scale));
    }
    if (output.json) {
      const figures = rows.map(({ emitter, seen }) => ({ ...emitter, seen }));
      output.document({ channel, ...wish, seed, bytes: bytes.length, emitters: figures });
    } else {
      const ms = Math.round((wish.sweeps * SWEEP_US) / 1_000);
      output.line(`${describeChannel(channel)}: ${sweeps.length} sweeps in ${ms} ms`);
      const head = ['emitter', 'duty seen', 'occupied', 'level while on'];
      const body = rows.map(({ emitter, seen }) => [emitter.id, ...shown(seen)]);
      for (const text of table([head, ...body], '  ')) output.line(text);
    }
    return 'held';
  },
};

/** The sweeps from the moment on at which all begin to send. */
function painted(
  channel: Channel,
  changes: readonly AirChange[],
  wish: { readonly bins: number; readonly sweeps: number },
  seed: number,
): Uint8Array {
  const air = airOf(channel, changes, seed);
  air.advance((wish.sweeps + 1) * SWEEP_US);
  return air.spectrum(EAR, wish);
}

function airOf(channel: Channel, changes: readonly AirChange[], seed: number) {
  const air = createFluidAir({ random: createRandom(seed) });
  air.apply({ kind: 'radio', id: EAR, at: { x: 0, y: 0, z: 0 }, channel, silent: true });
  for (const change of changes) air.apply(change);
  return air;
}

/** What these options ask for, as it goes on: `until` gives the sweeps since the last time asked. */
export function paintedOn(args: Arguments): {
  readonly channel: Channel;
  until(us: number): Uint8Array;
} {
  const channel = channelOf(args);
  const bins = Number(choice(args, 'bins', binCounts));
  const air = airOf(channel, emittersOf(args, channel), args.integer('seed') ?? 1);
  let painted = 0;
  return {
    channel,
    until(us) {
      const due = Math.floor(us / SWEEP_US) - 1;
      // What a radio's buffer would not hold either is left out.
      const sweeps = Math.min(4096, due - painted);
      if (sweeps <= 0) return new Uint8Array(0);
      painted = due;
      air.advance(us);
      return air.spectrum(EAR, { bins, sweeps });
    },
  };
}

function channelOf(args: Arguments): Channel {
  const number = args.integer('channel') ?? 0;
  const widthMhz = Number(choice(args, 'width', ['20', '40', '80', '160'])) as 20 | 40 | 80 | 160;
  const band =
    args.text('band') === undefined ? undefined : choice(args, 'band', ['2.4', '5', '6'] as const);
  const channel = channelFromNumber({ number, widthMhz, ...(band === undefined ? {} : { band }) });
  if (channel !== undefined) return channel;
  const where = band === undefined ? '' : ` in ${band} GHz`;
  throw new InputError(
    `--channel: expected a channel of IEEE 802.11 that is ${widthMhz} MHz wide${where}, came ${number}`,
  );
}

type Sending = Extract<AirChange, { kind: 'emitter' | 'radar' }>;

/** Each arrives with the level asked for: it has no place. */
function emittersOf(args: Arguments, channel: Channel): Sending[] {
  const eirpDbm = Number(args.text('level'));
  if (!(eirpDbm >= -120 && eirpDbm <= 0)) {
    throw new InputError(`--level: expected dBm from -120 to 0, came '${args.text('level')}'`);
  }
  const written = (args.text('emitter') ?? '').split(',');
  const again = written.find((id, index) => written.indexOf(id) !== index);
  if (again !== undefined) {
    throw new InputError(`--emitter: expected each once, came '${again}' twice`);
  }
  return written.map((id): Sending => {
    const [, name = '', , what, , centre] = /^([^:@]*)(:([^@]*))?(@(.*))?$/.exec(id) ?? [];
    if (name === 'radar') return radarOf(id, what, centre, eirpDbm, channel);
    const emission = Emission.safeParse(name);
    if (!emission.success) {
      const names = [...Emission.values].join(', ');
      throw new InputError(`--emitter: expected ${names} or radar:PATTERN, came '${name}'`);
    }
    const setting = settingOf(id, {
      emission: emission.data,
      ...(what === undefined ? {} : { widthMhz: mhz(what, id) }),
      ...(centre === undefined ? {} : { centerMhz: mhz(centre, id) }),
    });
    // In another band than its usual one it is heard in the middle of the channel.
    const isFar = Math.abs(setting.centerMhz - channel.centerMhz) > 200;
    const centerMhz = centre === undefined && isFar ? channel.centerMhz : setting.centerMhz;
    return { kind: 'emitter', id, emission: emission.data, ...setting, centerMhz, eirpDbm };
  });
}

function radarOf(
  id: string,
  what: string | undefined,
  centre: string | undefined,
  eirpDbm: number,
  channel: Channel,
): Sending {
  const pattern = RadarPattern.safeParse(what ?? 'fcc-0');
  if (!pattern.success) {
    const names = [...RadarPattern.values].join(', ');
    throw new InputError(`--emitter: expected a radar of ${names}, came '${what}'`);
  }
  const centerMhz = centre === undefined ? channel.centerMhz : mhz(centre, id);
  return {
    kind: 'radar',
    id,
    centerMhz,
    widthMhz: 1,
    eirpDbm,
    durationUs: 60_000_000,
    pattern: pattern.data,
  };
}

function mhz(text: string, id: string): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (value > 0 && value <= 10_000) return value;
  throw new InputError(`--emitter: '${id}': expected MHz up to 10000, came '${text}'`);
}

function shown(seen: Seen | undefined): string[] {
  if (seen === undefined) return ['never', '', ''];
  const { duty, occupiedMhz, levelDbm } = seen;
  return [
    `${(duty * 100).toFixed(1)} %`.padStart(9),
    `${occupiedMhz.toFixed(1)} MHz`.padStart(9),
    `${levelDbm.toFixed(1)} dBm`,
  ];
}

function write(option: string, file: string, data: string | Uint8Array): void {
  try {
    writeFileSync(file, data);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--${option}: expected a file that can be written: ${message}`);
  }
}
