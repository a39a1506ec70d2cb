import { bianchiModel, bianchiRules } from '#sim/air/packet/bianchi.ts';
import { cellScene, ringScene } from '#sim/air/packet/scenes.ts';
import type { Arguments, Command } from '../command.ts';
import { exitCodeOf, figuresOf, measureScene, type SceneReport, summaryLines } from './measure.ts';
import { choice, radioOf, radioOptions, runOptions, within } from './options.ts';

const STATIONS_MAX = 1_000;

export const cell: Command = {
  name: 'cell',
  summary: 'Saturated stations around one receiver, frame by frame.',
  usage: '[options]',
  examples: [
    'airguard air cell --n 20',
    'airguard air cell --n 5 --std 11ax --mcs 7 --width 80 --duration 10s',
    'airguard air cell --n 10 --bianchi fhss --w 32 --m 3',
  ],
  options: {
    n: { about: `Stations, 1 to ${STATIONS_MAX}`, value: 'N', default: '5' },
    ...radioOptions,
    bianchi: {
      about: 'By the assumptions of Bianchi’s model (2000), and beside it',
      value: 'fhss',
    },
    w: { about: 'Bianchi’s smallest window', value: 'N', default: '32' },
    m: { about: 'How often it doubles', value: 'N', default: '3' },
    ...runOptions,
  },
  async run(args, output, stop) {
    const n = within(args, 'n', 1, STATIONS_MAX);
    const bianchi = bianchiOf(args, n);
    const wish = radioOf(args, '5');
    const build = () =>
      bianchi === undefined ? cellScene(n, wish) : ringScene(n, bianchiRules(bianchi));
    const report = await measureScene(build, args, output, stop);
    const model = bianchi && bianchiModel(bianchi);
    if (output.json) {
      output.document({
        ...figuresOf(report),
        perStationMbps: report.mbps,
        ...(model && { model }),
      });
    } else {
      output.line(`${n} ${n === 1 ? 'station' : 'stations'} on a ring of 5 m`);
      output.line(`Mb/s: ${report.mbps.map((each) => each.toFixed(3)).join(' ')}`);
      for (const text of summaryLines(report)) output.line(text);
      if (model !== undefined) output.line(besideModel(report, model));
    }
    return exitCodeOf(report);
  },
};

function bianchiOf(args: Arguments, stations: number) {
  if (args.text('bianchi') === undefined) return undefined;
  choice(args, 'bianchi', ['fhss']);
  const w = within(args, 'w', 1, 1_024);
  const m = within(args, 'm', 0, 10);
  return { stations, w, m, usesRts: args.flag('rts') };
}

function besideModel(report: SceneReport, model: ReturnType<typeof bianchiModel>): string {
  const percent = 100 * (report.totalMbps / model.totalMbps - 1);
  const off = `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
  return `Bianchi’s model: ${model.totalMbps.toFixed(3)} Mb/s (simulated ${off}), ${(100 * model.collisionProbability).toFixed(1)} % of attempts collide`;
}
