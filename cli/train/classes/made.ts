/** The whole training: windows, trees, thresholds, figures, and the files that say so. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { parseClassModel } from '#edge/detector/classes/model.ts';
import { InputError } from '#protocols/errors.ts';
import { type Card, cardOf, cardText } from './card.ts';
import { hashOf } from './dataset.ts';
import { drawTestSet, figuresOf, testCounts } from './figures.ts';
import { Kept } from './kept.ts';
import { type Progress, scaled, trainClasses, trainedOn } from './train.ts';

export interface Made {
  /** The model's file. */
  readonly text: string;
  readonly card: Card;
}

/** `scale`: of all counts of windows; 1 makes the shipped model. */
export async function makeClasses(
  seed: number,
  scale: number,
  progress: Progress,
  kept = new Kept(undefined, ''),
): Promise<Made> {
  const random = createRandom(seed).fork('classes');
  const { text, training, calibration } = await trainClasses(random, scale, progress, kept);
  const model = parseClassModel(text);
  const say = (note: string) => progress(`tests: ${note}`);
  const counts = scaled(testCounts, scale);
  const tests = await drawTestSet(counts, random.fork('tests'), say, kept);
  const card = cardOf({
    seed,
    scale,
    model,
    modelHash: createHash('sha256').update(text).digest('hex'),
    modelBytes: text.length,
    dataHash: hashOf([...training, ...calibration]),
    counts: trainedOn(scale),
    figures: figuresOf(model, tests),
  });
  return { text, card };
}

/** Beside the output, under the name of what is made: the seed, how much, and from which sources. */
export function keepIn(folder: string, seed: number, scale: number): Kept {
  const about = JSON.stringify({ training: 'classes', seed, scale, sources: sourcesHash() });
  return written(folder, () => new Kept(join(folder, 'classes.training'), about));
}

/** What was drawn by other lines of ours is not gone on with. */
function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['.', '../../../edge/detector/classes', '../../../sim/air/spectrum']) {
    const url = new URL(`${folder}/`, import.meta.url);
    const files = readdirSync(url, { recursive: true, encoding: 'utf8' });
    for (const file of files.toSorted()) {
      if (file.endsWith('.ts')) hash.update(file).update(readFileSync(new URL(file, url)));
    }
  }
  return hash.digest('hex');
}

export function writeMade({ text, card }: Made, folder: string): string[] {
  return written(folder, () => {
    const files = {
      'classes.json': text,
      'classes.card.json': `${JSON.stringify(card, null, 2)}\n`,
      'classes.card.md': cardText(card),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return Object.keys(files);
  });
}

function written<Result>(folder: string, write: () => Result): Result {
  try {
    mkdirSync(folder, { recursive: true });
    return write();
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--out: expected a folder that can be written: ${message}`);
  }
}
