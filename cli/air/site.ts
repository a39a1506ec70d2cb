import { createRandom } from '#agents/random/philox.ts';
import { CHANNELS_MAX, siteScene } from '#sim/air/packet/site-scene.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';
import { fidelities, fidelityOf, reckonedLines, reckonScene } from './fluid.ts';
import { exitCodeOf, figuresOf, measureScene, summaryLines } from './measure.ts';
import { runOptions, within } from './options.ts';

const POINTS_MAX = 1_024;

export const site: Command = {
  name: 'site',
  summary: 'A site by chance: saturated access points on 3 to 8 channels, by frames or as a fluid.',
  usage: '[options]',
  examples: ['airguard air site --seed 7', 'airguard air site --seed 7 --fidelity fluid --json'],
  options: {
    n: { about: `Access points, 1 to ${POINTS_MAX}`, value: 'N', default: '30' },
    channels: {
      about: `How many channels, 1 to ${CHANNELS_MAX}; 3 or more by the seed`,
      value: 'N',
    },
    fidelity: {
      about: 'Frame by frame, or shares of the time',
      value: fidelities.join('|'),
      default: 'packet',
    },
    ...runOptions,
    seed: { about: 'Decides the site and the run', value: 'N', default: '1' },
  },
  async run(args, output, stop) {
    const n = within(args, 'n', 1, POINTS_MAX);
    const isFluid = fidelityOf(args) === 'fluid';
    const seed = args.integer('seed') ?? 1;
    const { scene, standard, sideM, channels } = siteScene(
      n,
      createRandom(seed).fork('site'),
      args.text('channels') === undefined
        ? {}
        : { channels: within(args, 'channels', 1, CHANNELS_MAX) },
    );
    const report = isFluid
      ? reckonScene(() => scene, args)
      : await measureScene(() => scene, args, output, stop);
    if (output.json) {
      const about = { standard, sideM, channels };
      output.document({ ...figuresOf(report), ...about, perApMbps: report.mbps });
    } else {
      output.line(
        `${n} access points of ${standard}, ${sideM.toFixed(0)} m square, ${channels} channels`,
      );
      const rows = scene.nodes
        .slice(0, n)
        .map(({ x, y, channel }, place) => [
          `${x.toFixed(0).padStart(4)} m`,
          `${y.toFixed(0).padStart(4)} m`,
          `${channel.primaryMhz} MHz`,
          report.mbps[place]!.toFixed(2).padStart(6),
        ]);
      for (const text of table([['x', 'y', 'channel', 'Mb/s'], ...rows], '  ')) output.line(text);
      for (const text of isFluid ? reckonedLines(report) : summaryLines(report)) output.line(text);
    }
    return exitCodeOf(report);
  },
};
