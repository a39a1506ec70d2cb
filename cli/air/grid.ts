import { InputError } from '#protocols/errors.ts';
import { captures } from '#sim/air/packet/capture.ts';
import { bandOf, gridScene, type Plan, plans, type RadioWish } from '#sim/air/packet/scenes.ts';
import { OBSS_PD_DBM_MAX, OBSS_PD_DBM_MIN } from '#sim/air/packet/spatial-reuse.ts';
import type { Arguments, Command } from '../command.ts';
import { table } from '../table.ts';
import { fidelities, fidelityOf, reckonedLines, reckonScene } from './fluid.ts';
import { exitCodeOf, figuresOf, measureScene, summaryLines } from './measure.ts';
import { choice, mcsAbout, metres, radioOf, radioOptions, runOptions, within } from './options.ts';

/** Of frames, and as a fluid. */
const pointsMax = { packet: 1_024, fluid: 10_000 } as const;

export const grid: Command = {
  name: 'grid',
  summary: 'A square grid of saturated access points with a client each, by frames or as a fluid.',
  usage: '[options]',
  examples: [
    'airguard air grid --n 16 --plan rr4',
    'airguard air grid --n 64 --spacing 15 --json',
    'airguard air grid --n 10000 --plan rr4 --fidelity fluid',
    'airguard air grid --n 16 --std 11ax --mcs 4 --duration 20s',
    'airguard air grid --n 25 --std 11ax --obss-pd -72 --uplink',
  ],
  options: {
    n: {
      about: `Access points, 1 to ${pointsMax.packet}, or ${pointsMax.fluid} as a fluid`,
      value: 'N',
      default: '16',
    },
    fidelity: {
      about: 'Frame by frame, or shares of the time',
      value: fidelities.join('|'),
      default: 'packet',
    },
    plan: {
      about: 'co: one channel; rr4: 36/40/44/48 in turn; rr3: 1/6/11 in turn, 11n and 11ax only',
      value: 'co|rr4|rr3',
      default: 'co',
    },
    spacing: { about: 'Metres between access points', value: 'M', default: '20' },
    ...radioOptions,
    mcs: { about: mcsAbout, value: 'N', default: '4' },
    uplink: { about: 'Each client sends to its access point too' },
    'obss-pd': {
      about:
        'Spatial reuse of 11ax: level in dBm below which frames of other networks are ignored, −82 to −62',
      value: 'DBM',
    },
    capture: {
      about: 'A frame 5 dB stronger takes over: at the preamble of another (16 µs), or at any time',
      value: captures.join('|'),
      default: 'none',
    },
    ...runOptions,
  },
  async run(args, output, stop) {
    const fidelity = fidelityOf(args, ['rts', 'obss-pd', 'capture']);
    const n = within(args, 'n', 1, pointsMax[fidelity]);
    const plan = choice(args, 'plan', Object.keys(plans) as Plan[]);
    const spacingM = metres(args, 'spacing', 6, 1_000);
    const wish = radioOf(args, bandOf(plan));
    const hasUplink = args.flag('uplink');
    const obssPdDbm = obssPdOf(args, wish);
    const shape = { plan, spacingM, hasUplink, capture: choice(args, 'capture', captures) };
    const build = () =>
      gridScene(n, { ...shape, ...(obssPdDbm !== undefined && { obssPdDbm }) }, wish);
    const report =
      fidelity === 'fluid'
        ? reckonScene(build, args)
        : await measureScene(build, args, output, stop);
    if (output.json) {
      const [perApMbps, perClientMbps] = [report.mbps.slice(0, n), report.mbps.slice(n)];
      output.document({ ...figuresOf(report), perApMbps, ...(hasUplink && { perClientMbps }) });
    } else {
      const side = Math.ceil(Math.sqrt(n));
      output.line(`${n} access points, ${spacingM} m apart, plan ${plan}: Mb/s where they stand`);
      const down = report.mbps.slice(0, n);
      for (const text of square(down, side)) output.line(text);
      if (hasUplink) {
        output.line('From their clients:');
        for (const text of square(report.mbps.slice(n), side)) output.line(text);
      }
      const summary = fidelity === 'fluid' ? reckonedLines(report) : summaryLines(report);
      for (const text of summary) output.line(text);
    }
    return exitCodeOf(report);
  },
};

function obssPdOf(args: Arguments, { standard }: RadioWish): number | undefined {
  const text = args.text('obss-pd');
  if (text === undefined) return undefined;
  if (standard !== '11ax')
    throw new InputError(`--obss-pd: expected --std 11ax with it, came ${standard}`);
  const level = text === '' ? Number.NaN : Number(text.replace('−', '-'));
  if (level >= OBSS_PD_DBM_MIN && level <= OBSS_PD_DBM_MAX) return level;
  const range = `${OBSS_PD_DBM_MIN} to ${OBSS_PD_DBM_MAX}`;
  throw new InputError(`--obss-pd: expected dBm from ${range}, came '${text}'`);
}

/** Mb/s where the access points stand. */
function square(mbps: readonly number[], side: number): string[] {
  const rows = Array.from({ length: Math.ceil(mbps.length / side) }, (_, row) =>
    mbps.slice(row * side, (row + 1) * side).map((each) => each.toFixed(2).padStart(6)),
  );
  return table(rows);
}
