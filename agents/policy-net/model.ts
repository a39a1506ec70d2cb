/** A model of the policy as it stands in a folder: weights and a card that says how good they are. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Outcome } from '#protocols/errors.ts';
import { readConstants } from '../onnx/schema.ts';
import { FEATURE_VERSION } from './features.ts';
import { PolicyNet } from './forward.ts';
import { actorShapes, type Weights } from './weights.ts';

/** What stands beside a model, in `<model>.json`; the command that trains writes more. */
export const PolicyCard = z.object({
  modelSha256: z.string(),
  featureVersion: z.number().int(),
  /** A score of one more stands for so much more of the logarithm of throughput. */
  temperature: z.number().positive(),
  /** Whether it beat the best heuristic on sites it had not seen; who decides by it reads this. */
  usable: z.boolean(),
  because: z.string(),
});
export type PolicyCard = z.infer<typeof PolicyCard>;

export interface PolicyModel {
  readonly hash: string;
  readonly card: PolicyCard;
  readonly net: PolicyNet;
}

export interface NoPolicy {
  readonly code: 'model_missing' | 'model_damaged' | 'model_unfit';
  readonly message: string;
}

/** The model that ships with us. */
export const shippedPolicyFile = join(import.meta.dirname, 'models', 'policy.onnx');

let shipped: Outcome<PolicyModel, NoPolicy> | undefined;

/** Read once. */
export function shippedPolicy(): Outcome<PolicyModel, NoPolicy> {
  shipped ??= readPolicy(shippedPolicyFile);
  return shipped;
}

export function readPolicy(file: string): Outcome<PolicyModel, NoPolicy> {
  let bytes: Uint8Array;
  let written: unknown;
  try {
    bytes = readFileSync(file);
    written = JSON.parse(readFileSync(file.replace(/\.onnx$/, '.json'), 'utf8'));
  } catch (cause) {
    const { message } = cause as Error;
    return fail('model_missing', `the policy ${file} and its card cannot be read: ${message}`);
  }
  const card = PolicyCard.safeParse(written);
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (!card.success || card.data.modelSha256 !== hash) {
    return fail('model_damaged', `the policy ${file} is not the one that its card is about`);
  }
  if (card.data.featureVersion !== FEATURE_VERSION) {
    return fail(
      'model_unfit',
      `the policy ${file} is for features of version ${card.data.featureVersion}, expected ${FEATURE_VERSION}; train it again`,
    );
  }
  const weights = readWeights(bytes);
  if (weights === undefined) {
    return fail(
      'model_unfit',
      `the policy ${file} has other weights than expected; train it again`,
    );
  }
  return { ok: true, value: { hash, card: card.data, net: new PolicyNet(weights) } };
}

/** Undefined where some are missing, of another size or no numbers. */
export function readWeights(bytes: Uint8Array): Weights | undefined {
  let found: ReadonlyMap<string, Float32Array>;
  try {
    found = readConstants(bytes);
  } catch {
    return undefined;
  }
  const weights: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(actorShapes)) {
    const values = found.get(`weight/${name}`);
    const size = shape.reduce((product, one) => product * one, 1);
    if (values?.length !== size || !values.every(Number.isFinite)) return undefined;
    weights[name] = values;
  }
  return weights;
}

function fail(code: NoPolicy['code'], message: string): Outcome<never, NoPolicy> {
  return { ok: false, error: { code, message } };
}
