/** `spectrum plot`: a recording as a picture. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readCaptureFile } from '#edge/capture/capture-file.ts';
import { type CaptureSummary, Summariser } from '#edge/capture/summary.ts';
import { InputError } from '#protocols/errors.ts';
import type { Command, Output } from '../command.ts';
import type { Places } from './axis.ts';
import type { LevelScale } from './density.ts';
import { left, lossOf, typesOf } from './describe.ts';
import { Survey, shownLevels, shownNoise, spanOf } from './levels.ts';
import { SpectrumPicture } from './picture.ts';

export const plot: Command = {
  name: 'plot',
  summary: 'Draws a recording: a waterfall, and how often each level was seen.',
  usage: 'FILE --png OUT.png',
  examples: ['airguard spectrum plot camera.dump --png camera.png'],
  options: { png: { about: 'Where the picture is written', value: 'FILE.png' } },
  positionals: { min: 1, max: 1 },
  async run(args, output) {
    const [file = ''] = args.positionals;
    const png = args.text('png');
    if (png === undefined || !png.endsWith('.png')) {
      throw new InputError(`--png: expected a file that ends in .png, came '${png ?? 'nothing'}'`);
    }
    const { survey, summary, times } = surveyed(file, output);
    if (summary.sweeps === 0) {
      throw new InputError(
        `capture file '${file}': expected spectral sweeps of types 1 to 4; none could be read in ${summary.bytes} bytes`,
      );
    }
    const picture = drawn(file, survey, summary, times, output);
    try {
      writeFileSync(png, picture);
    } catch (cause) {
      const { message } = cause as Error;
      throw new InputError(`--png: expected a file that can be written: ${message}`);
    }
    const { sweeps } = summary;
    if (output.json) output.document({ file, sweeps, png, bytes: picture.length });
    else {
      const { length } = survey.tunings;
      output.line(`${png}: ${sweeps} sweeps at ${length} ${length === 1 ? 'tuning' : 'tunings'}`);
    }
    return 'held';
  },
};

interface Surveyed {
  readonly survey: Survey;
  readonly summary: CaptureSummary;
  /** When each sweep was heard, µs of the chip. */
  readonly times: readonly number[];
}

function surveyed(file: string, output: Output): Surveyed {
  const survey = new Survey();
  const summariser = new Summariser();
  const times: number[] = [];
  const cursor = readCaptureFile({
    file,
    onSweep(at) {
      survey.add(at);
      summariser.add(at);
      times.push(at.fields.tsfUs);
    },
    onPiece: (bytes) => output.progress(`looking at ${basename(file)}: ${bytes} bytes`),
  });
  return { survey, summary: summariser.report(cursor), times };
}

function drawn(
  file: string,
  survey: Survey,
  summary: CaptureSummary,
  times: readonly number[],
  output: Output,
): Buffer {
  const { tunings, isOneWidth } = survey;
  const [first = 0] = times;
  const isOne = tunings.length === 1 && (summary.tsfUs?.stepsBack ?? 0) === 0;
  const picture = new SpectrumPicture({
    title: basename(file),
    lines: subtitles(survey, summary),
    tunings,
    scale: scaleOf(survey),
    unit: isOneWidth ? 'dBm/bin' : 'dBm/MHz',
    seconds: isOne ? (sweep) => (times[sweep]! - first) / 1e6 : undefined,
  });
  const levels = new Float32Array(512);
  const counts = new Map<string, { index: number; sweeps: number }>(
    tunings.map(({ lowMhz, highMhz }, index) => [`${lowMhz} ${highMhz}`, { index, sweeps: 0 }]),
  );
  const placed = new Map<string, Places>();
  readCaptureFile({
    file,
    onSweep(cursor) {
      const span = spanOf(cursor);
      const tuning = counts.get(`${span.lowMhz} ${span.highMhz}`)!;
      const bins = shownLevels(cursor, levels, isOneWidth);
      const key = `${tuning.index} ${bins}`;
      const places = placed.get(key) ?? picture.axis.places(tuning.index, span, bins);
      placed.set(key, places);
      picture.add(tuning.sweeps, levels, shownNoise(cursor, isOneWidth), places);
      tuning.sweeps += 1;
    },
    onPiece: (bytes) => output.progress(`drawing ${basename(file)}: ${bytes} bytes`),
  });
  return picture.png();
}

function subtitles({ tunings }: Survey, summary: CaptureSummary): string[] {
  const span = summary.tsfUs === null ? 0 : (summary.tsfUs.max - summary.tsfUs.min) / 1e6;
  const heard =
    tunings.length === 1
      ? `${span.toFixed(3)} s`
      : `${tunings.length} tunings, each from its own first sweep down`;
  const damage = summary.skippedBytes === 0 ? [] : [left(summary)];
  return [
    [`${summary.sweeps} sweeps: ${typesOf(summary)}`, heard].join(' · '),
    [lossOf(summary), ...damage, 'levels are not calibrated'].join(' · '),
  ];
}

/** From a little below the quiet bins to the strongest. */
function scaleOf(survey: Survey): LevelScale {
  const lowDbm = Math.floor((survey.quantile(0.02) - 2) / 5) * 5;
  const highDbm = Math.max(lowDbm + 30, Math.ceil((survey.quantile(1) + 1) / 5) * 5);
  return { lowDbm, highDbm };
}
