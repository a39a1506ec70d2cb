/** `airguard train cae`: paints, learns, calibrates, judges, and writes what came of it. */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createRandom } from '#agents/random/philox.ts';
import { tileBands } from '#edge/detector/about-tile.ts';
import { openFitting } from '#edge/detector/autoencoder.ts';
import { InputError } from '#protocols/errors.ts';
import type { Output } from '../../command.ts';
import { KeptState } from '../kept-state.ts';
import { calibrate, type Read, readNormal } from './calibrate.ts';
import { captureFigures } from './captures.ts';
import { cardText, type FullCard, summed } from './card.ts';
import { Examples } from './data.ts';
import { classFigures, falseAlarms } from './evaluate.ts';
import { lossCsv, lossSvg } from './loss-curve.ts';
import { modelGraph, parameterCount } from './network.ts';
import { foreignSpells, normalSpells, spellThresholds } from './spells.ts';
import { stepGraph, stepsOf, type Trained, type TrainState, train } from './train.ts';

export interface CaeWish {
  readonly seed: number;
  readonly examples: number;
  readonly epochs: number;
  /** Tiles a cell of the table of classes; normal tiles of a band are two hundred times as many. */
  readonly judged: number;
  readonly directory: string;
}

const BATCH = 32;
const RATE = 0.002;
/** Between two lines of progress. */
const PAINTED_AT_ONCE = 512;
/** Examples that tell whether the painting is the same. */
const FIRST = 64;
const NORMAL_EACH = 200;
const SPELLS_EACH = 10;

/** Undefined when it was stopped: the same wish then goes on from there. */
export async function trainCae(
  wish: CaeWish,
  output: Output,
  stop: AbortSignal,
): Promise<FullCard | undefined> {
  const { seed, directory } = wish;
  claim(directory);
  const random = createRandom(seed);
  const examples = new Examples(wish.examples);
  const learning = { epochs: wish.epochs, batch: BATCH, rate: RATE };
  // What paints may change between two runs: the first examples tell.
  const first = new Examples(Math.min(FIRST, wish.examples));
  first.make(random.fork('train'), FIRST);
  const kept = new KeptState<TrainState>({
    file: join(directory, 'cae.state'),
    training: {
      seed,
      ...learning,
      examples: wish.examples,
      first: first.hash(),
      step: sha256(stepGraph(BATCH)),
    },
  });
  const { found } = kept;
  if (found !== undefined) output.note(`goes on after ${found.steps} steps: ${kept.file}`);
  // Once all is learned, only the judging is left.
  const isLearned = found?.steps === wish.epochs * stepsOf(wish.examples, BATCH);
  while (!isLearned && examples.made < examples.count) {
    if (stop.aborted) return undefined;
    examples.make(random.fork('train'), PAINTED_AT_ONCE);
    // Lets a signal through.
    await setImmediate();
    output.progress(`painted ${examples.made} of ${examples.count} tiles`);
  }
  const trained = await train(
    random.fork('cae'),
    examples,
    learning,
    kept,
    ({ epoch, loss, mse, wrong }) => {
      const figures = `loss ${loss.toFixed(3)}, squared error ${mse.toFixed(3)}, judgement ${wrong.toFixed(3)} nats`;
      output.note(`epoch ${epoch} of ${wish.epochs}: ${figures}`);
    },
    stop,
  );
  if (trained === undefined) return undefined;
  const progress = (text: string) => {
    output.progress(text);
    stop.throwIfAborted();
  };
  try {
    const card = await judge(wish, trained, progress);
    kept.remove();
    return card;
  } catch (error) {
    if (stop.aborted) return undefined;
    throw error;
  }
}

/** Judges what was learned, and writes it. */
async function judge(
  { seed, examples, epochs, judged, directory }: CaeWish,
  { weights, curve, data }: Trained,
  progress: (text: string) => void,
): Promise<FullCard> {
  const random = createRandom(seed);
  const metadata = { seed: String(seed), data };
  const model = modelGraph(weights).encode({ name: 'cae', batch: true, metadata });
  const modelSha256 = sha256(model);

  const session = await openFitting(
    modelGraph(weights, { plain: true }).encode({ name: 'cae', batch: true }),
  );
  const normal = (name: string) =>
    readNormal(session, random.fork(name), judged * NORMAL_EACH, (band) =>
      progress(`normal tiles of ${band} GHz, ${name}`),
    );
  const thresholds = calibrate(await normal('calibrate'));
  const held = await normal('held out');
  const classes = await classFigures(session, random.fork('foreign'), judged, thresholds, (name) =>
    progress(`judging ${name}`),
  );
  const { calibration } = thresholds;
  const spells = (name: string) =>
    normalSpells(session, random.fork(`spells/${name}`), judged * SPELLS_EACH, calibration, () =>
      progress(`spells of normal air, ${name}`),
    );
  const spellLimits = spellThresholds(await spells('calibrate'));
  const heldSpells = await spells('held out');
  const foreign = await foreignSpells(
    session,
    random.fork('foreign spells'),
    Math.ceil(judged / 4),
    calibration,
    spellLimits,
    (name) => progress(`judging spells of ${name}`),
  );
  const card: FullCard = {
    modelSha256,
    vectorScale: thresholds.vectorScale,
    calibration: { ...calibration, spellThresholds: spellLimits },
    made: {
      seed,
      examples,
      epochs,
      judged,
      batch: BATCH,
      rate: RATE,
      parameters: parameterCount,
      dataSha256: data,
      runtime: 'onnxruntime-node 1.30.0, one thread',
    },
    figures: {
      source: 'generated spectra',
      falseAlarms: falseAlarms(held, thresholds),
      spellAlarms: tileBands.map((band) => ({
        band,
        spells: heldSpells[band].length,
        rate:
          heldSpells[band].filter((share) => share > spellLimits[band]).length /
          heldSpells[band].length,
      })),
      spells: foreign,
      classes,
      detectionFrom10Db: summed(classes),
      zeroBytesOfVectors: zeros(held, thresholds.vectorScale),
      lastEpoch: curve.at(-1) ?? null,
    },
    recordings: await captureFigures(session, thresholds),
  };
  await session.close();
  writeFileSync(join(directory, 'cae.onnx'), model);
  writeFileSync(join(directory, 'cae.json'), `${JSON.stringify(card, null, 2)}\n`);
  writeFileSync(join(directory, 'cae.md'), cardText(card));
  writeFileSync(join(directory, 'cae-loss.csv'), lossCsv(curve));
  const title = `Loss of the autoencoder, seed ${seed}, generated spectra`;
  writeFileSync(join(directory, 'cae-loss.svg'), lossSvg(curve, title));
  return card;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function claim(directory: string): void {
  try {
    // Its parents have to be there: under /proc, making them never ends.
    if (!existsSync(directory)) mkdirSync(directory);
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--out: expected a directory that can be written: ${message}`);
  }
}

/** Share of the bytes of vectors, padding left out. */
function zeros(reads: readonly Read[], vectorScale: number): number {
  let none = 0;
  let all = 0;
  for (const { tile, raw } of reads) {
    const filled = raw.vector.subarray(0, (raw.vector.length / 16) * tile.sweeps);
    for (const value of filled) if (value < vectorScale / 2) none += 1;
    all += filled.length;
  }
  return none / all;
}
