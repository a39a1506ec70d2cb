/** The model of the classes as a file: JSON around the bytes of the trees. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { classNames } from './names.ts';
import type { TreeModel } from './trees.ts';

const File = z.strictObject({
  format: z.literal('airguard-classes'),
  version: z.literal(2),
  features: z.array(z.string()).min(1).max(1024),
  classes: z.array(z.string()),
  /** By class: from this score on it is there. */
  thresholds: z.array(z.number().min(0).max(1)),
  /** The same where no Wi-Fi is. */
  aloneThresholds: z.array(z.number().min(0).max(1)),
  /** The same beside an interferer that is surer, by the class of that one. */
  besideThresholds: z.array(z.array(z.number().min(0).max(1))),
  /** For windows of fewer than 512 sweeps, either way. */
  shortThresholds: z.array(z.number().min(0).max(1)),
  depth: z.number().int().min(1).max(8),
  trees: z.number().int().min(1).max(1000),
  base: z.array(z.number()),
  /** Little-endian, base64: two bytes a split, a float a split, a float a leaf. */
  feature: z.base64(),
  threshold: z.base64(),
  leaf: z.base64(),
});
export type ClassModelFile = z.infer<typeof File>;

export interface Thresholds {
  readonly thresholds: readonly number[];
  readonly aloneThresholds: readonly number[];
  readonly besideThresholds: readonly (readonly number[])[];
  readonly shortThresholds: readonly number[];
}

export interface ClassModel extends TreeModel, Thresholds {
  readonly features: readonly string[];
  /** SHA-256 of the file. */
  readonly hash: string;
}

export const shippedModel = new URL('../models/classes.json', import.meta.url);

/** Throws an `InputError` that says what is wrong with the file. */
export function readClassModel(file: string | URL = shippedModel): ClassModel {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(
      `model of classes: expected a file that \`airguard train classes\` wrote: ${message}`,
    );
  }
  return parseClassModel(text);
}

export function parseClassModel(text: string): ClassModel {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong('expected JSON', `${text.length} characters that are none`);
  }
  const parsed = File.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`at ${issue?.path.join('.') || 'the top'}`, issue?.message ?? 'another shape');
  }
  const { features, classes, depth, trees, base, ...coded } = parsed.data;
  const { thresholds, aloneThresholds, besideThresholds, shortThresholds } = coded;
  if (classes.join() !== classNames.join()) {
    throw wrong(`expected the classes ${classNames.join(', ')}`, `came ${classes.join(', ')}`);
  }
  const heads = classes.length;
  const leaves = 1 << depth;
  const splits = heads * trees * (leaves - 1);
  const feature = shortsOf(coded.feature);
  const threshold = floatsOf(coded.threshold);
  const leaf = floatsOf(coded.leaf);
  const isWhole =
    besideThresholds.length === heads &&
    [thresholds, aloneThresholds, ...besideThresholds, shortThresholds].every(
      (own) => own.length === heads,
    ) &&
    base.length === heads &&
    feature.length === splits &&
    threshold.length === splits &&
    leaf.length === heads * trees * leaves;
  if (!isWhole) {
    throw wrong(
      `expected ${splits} splits for ${heads} classes of ${trees} trees`,
      `came ${feature.length}`,
    );
  }
  const stray = feature.find((index) => index >= features.length);
  if (stray !== undefined) {
    throw wrong(`expected features below ${features.length}`, `a split asks for ${stray}`);
  }
  const hash = createHash('sha256').update(text).digest('hex');
  return {
    features,
    thresholds,
    aloneThresholds,
    besideThresholds,
    shortThresholds,
    depth,
    trees,
    base,
    feature,
    threshold,
    leaf,
    hash,
  };
}

function wrong(expected: string, came: string): InputError {
  return new InputError(
    `model of classes: ${expected}, ${came}. Make it anew: airguard train classes`,
  );
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function shortsOf(base64: string): Uint16Array {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer);
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, index) =>
    view.getUint16(2 * index, true),
  );
}

function floatsOf(base64: string): Float32Array {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, index) =>
    view.getFloat32(4 * index, true),
  );
}

export function codeFloats(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setFloat32(4 * index, value, true);
  return Buffer.from(view.buffer).toString('base64');
}

export function codeShorts(values: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  for (const [index, value] of values.entries()) view.setUint16(2 * index, value, true);
  return Buffer.from(view.buffer).toString('base64');
}
