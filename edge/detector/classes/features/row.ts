/** The features of a window as they are worked out, one after another, always in one order. */
export class Row {
  readonly names: string[] = [];
  readonly values: number[] = [];

  add(name: string, value: number): void {
    this.names.push(name);
    this.values.push(Number.isFinite(value) ? Math.fround(value) : 0);
  }
}

export function meanOf(values: ArrayLike<number>, from = 0, to = values.length): number {
  let sum = 0;
  for (let index = from; index < to; index += 1) sum += values[index]!;
  return to > from ? sum / (to - from) : 0;
}

export function deviationOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += (values[index]! - mean) * (values[index]! - mean);
  }
  return values.length > 1 ? Math.sqrt(sum / values.length) : 0;
}

export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  return sorted.length === 0
    ? 0
    : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
