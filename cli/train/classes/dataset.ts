/** Windows with what is truly in them, as rows of features and labels. */
import { createHash } from 'node:crypto';
import { readSweeps } from '#edge/capture/tlv.ts';
import { isPlain } from '#edge/detector/classes/classify.ts';
import { featuresOf } from '#edge/detector/classes/features.ts';
import { type ClassName, classNames } from '#edge/detector/classes/names.ts';
import type { Random } from '#protocols/random.ts';
import { drawOf, fits, type Kind, wishOf } from './kinds.ts';
import { type Painted, type Present, paintScene, type Sent } from './paint.ts';
import { between, drawEar, type Ear, pick } from './setting.ts';

/** How a window is composed: one sender alone, two to four, or Wi-Fi and noise only. */
export type Role = 'single' | 'mixed' | 'clean';

export interface Example {
  readonly role: Role;
  readonly ear: Ear;
  readonly present: readonly Present[];
  readonly values: Float32Array;
  /** Something fills it plainly, whatever it is. */
  readonly plain: boolean;
  /** By class: 1 present, 0 absent, −1 sent but hidden, or in too few sweeps to say. */
  readonly labels: Int8Array;
  /** By class, in training. */
  readonly weights: Float32Array;
}

/** A sender counts as present when it shows in so many sweeps of the window; a radar is seldom met. */
export const sweepsToBePresent = 5;
export const sweepsOfRadar = 3;
/** And for the figures to reach, plainly in so many. */
export const sweepsToBePlain = 8;

export const snrDbMin = -5;
export const snrDbMax = 40;
/** In mixtures. */
const mixedSnrDbMin = 8;

export interface Wish {
  readonly role: Role;
  /** The kinds to draw from; `wifi` stands for clean windows. */
  readonly kinds: readonly Kind[];
  /** All of this one, where it is asked for. */
  readonly snrDb?: number;
}

export function drawExample(wish: Wish, random: Random): Example {
  for (;;) {
    const first = wish.role === 'clean' ? 'wifi' : pick(wish.kinds, random);
    const ear = drawEar(wishOf(first), random);
    const sent = sendersOf(wish, first, ear, random);
    const painted = paintScene(ear, sent, random.fork(`paint-${random.uint32()}`));
    const isThere = sent.length === 0 || painted.present.some(isPresent);
    if (isThere || wish.role === 'clean') return exampleOf(wish.role, ear, painted);
  }
}

function sendersOf({ role, kinds, snrDb }: Wish, first: Kind, ear: Ear, random: Random): Sent[] {
  const send = (kind: Kind, least: number): Sent => {
    const level = snrDb ?? between(least, snrDbMax, random);
    return { kind, drawn: drawOf(kind, ear, random), snrDb: level };
  };
  if (role === 'single') return [send(first, snrDbMin)];
  if (role === 'clean') {
    const networks = random.uniform() < 0.2 ? 0 : 1 + random.below(3);
    return Array.from({ length: networks }, () => send('wifi', snrDbMin));
  }
  // What has no name is rarer beside others, of which it hides what tells them apart.
  const isStrange = random.uniform() < 0.3;
  const others = kinds.filter(
    (kind) =>
      fits(kind, ear) && kind !== first && kind !== 'wifi' && (kind !== 'strange' || isStrange),
  );
  const sent = [send(first, mixedSnrDbMin)];
  const wanted = 2 + random.below(3);
  if (first !== 'wifi' && random.uniform() < 0.6) sent.push(send('wifi', mixedSnrDbMin));
  while (sent.length < wanted && others.length > 0) {
    const [kind] = others.splice(random.below(others.length), 1) as [Kind];
    sent.push(send(kind, mixedSnrDbMin));
  }
  return sent;
}

export function isPresent({ kind, shown }: Present): boolean {
  return shown >= (kind === 'radar' ? sweepsOfRadar : sweepsToBePresent);
}

export function isPlainlyThere({ kind, plain }: Present): boolean {
  return plain >= (kind === 'radar' ? sweepsOfRadar : sweepsToBePlain);
}

export function classOf(kind: Kind): ClassName {
  return kind === 'strange' || kind === 'held-out' ? 'unknown' : kind;
}

/** Weaker than noise of the span, a carrier may as well be the chip's own. */
function isLikeSpur({ kind, snrDb }: Present): boolean {
  return kind === 'narrow-jammer' && snrDb < 0;
}

function exampleOf(role: Role, ear: Ear, { bytes, present }: Painted): Example {
  const features = featuresOf(readSweeps(bytes).sweeps);
  const labels = new Int8Array(classNames.length);
  const weights = new Float32Array(classNames.length).fill(1);
  for (const one of present) {
    const index = classNames.indexOf(classOf(one.kind));
    if (isPresent(one) && !isLikeSpur(one)) {
      labels[index] = 1;
      // What hardly shows is learnt from less.
      weights[index] = one.snrDb >= 5 ? 1 : one.snrDb >= 0 ? 0.5 : 0.2;
    } else if (one.sweeps > 0 && labels[index] === 0) labels[index] = -1;
  }
  const values = Float32Array.from(features.values);
  return { role, ear, present, values, plain: isPlain(features), labels, weights };
}

/** Over features and labels, in their order. */
export function hashOf(examples: readonly Example[]): string {
  const hash = createHash('sha256');
  for (const { values, labels } of examples) hash.update(values).update(labels);
  return hash.digest('hex');
}
