/** The whole training: windows, trees, thresholds, figures, and the files that say so. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { parseClassModel } from '#edge/detector/classes/model.ts';
import { InputError } from '#protocols/errors.ts';
import { type Card, cardOf, cardText } from './card.ts';
import { hashOf } from './dataset.ts';
import { drawTestSet, figuresOf, testCounts } from './figures.ts';
import { type Progress, scaled, trainClasses, trainedOn } from './train.ts';

export interface Made {
  /** The model's file. */
  readonly text: string;
  readonly card: Card;
}

/** `scale`: of all counts of windows; 1 makes the shipped model. */
export async function makeClasses(seed: number, scale: number, progress: Progress): Promise<Made> {
  const random = createRandom(seed).fork('classes');
  const { text, training, calibration } = await trainClasses(random, scale, progress);
  const model = parseClassModel(text);
  const tests = await drawTestSet(scaled(testCounts, scale), random.fork('tests'), (note) =>
    progress(`tests: ${note}`),
  );
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

export function writeMade({ text, card }: Made, folder: string): string[] {
  try {
    mkdirSync(folder, { recursive: true });
    const files = {
      'classes.json': text,
      'classes.card.json': `${JSON.stringify(card, null, 2)}\n`,
      'classes.card.md': cardText(card),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return Object.keys(files);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--out: expected a folder that can be written: ${message}`);
  }
}
