/**
 * Boosted trees, a head for each class: all trees of one depth, their splits row by row from the root,
 * so that the children of split i are 2i + 1 and 2i + 2.
 */
import { exp } from '#protocols/math.ts';

export interface TreeModel {
  readonly depth: number;
  /** Trees of each head. */
  readonly trees: number;
  /** By head: the score before any tree. */
  readonly base: readonly number[];
  /** One after another: heads, in each trees, in each splits or leaves. */
  readonly feature: Uint16Array;
  readonly threshold: Float32Array;
  readonly leaf: Float32Array;
}

/** By head, how likely it is, 0 to 1. */
export function scoresOf(model: TreeModel, values: ArrayLike<number>): Float64Array {
  const { depth, trees, base, feature, threshold, leaf } = model;
  const leaves = 1 << depth;
  const splits = leaves - 1;
  const scores = new Float64Array(base.length);
  for (let head = 0, tree = 0; head < base.length; head += 1) {
    let sum = base[head]!;
    for (let own = 0; own < trees; own += 1, tree += 1) {
      const first = tree * splits;
      let node = 0;
      while (node < splits) {
        const split = first + node;
        node = 2 * node + (values[feature[split]!]! > threshold[split]! ? 2 : 1);
      }
      sum += leaf[tree * leaves + node - splits]!;
    }
    scores[head] = 1 / (1 + exp(-sum));
  }
  return scores;
}
