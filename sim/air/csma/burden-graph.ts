/**
 * Who keeps whom quiet. The burden of radio `b` on radio `a` is the power that arrives from `b` where `a`
 * listens over the power from which on `a` counts its medium as busy: 1 and more keeps it quiet alone,
 * less does so together with others.
 */

export interface Burden {
  readonly other: number;
  /** Of the other one on this, and of this on the other. */
  readonly here: number;
  readonly there: number;
}

/** Burdens below this are as if they were not there: 17 dB below the threshold. */
export const NEGLIGIBLE_BURDEN = 0.02;

export class BurdenGraph {
  /** By radio, ascending by the other one. */
  readonly burdens: Burden[][] = [];

  add(): void {
    this.burdens.push([]);
  }

  connect(a: number, b: number, atA: number, atB: number): void {
    if (Math.max(atA, atB) < NEGLIGIBLE_BURDEN) return;
    put(this.burdens[a]!, { other: b, here: atA, there: atB });
    put(this.burdens[b]!, { other: a, here: atB, there: atA });
  }

  /** Takes away all between a radio and the others. */
  isolate(radio: number): void {
    for (const { other } of this.burdens[radio]!) {
      const list = this.burdens[other]!;
      list.splice(placeOf(list, radio), 1);
    }
    this.burdens[radio] = [];
  }

  /** Of `b` on `a`. */
  of(a: number, b: number): number {
    const list = this.burdens[a]!;
    const found = list[placeOf(list, b)];
    return found?.other === b ? found.here : 0;
  }
}

function put(list: Burden[], burden: Burden): void {
  const last = list.at(-1);
  if (last === undefined || last.other < burden.other) list.push(burden);
  else list.splice(placeOf(list, burden.other), 0, burden);
}

function placeOf(list: readonly Burden[], other: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.other < other) low = middle + 1;
    else high = middle;
  }
  return low;
}
