/** Euclidean norms of changes, and cutting them. */

export function normOf(change: Float32Array): number {
  let sum = 0;
  for (const value of change) sum += value * value;
  return Math.sqrt(sum);
}

/** No longer than `norm`; the same array where it is not. */
export function clipped(change: Float32Array, norm: number): Float32Array {
  const own = normOf(change);
  if (own <= norm) return change;
  const share = norm / own;
  return change.map((value) => value * share);
}

export function medianNorm(changes: readonly Float32Array[]): number {
  const norms = changes.map(normOf).sort((a, b) => a - b);
  const middle = (norms.length - 1) / 2;
  return (norms[Math.floor(middle)]! + norms[Math.ceil(middle)]!) / 2;
}
