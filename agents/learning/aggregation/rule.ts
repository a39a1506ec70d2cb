/** How the changes that nodes propose become one. */
export interface AggregationRule {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  /** How many nodes it needs at least, when so many of them may lie. */
  nodesMin(liars: number): number;
  aggregate(changes: readonly Float32Array[], liars: number): Float32Array;
}

export function meanOf(changes: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(changes[0]!.length);
  for (let at = 0; at < mean.length; at += 1) {
    let sum = 0;
    for (const change of changes) sum += change[at]!;
    mean[at] = sum / changes.length;
  }
  return mean;
}
