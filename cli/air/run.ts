import { writeFileSync } from 'node:fs';
import { InputError } from '#protocols/errors.ts';
import { judge } from '#sim/air/packet/expectations.ts';
import { loadScene, packetScene, sceneNames } from '#sim/air/packet/scene-file.ts';
import type { Command } from '../command.ts';
import { table, textTable } from '../table.ts';
import { exitCodeOf, figuresOf, measureScene, summaryLines } from './measure.ts';
import { runOptions } from './options.ts';
import { planSvg } from './plan-svg.ts';

const list: Command = {
  name: 'list',
  summary: 'Lists the scenes that come with Airguard.',
  usage: '',
  examples: ['airguard air run list'],
  options: {},
  async run(_, output) {
    const scenes = sceneNames().map((name) => ({ name, about: loadScene(name).about }));
    if (output.json) output.document({ scenes });
    else {
      const rows = scenes.map(({ name, about }) => [name, about]);
      for (const text of textTable(rows)) output.line(text);
    }
    return 'held';
  },
};

export const run: Command = {
  name: 'run',
  summary: 'A scene from a file, frame by frame, held against what is published of it.',
  usage: 'SCENE [options]',
  examples: [
    'airguard air run flow-in-the-middle',
    'airguard air run sim/scenes/hidden.yaml --plot hidden.svg',
  ],
  options: {
    ...runOptions,
    plot: { about: 'Draws who stands where and gets what', value: 'FILE.svg' },
  },
  positionals: { min: 1, max: 1 },
  subcommands: [list],
  async run(args, output, stop) {
    const file = loadScene(args.positionals[0] ?? '');
    const report = await measureScene(() => packetScene(file), args, output, stop);
    const verdicts = report.partial ? [] : judge(file, report);
    const plot = args.text('plot');
    if (plot !== undefined) write(plot, planSvg(file, report.mbps));
    if (output.json) {
      const { mbps, offeredMbps, meanDelayMs } = report;
      const flows = file.flows.map(({ from, to }, flow) => ({
        from,
        to,
        mbps: mbps[flow],
        offeredMbps: offeredMbps[flow],
        meanDelayMs: meanDelayMs[flow],
      }));
      output.document({ scene: file.name, ...figuresOf(report), flows, expectations: verdicts });
    } else {
      output.line(`${file.name}: ${file.about}`);
      const rows = file.flows.map(({ from, to }, flow) => [
        `${from} → ${to}`,
        report.mbps[flow]!.toFixed(3).padStart(8),
        'Mb/s',
        asked(report.offeredMbps[flow], report.meanDelayMs[flow]),
      ]);
      for (const text of table(rows, '  ')) output.line(text);
      for (const text of summaryLines(report)) output.line(text);
      for (const { what, value, holds, because } of verdicts) {
        const came = `came ${Number(value.toPrecision(3))}`;
        output.line(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${what}, ${came}. ${because}.`);
      }
    }
    if (report.partial) return exitCodeOf(report);
    return verdicts.every(({ holds }) => holds) ? 'held' : 'invariantBroke';
  },
};

/** What a flow asked for and how long that took; nothing of one that always asks. */
function asked(mbps: number | null | undefined, delayMs: number | null | undefined): string {
  if (mbps == null) return '';
  const delay = delayMs == null ? '' : `, ${delayMs.toFixed(1)} ms on average`;
  return `of ${mbps.toFixed(3)}${delay}`;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--plot: expected a file that can be written: ${message}`);
  }
}
