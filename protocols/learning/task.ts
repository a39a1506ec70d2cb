import type { Random } from '../random.ts';

/**
 * Something that nodes learn together: a part of a model, on top of what stays as it is. Weights are
 * one row of numbers.
 */
export interface LearningTask<Examples> {
  readonly name: string;
  /** How many weights there are. */
  readonly size: number;
  initial(): Float32Array;
  /** SHA-256, in hex, of weights and of what they stand on. */
  hashOf(weights: Float32Array): string;
  /** The weights after some steps on a node's own examples. */
  train(weights: Float32Array, examples: Examples, random: Random): Promise<Float32Array>;
  /** The mean loss; not finite where the weights are of no use. */
  loss(weights: Float32Array, examples: Examples): Promise<number>;
}
