/**
 * Gradient boosting of trees on binned features with the logistic loss: each tree fits what the ones
 * before it left.
 *
 * @see Friedman, Annals of Statistics 29 (2001); the gains with second derivatives of Chen and Guestrin,
 * KDD 2016
 */
import { exp } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

export const depth = 5;
export const splitsATree = 2 ** depth - 1;
export const leavesATree = 2 ** depth;
export const binsAFeature = 64;

export interface Binned {
  readonly rows: number;
  readonly features: number;
  /** Column by column. */
  readonly bins: Uint8Array;
  /** Upper edges, column by column: a value up to `edges[b]` is in bin b or below. */
  readonly edges: Float32Array;
}

export interface Tree {
  readonly feature: Uint16Array;
  readonly threshold: Float32Array;
  readonly leaf: Float32Array;
}

export interface Head {
  readonly base: number;
  readonly trees: readonly Tree[];
}

export interface Plan {
  readonly trees: number;
  readonly rate: number;
  readonly featureShare: number;
  readonly rowShare: number;
  readonly ridge: number;
  readonly leastWeight: number;
}

/** Bins with about as many rows each. */
export function bin(values: readonly Float32Array[]): Binned {
  const rows = values.length;
  const features = values[0]!.length;
  const bins = new Uint8Array(rows * features);
  const edges = new Float32Array(binsAFeature * features).fill(Number.POSITIVE_INFINITY);
  const column = new Float32Array(rows);
  for (let feature = 0; feature < features; feature += 1) {
    for (let row = 0; row < rows; row += 1) column[row] = values[row]![feature]!;
    const own = edges.subarray(feature * binsAFeature, (feature + 1) * binsAFeature);
    const sorted = column.toSorted();
    let count = 0;
    for (let edge = 1; edge < binsAFeature; edge += 1) {
      const value = sorted[Math.floor((edge * rows) / binsAFeature)]!;
      if (count === 0 || value > own[count - 1]!) {
        own[count] = value;
        count += 1;
      }
    }
    for (let row = 0; row < rows; row += 1) {
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (column[row]! <= own[middle]!) high = middle;
        else low = middle + 1;
      }
      bins[feature * rows + row] = low;
    }
  }
  return { rows, features, bins, edges };
}

export function trainHead(
  data: Binned,
  labels: Int8Array,
  weights: Float32Array,
  plan: Plan,
  random: Random,
): Head {
  const { rows } = data;
  let positive = 0;
  let all = 0;
  for (let row = 0; row < rows; row += 1) {
    if (labels[row]! < 0) continue;
    all += weights[row]!;
    if (labels[row] === 1) positive += weights[row]!;
  }
  const share = Math.min(0.99, Math.max(0.01, positive / all));
  const base = Math.fround(logit(share));
  const score = new Float64Array(rows).fill(base);
  const gradient = new Float64Array(rows);
  const curvature = new Float64Array(rows);
  const trees: Tree[] = [];
  for (let index = 0; index < plan.trees; index += 1) {
    for (let row = 0; row < rows; row += 1) {
      const label = labels[row]!;
      const weight = label < 0 ? 0 : weights[row]!;
      const chance = 1 / (1 + exp(-score[row]!));
      gradient[row] = weight * (chance - Math.max(0, label));
      curvature[row] = weight * Math.max(1e-6, chance * (1 - chance));
    }
    const grown = grow(data, gradient, curvature, plan, random);
    trees.push(grown.tree);
    for (let row = 0; row < rows; row += 1) {
      score[row] = score[row]! + grown.tree.leaf[grown.leafOf[row]!]!;
    }
  }
  return { base, trees };
}

function logit(share: number): number {
  // By bisection, so that it needs no other function than the one that is used in inference.
  let low = -20;
  let high = 20;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (1 / (1 + exp(-middle)) < share) low = middle;
    else high = middle;
  }
  return low;
}

function grow(
  { rows, features, bins, edges }: Binned,
  gradient: Float64Array,
  curvature: Float64Array,
  { rate, featureShare, rowShare, ridge, leastWeight }: Plan,
  random: Random,
): { tree: Tree; leafOf: Uint8Array } {
  const asked: number[] = [];
  for (let feature = 0; feature < features; feature += 1) {
    if (random.uniform() < featureShare) asked.push(feature);
  }
  const chosen = new Uint32Array(rows);
  let used = 0;
  for (let row = 0; row < rows; row += 1) {
    if (random.uniform() >= rowShare) continue;
    chosen[used] = row;
    used += 1;
  }
  const nodeOf = new Uint8Array(rows);
  const feature = new Uint16Array(splitsATree);
  const threshold = new Float32Array(splitsATree).fill(Number.POSITIVE_INFINITY);
  const cut = new Uint8Array(splitsATree).fill(binsAFeature);
  const histG = new Float64Array((leavesATree / 2) * binsAFeature);
  const histH = new Float64Array((leavesATree / 2) * binsAFeature);
  for (let level = 0; level < depth; level += 1) {
    const nodes = 1 << level;
    const offset = nodes - 1;
    const best = new Float64Array(nodes).fill(1e-6);
    for (const column of asked) {
      histG.fill(0, 0, nodes * binsAFeature);
      histH.fill(0, 0, nodes * binsAFeature);
      const start = column * rows;
      for (let index = 0; index < used; index += 1) {
        const row = chosen[index]!;
        const at = nodeOf[row]! * binsAFeature + bins[start + row]!;
        histG[at] = histG[at]! + gradient[row]!;
        histH[at] = histH[at]! + curvature[row]!;
      }
      for (let node = 0; node < nodes; node += 1) {
        const from = node * binsAFeature;
        let allG = 0;
        let allH = 0;
        for (let at = from; at < from + binsAFeature; at += 1) {
          allG += histG[at]!;
          allH += histH[at]!;
        }
        const whole = (allG * allG) / (allH + ridge);
        let leftG = 0;
        let leftH = 0;
        for (let edge = 0; edge < binsAFeature - 1; edge += 1) {
          leftG += histG[from + edge]!;
          leftH += histH[from + edge]!;
          const rightH = allH - leftH;
          if (leftH < leastWeight) continue;
          if (rightH < leastWeight) break;
          const rightG = allG - leftG;
          const gain =
            (leftG * leftG) / (leftH + ridge) + (rightG * rightG) / (rightH + ridge) - whole;
          if (gain <= best[node]!) continue;
          best[node] = gain;
          feature[offset + node] = column;
          cut[offset + node] = edge;
          threshold[offset + node] = edges[column * binsAFeature + edge]!;
        }
      }
    }
    for (let row = 0; row < rows; row += 1) {
      const node = nodeOf[row]!;
      const split = offset + node;
      const right = bins[feature[split]! * rows + row]! > cut[split]! ? 1 : 0;
      nodeOf[row] = node * 2 + right;
    }
  }
  const sumG = new Float64Array(leavesATree);
  const sumH = new Float64Array(leavesATree);
  for (let index = 0; index < used; index += 1) {
    const row = chosen[index]!;
    const at = nodeOf[row]!;
    sumG[at] = sumG[at]! + gradient[row]!;
    sumH[at] = sumH[at]! + curvature[row]!;
  }
  const leaf = Float32Array.from(sumG, (sum, at) => (-rate * sum) / (sumH[at]! + ridge));
  return { tree: { feature, threshold, leaf }, leafOf: nodeOf };
}
