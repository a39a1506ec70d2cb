import { bandOf, gridScene, type Plan, plans } from '#sim/air/packet/scenes.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';
import { exitCodeOf, figuresOf, measureScene, summaryLines } from './measure.ts';
import { choice, mcsAbout, metres, radioOf, radioOptions, runOptions, within } from './options.ts';

const POINTS_MAX = 1_024;

export const grid: Command = {
  name: 'grid',
  summary: 'A square grid of saturated access points with a client each, frame by frame.',
  usage: '[options]',
  examples: [
    'airguard air grid --n 16 --plan rr4',
    'airguard air grid --n 64 --spacing 15 --json',
    'airguard air grid --n 16 --std 11ax --mcs 4 --duration 20s',
  ],
  options: {
    n: { about: `Access points, 1 to ${POINTS_MAX}`, value: 'N', default: '16' },
    plan: {
      about: 'co: one channel; rr4: 36/40/44/48 in turn; rr3: 1/6/11 in turn, 11n and 11ax only',
      value: 'co|rr4|rr3',
      default: 'co',
    },
    spacing: { about: 'Metres between access points', value: 'M', default: '20' },
    ...radioOptions,
    mcs: { about: mcsAbout, value: 'N', default: '4' },
    ...runOptions,
  },
  async run(args, output, stop) {
    const n = within(args, 'n', 1, POINTS_MAX);
    const plan = choice(args, 'plan', Object.keys(plans) as Plan[]);
    const spacingM = metres(args, 'spacing', 6, 1_000);
    const wish = radioOf(args, bandOf(plan));
    const build = () => gridScene(n, { plan, spacingM }, wish);
    const report = await measureScene(build, args, output, stop);
    if (output.json) {
      output.document({ ...figuresOf(report), perApMbps: report.mbps });
    } else {
      const side = Math.ceil(Math.sqrt(n));
      output.line(`${n} access points, ${spacingM} m apart, plan ${plan}: Mb/s where they stand`);
      const rows = Array.from({ length: Math.ceil(n / side) }, (_, row) =>
        report.mbps.slice(row * side, (row + 1) * side).map((each) => each.toFixed(2).padStart(6)),
      );
      for (const text of table(rows)) output.line(text);
      for (const text of summaryLines(report)) output.line(text);
    }
    return exitCodeOf(report);
  },
};
