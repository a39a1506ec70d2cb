/** What is in a folder of recordings, and whether it holds. */
import { listSegments, noCounts, readBlocks } from '#edge/recorder/recording.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';

export const list: Command = {
  name: 'list',
  summary: 'Lists what is recorded of each radio. Reads every block, so that damage is found.',
  usage: 'FOLDER',
  examples: ['airguard recorder list .airguard/recorder'],
  options: {},
  positionals: { min: 1, max: 1 },
  async run(args, output, stop) {
    const [folder = ''] = args.positionals;
    const radios = [...new Set(listSegments(folder).map(({ radio }) => radio))].sort();
    const found = [];
    for (const radio of radios) {
      output.progress(`reading ${radio}`);
      const counts = noCounts();
      let bytes = 0;
      let gaps = -1;
      let firstUs = Number.POSITIVE_INFINITY;
      let lastUs = 0;
      for (const chunks of readBlocks(folder, { radio, ...always }, counts)) {
        for (const chunk of chunks) {
          bytes += chunk.bytes.length;
          if (!chunk.joins) gaps += 1;
          firstUs = Math.min(firstUs, chunk.atUs);
          lastUs = Math.max(lastUs, chunk.atUs);
        }
        if (stop.aborted) return 'interrupted';
      }
      const time = bytes === 0 ? {} : { fromMs: ms(firstUs), toMs: ms(lastUs) };
      found.push({ radio, ...time, bytes, gaps: Math.max(0, gaps), ...counts });
    }
    const holds = found.every(({ skippedBytes, unreadable }) => skippedBytes + unreadable === 0);
    if (output.json) output.document({ folder, holds, radios: found });
    else if (found.length === 0) output.line(`'${folder}' holds no recording`);
    else {
      const rows = found.map(({ radio, fromMs, toMs, bytes, segments, gaps, skippedBytes }) => [
        radio,
        isoOf(fromMs),
        isoOf(toMs),
        segments,
        bytes,
        gaps,
        skippedBytes,
      ]);
      for (const line of table([head, ...rows])) output.line(line);
    }
    return holds ? 'held' : 'invariantBroke';
  },
};

const always = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
const head = ['radio', 'from', 'to', 'segments', 'bytes', 'gaps', 'skipped'];

function ms(us: number): number {
  return Math.floor(us / US_PER_MS);
}

function isoOf(atMs: number | undefined): string {
  return atMs === undefined ? '–' : new Date(atMs).toISOString();
}
