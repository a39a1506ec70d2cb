/**
 * Who keeps quiet for whom. Radios that hear each other take turns; every set of radios that all
 * hear each other shares one unit of time.
 *
 * Each pair of contenders stands for the sets it is in: the two and all who contend with both. Any
 * clique of two or more lies within the set of each of its pairs.
 */

/** The radios that contend with both of a pair, the pair included, ascending. */
export class Turn {
  readonly a: number;
  readonly b: number;
  readonly members: number[];
  /** Scratch of whoever walks the graph: the ticks of the last visit and of the levels, and those. */
  seen = -1;
  raised = -1;
  level = 0;
  mutedLevel = 0;

  constructor(a: number, b: number, members: number[]) {
    this.a = a;
    this.b = b;
    this.members = members;
  }
}

export class ConflictGraph {
  /** By radio, ascending. */
  readonly contenders: number[][] = [];
  /** By radio: the turns it is a member of, in no order. */
  readonly turns: Turn[][] = [];
  readonly #byPair = new Map<number, Turn>();
  #ticks = 0;

  /** Another number at every call: marks what was visited in one walk. */
  tick(): number {
    this.#ticks += 1;
    return this.#ticks;
  }

  add(): void {
    this.contenders.push([]);
    this.turns.push([]);
  }

  connect(a: number, b: number): void {
    const shared = common(this.contenders[a]!, this.contenders[b]!);
    for (const other of shared) {
      this.#join(b, this.#turn(a, other));
      this.#join(a, this.#turn(b, other));
    }
    insert(shared, a);
    insert(shared, b);
    const turn = new Turn(a, b, shared);
    this.#byPair.set(pairKey(a, b), turn);
    for (const member of shared) this.turns[member]!.push(turn);
    insert(this.contenders[a]!, b);
    insert(this.contenders[b]!, a);
  }

  /** Takes a radio out of every turn. */
  isolate(radio: number): void {
    for (const turn of this.turns[radio]!) {
      if (turn.a === radio || turn.b === radio) {
        this.#byPair.delete(pairKey(turn.a, turn.b));
        for (const member of turn.members) {
          if (member !== radio) leave(this.turns[member]!, turn);
        }
      } else {
        remove(turn.members, radio);
      }
    }
    this.turns[radio] = [];
    for (const other of this.contenders[radio]!) remove(this.contenders[other]!, radio);
    this.contenders[radio] = [];
  }

  #turn(a: number, b: number): Turn {
    return this.#byPair.get(pairKey(a, b))!;
  }

  #join(radio: number, turn: Turn): void {
    insert(turn.members, radio);
    this.turns[radio]!.push(turn);
  }
}

function pairKey(a: number, b: number): number {
  return a < b ? a * 0x400_0000 + b : b * 0x400_0000 + a;
}

/** What two ascending lists share. */
function common(a: readonly number[], b: readonly number[]): number[] {
  const shared: number[] = [];
  let inA = 0;
  let inB = 0;
  while (inA < a.length && inB < b.length) {
    const difference = a[inA]! - b[inB]!;
    if (difference === 0) shared.push(a[inA]!);
    if (difference <= 0) inA += 1;
    if (difference >= 0) inB += 1;
  }
  return shared;
}

function leave(turns: Turn[], turn: Turn): void {
  const at = turns.indexOf(turn);
  const last = turns.pop()!;
  if (last !== turn) turns[at] = last;
}

/** Puts a number into an ascending list that does not hold it. */
export function insert(list: number[], value: number): void {
  list.splice(placeOf(list, value), 0, value);
}

/** Takes a number out of an ascending list; nothing happens when it is not there. */
export function remove(list: number[], value: number): void {
  const at = placeOf(list, value);
  if (list[at] === value) list.splice(at, 1);
}

/** Where a value stands in an ascending list, or would. */
export function placeOf(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
