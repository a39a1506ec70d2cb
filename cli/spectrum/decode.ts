/** `spectrum decode`: what recordings hold, in figures. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { readCaptureFile } from '#edge/capture/capture-file.ts';
import { type CaptureSummary, type Range, Summariser } from '#edge/capture/summary.ts';
import type { Command, Output } from '../command.ts';
import { table } from '../table.ts';
import { wrap } from '../wrap.ts';
import { left, lossOf, typesOf } from './describe.ts';

/** Progress is told from this size on, every so many bytes. */
const TOLD_BYTES = 16 * 1024 * 1024;

export const decode: Command = {
  name: 'decode',
  summary:
    'What recordings of a spectral scan hold: sweeps, levels, frequencies, gaps, damage, checksums.',
  usage: 'FILE…',
  examples: ['airguard spectrum decode camera.dump', 'airguard spectrum decode *.dump --json'],
  options: {},
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(args, output, stop) {
    const files: { readonly file: string; readonly summary: CaptureSummary }[] = [];
    for (const file of args.positionals) {
      if (stop.aborted) return 'interrupted';
      const summary = summaryOf(file, output);
      files.push({ file, summary });
      if (!output.json) {
        if (files.length > 1) output.line();
        for (const line of described(file, summary)) output.line(line);
      }
    }
    if (output.json) {
      output.document({ files: files.map(({ file, summary }) => ({ file, ...summary })) });
    }
    return files.every(({ summary }) => summary.sweeps > 0) ? 'held' : 'invariantBroke';
  },
};

function summaryOf(file: string, output: Output): CaptureSummary {
  const summariser = new Summariser();
  let told = 0;
  const cursor = readCaptureFile({
    file,
    onSweep: (at) => summariser.add(at),
    onPiece(bytes) {
      if (bytes < told + TOLD_BYTES) return;
      told = bytes;
      const share = Math.floor((100 * bytes) / Math.max(bytes, statSync(file).size));
      output.progress(`${basename(file)}: ${share} %`);
    },
  });
  return summariser.report(cursor);
}

function described(file: string, summary: CaptureSummary): string[] {
  const { bytes, sweeps, skippedBytes, bins } = summary;
  if (sweeps === 0) {
    return [`${file}: no sweep of types 1 to 4 in ${bytes} bytes; ${left(summary)}`];
  }
  const sizes = bins.map(({ bins: size, sweeps: count }) =>
    bins.length === 1 ? `${size} bins` : `${count} of ${size} bins`,
  );
  const levels = [
    ['', 'min', 'max', 'mean', ''],
    rangeRow('level', summary.rssiDb, 'dB over noise'),
    rangeRow('noise', summary.noiseDbm, 'dBm'),
    ...(summary.upperHalf === null
      ? []
      : [
          rangeRow('upper level', summary.upperHalf.rssiDb, 'dB over noise'),
          rangeRow('upper noise', summary.upperHalf.noiseDbm, 'dBm'),
        ]),
    rangeRow('bin power', summary.binPowerDbm, 'dBm, not calibrated'),
  ];
  return [
    `${file}: ${sweeps} sweeps in ${bytes} bytes`,
    ...wrap([typesOf(summary), ...sizes].join(', '), '  '),
    ...table(levels, '  '),
    ...wrap(`heard at ${frequenciesOf(summary)}`, '  '),
    ...wrap(timeOf(summary), '  '),
    ...wrap(lossOf(summary), '  '),
    `  ${skippedBytes + summary.passedBytes === 0 ? 'every byte was read' : left(summary)}`,
    ...peculiar(summary),
    `  A ${summary.checksums.A}`,
    `  B ${summary.checksums.B}`,
  ];
}

function rangeRow(what: string, range: Range | null, unit: string): string[] {
  const cells = range === null ? ['', '', ''] : [range.min, range.max, range.mean].map(shortest);
  return [what, ...cells.map((cell) => cell.padStart(8)), unit];
}

/** Whole numbers as they are, others to a hundredth. */
function shortest(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function frequenciesOf({ frequencies }: CaptureSummary): string {
  const [first] = frequencies;
  if (frequencies.length === 1) return `${first?.mhz} MHz`;
  const each = frequencies.map(({ mhz, sweeps }) => `${mhz}\u00a0(${sweeps})`);
  return `${frequencies.length} frequencies, MHz (sweeps): ${each.join(', ')}`;
}

function timeOf({ tsfUs }: CaptureSummary): string {
  if (tsfUs === null) return '';
  const { min, max, stepsBack } = tsfUs;
  const back = stepsBack === 0 ? '' : `; it stepped back ${stepsBack} times`;
  return `time of the chip: ${min} to ${max} µs, ${((max - min) / 1e6).toFixed(3)} s${back}`;
}

function peculiar({ wrappedPeaks, silentSegments }: CaptureSummary): string[] {
  return [
    ...(wrappedPeaks === 0 ? [] : [`  ${wrappedPeaks} peaks over 255 restored`]),
    ...(silentSegments === 0
      ? []
      : [`  ${silentSegments} sweeps or halves of zeros, shown as -200 dBm`]),
  ];
}
