/** `airguard train policy`: draws sites, learns from a teacher, then from reward, judges, and writes it all down. */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FEATURE_VERSION, see } from '#agents/policy-net/features.ts';
import { PolicyNet } from '#agents/policy-net/forward.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { settle, usualSettling } from '#agents/policy-net/settle.ts';
import type { Weights } from '#agents/policy-net/weights.ts';
import { createRandom } from '#agents/random/philox.ts';
import { InputError } from '#protocols/errors.ts';
import type { Random } from '#protocols/random.ts';
import type { Output } from '../../command.ts';
import { type Card, cardText, type Made, verdictOf } from './card.ts';
import { dropCheckpoints, keptOptima, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { type CurvePoint, curveCsv, curveSvg } from './curve.ts';
import { FluidEnvironment } from './environment.ts';
import { figuresOf } from './figures.ts';
import { imitate, TEMPERATURE } from './imitate.ts';
import { isUsable } from './judge.ts';
import { exportModel, initialWeights, type Room } from './network.ts';
import { type Algorithm, ppo } from './ppo.ts';
import { drawLesson, type SiteSetup } from './site.ts';
import { type Lesson, teach } from './teacher.ts';

export interface PolicyWish {
  readonly seed: number;
  /** To learn on, from the teacher. */
  readonly sites: number;
  readonly epochs: number;
  readonly algorithm: Algorithm;
  readonly iterations: number;
  /** Unseen ones of each table. */
  readonly judged: number;
  readonly directory: string;
}

/** Radios of the largest site that is learned on. */
const MOST_RADIOS = 16;
/** Options of a radio that are learned on at once; in use there may be any number. */
const OPTIONS = 6;
const ROOM: Room = { sites: 32, radios: MOST_RADIOS, options: OPTIONS };
const MOST_APS = 14;
const STATES_A_SITE = 5;
const RATE = 0.003;
const PPO_RATE = 0.0002;
const ENVIRONMENTS = 32;
const STEPS = 12;
/** Sites by which it is decided whether what reward taught is kept. */
const HELD_BACK = 60;
/** Of the exported graph. */
const EXPORTED_OPTIONS = 24;

/** Stopped early, it goes on with what was learned by then; undefined when that is nothing yet. */
export async function trainPolicy(
  wish: PolicyWish,
  output: Output,
  stop: AbortSignal,
): Promise<Card | undefined> {
  const { seed, directory } = wish;
  claim(directory);
  const random = createRandom(seed);
  const kept = readCheckpoint(directory, wish);
  if (kept !== undefined) output.note('goes on from what had been learned from the teacher');
  const imitated = kept ?? (await fromTeacher(wish, random, output, stop));
  if (imitated === undefined) return undefined;
  writeCheckpoint(directory, wish, imitated);
  const heldBack = holdBack(random.fork('held back'));
  const curve: CurvePoint[] = [...imitated.curve];
  let best = {
    weights: imitated.weights,
    iteration: 0,
    worth: worthOf(imitated.weights, heldBack),
  };
  const worthImitated = best.worth;
  let done = 0;
  await ppo(
    imitated.weights,
    Array.from({ length: ENVIRONMENTS }, () => new FluidEnvironment()),
    {
      algorithm: wish.algorithm,
      iterations: wish.iterations,
      steps: STEPS,
      rate: PPO_RATE,
      room: ROOM,
      drawSetup: (own) => usable(own),
    },
    random.fork('reward'),
    (iteration, gained, weights) => {
      done = iteration;
      curve.push({ stage: 'reward', at: iteration, value: gained });
      output.progress(`reward ${iteration} of ${wish.iterations}: gained ${gained.toFixed(3)}`);
      if (iteration % 10 !== 0 && iteration !== wish.iterations) return;
      const worth = worthOf(weights, heldBack);
      output.note(`reward ${iteration} of ${wish.iterations}: held-back sites ${worth.toFixed(4)}`);
      if (worth > best.worth) best = { weights, iteration, worth };
    },
    stop,
  );
  const { lessons, dataSha256 } = imitated;
  const made: Made = {
    seed,
    sites: wish.sites,
    lessons,
    epochs: wish.epochs,
    algorithm: wish.algorithm,
    iterations: done,
    keptIteration: best.iteration,
    heldBack: { sites: heldBack.length, imitated: worthImitated, kept: best.worth },
    dataSha256,
    runtime: 'onnxruntime-node 1.30.0, one thread',
  };
  return finish(wish, best.weights, made, curve, random, output);
}

async function finish(
  wish: PolicyWish,
  weights: Weights,
  made: Made,
  curve: readonly CurvePoint[],
  random: Random,
  output: Output,
): Promise<Card> {
  const { directory } = wish;
  const metadata = {
    seed: String(wish.seed),
    data: made.dataSha256,
    features: String(FEATURE_VERSION),
  };
  const model = exportModel(weights, EXPORTED_OPTIONS, metadata);
  const net = new PolicyNet(weights);
  const optima = keptOptima(directory, wish.seed);
  const figures = await figuresOf(net, random.fork('judged'), wish.judged, optima, (text) =>
    output.progress(text),
  );
  const card: Card = {
    modelSha256: createHash('sha256').update(model).digest('hex'),
    featureVersion: FEATURE_VERSION,
    temperature: TEMPERATURE,
    optionsAtOnce: EXPORTED_OPTIONS,
    ...verdictOf(figures),
    made,
    figures,
  };
  writeFileSync(join(directory, 'policy.onnx'), model);
  writeFileSync(join(directory, 'policy.json'), `${JSON.stringify(card, null, 2)}\n`);
  writeFileSync(join(directory, 'policy.md'), cardText(card));
  writeFileSync(join(directory, 'policy-curve.csv'), curveCsv(curve));
  writeFileSync(join(directory, 'policy-curve.svg'), curveSvg(curve, `Policy, seed ${wish.seed}`));
  dropCheckpoints(directory);
  return card;
}

export interface Imitated {
  readonly weights: Weights;
  readonly curve: readonly CurvePoint[];
  readonly lessons: number;
  readonly dataSha256: string;
}

async function fromTeacher(
  { sites, epochs }: PolicyWish,
  random: Random,
  output: Output,
  stop: AbortSignal,
): Promise<Imitated | undefined> {
  const lessons: Lesson[] = [];
  const hash = createHash('sha256');
  const environment = new FluidEnvironment();
  for (let site = 0; site < sites && !stop.aborted; site += 1) {
    const own = random.fork(`site/${site}`);
    environment.reset(usable(own));
    for (const lesson of teach(environment, own.fork('teacher'), STATES_A_SITE)) {
      lessons.push(lesson);
      for (const part of [lesson.gains, lesson.state.radio, lesson.state.option]) {
        hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      }
    }
    if (site % 50 !== 49) continue;
    output.progress(`taught on ${site + 1} of ${sites} sites`);
    // Lets a signal through.
    await setImmediate();
  }
  if (lessons.length < ROOM.sites || stop.aborted) return undefined;
  output.note(`taught on ${sites} sites: ${lessons.length} lessons`);
  const curve: CurvePoint[] = [];
  const weights = await imitate(
    initialWeights(random.fork('weights')),
    lessons,
    { epochs, rate: RATE, room: ROOM },
    random.fork('imitate'),
    (epoch, loss) => {
      curve.push({ stage: 'teacher', at: epoch, value: loss });
      output.note(`teacher, epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}`);
    },
    stop,
  );
  if (stop.aborted) return undefined;
  return { weights, curve, lessons: lessons.length, dataSha256: hash.digest('hex') };
}

/** A site that there is something to decide on. */
function usable(random: Random): SiteSetup {
  for (let attempt = 0; ; attempt += 1) {
    const own = random.fork(`attempt/${attempt}`);
    const setup = drawLesson(own, MOST_APS);
    if (isUsable(setup)) return setup;
  }
}

function holdBack(random: Random): SiteSetup[] {
  return Array.from({ length: HELD_BACK }, (_, site) => usable(random.fork(`site/${site}`)));
}

/** The mean over sites of the logarithm of utility after one decision. */
function worthOf(weights: Weights, setups: readonly SiteSetup[]): number {
  const net = new PolicyNet(weights);
  const environment = new FluidEnvironment();
  let sum = 0;
  for (const setup of setups) {
    const input = new PolicyInput(see(environment.reset(setup)));
    const taken = environment.taken.slice();
    settle(net, input, taken, { ...usualSettling, paths: 1 }, setup.random);
    environment.step(taken);
    sum += environment.worth() / setup.scene.clients.length;
  }
  return sum / setups.length;
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
