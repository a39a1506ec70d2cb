/**
 * Which radios of a neighbourhood can be on the air together. A radio may begin while what all who send
 * burden it with adds up to less than 1, and goes on whatever begins after it; so every subset of a
 * feasible set is feasible, too.
 */

/** A set is the bits of an integer. */
export const MEMBERS_MAX = 24;
/** As many as a builder has room for. */
export const SETS_MAX = 256;

export interface FeasibleSets {
  readonly members: number;
  /** How many sets there are; the first is the empty one, and subsets stand before their supersets. */
  readonly count: number;
  /** Bit `a` of each: radio `a` sends. */
  readonly masks: Int32Array;
  /** Bit `a` of each: radio `a` may begin. */
  readonly free: Int32Array;
  /**
   * What leads to set `s`: from `first[s]` to `first[s + 1]` the set it comes from, and by what: radio
   * `a` that begins, or `members + a` for one that ends.
   */
  readonly first: Int32Array;
  readonly from: Int16Array;
  readonly by: Uint8Array;
  /** `heard[set · members + a]`: what the set burdens radio `a` with. */
  readonly heard: Float64Array;
  /** `burdens[a · members + b]`: of `b` on `a`. */
  readonly burdens: Float64Array;
}

const HASH_SIZE = 1_024;

const edgeFrom = new Int16Array(SETS_MAX * MEMBERS_MAX);
const edgeBy = new Uint8Array(SETS_MAX * MEMBERS_MAX);

/** Grows a neighbourhood radio by radio. */
export class SetBuilder {
  #members = 0;
  #count = 1;
  #most = SETS_MAX;
  readonly #burdens = new Float64Array(MEMBERS_MAX * MEMBERS_MAX);
  readonly #masks = new Int32Array(SETS_MAX);
  readonly #heard = new Float64Array(SETS_MAX * MEMBERS_MAX);
  readonly #slots = new Int16Array(HASH_SIZE);

  /** Starts again without radios, for so many sets at most. */
  clear(most: number): void {
    this.#most = most;
    this.#members = 0;
    this.#count = 1;
    this.#masks[0] = 0;
    this.#slots.fill(-1);
    this.#slots[slotOf(0)] = 0;
  }

  /**
   * One radio more, with its burdens from and on those before it. False when that makes too many radios
   * or sets; it is left out then.
   */
  add(from: ArrayLike<number>, on: ArrayLike<number>): boolean {
    const added = this.#members;
    if (added === MEMBERS_MAX) return false;
    const before = this.#count;
    this.#members += 1;
    for (let other = 0; other < added; other += 1) {
      this.#burdens[added * MEMBERS_MAX + other] = from[other]!;
      this.#burdens[other * MEMBERS_MAX + added] = on[other]!;
    }
    this.#burdens[added * MEMBERS_MAX + added] = 0;
    for (let set = 0; set < before; set += 1) this.#hear(set, added);
    for (let set = 0; set < this.#count; set += 1) {
      const isNew = set >= before;
      const first = isNew ? 0 : added;
      for (let radio = first; radio <= added; radio += 1) {
        if (!this.#mayBegin(set, radio) || this.#join(set, radio)) continue;
        this.#forget(before);
        return false;
      }
    }
    return true;
  }

  /** What has been built. */
  take(): FeasibleSets {
    const members = this.#members;
    const count = this.#count;
    const order = bySize(this.#masks.subarray(0, count));
    const place = new Int16Array(count);
    order.forEach((set, at) => {
      place[set] = at;
    });
    const masks = new Int32Array(count);
    const free = new Int32Array(count);
    const first = new Int32Array(count + 1);
    let edges = 0;
    const heard = new Float64Array(count * members);
    for (let at = 0; at < count; at += 1) {
      const set = order[at]!;
      const mask = this.#masks[set]!;
      masks[at] = mask;
      for (let radio = 0; radio < members; radio += 1) {
        heard[at * members + radio] = this.#heard[set * MEMBERS_MAX + radio]!;
        if (this.#mayBegin(set, radio)) free[at] = free[at]! | (1 << radio);
      }
    }
    for (let at = 0; at < count; at += 1) {
      const mask = masks[at]!;
      for (let radio = 0; radio < members; radio += 1) {
        const other = this.#find(mask ^ (1 << radio));
        if (other < 0) continue;
        const source = place[other]!;
        const ends = (mask & (1 << radio)) === 0;
        if (!ends && (free[source]! & (1 << radio)) === 0) continue;
        edgeFrom[edges] = source;
        edgeBy[edges] = ends ? members + radio : radio;
        edges += 1;
      }
      first[at + 1] = edges;
    }
    const burdens = new Float64Array(members * members);
    for (let radio = 0; radio < members; radio += 1) {
      const row = this.#burdens.subarray(radio * MEMBERS_MAX, radio * MEMBERS_MAX + members);
      burdens.set(row, radio * members);
    }
    return {
      members,
      count,
      masks,
      free,
      first,
      from: edgeFrom.slice(0, edges),
      by: edgeBy.slice(0, edges),
      heard,
      burdens,
    };
  }

  #mayBegin(set: number, radio: number): boolean {
    const isOn = (this.#masks[set]! & (1 << radio)) !== 0;
    return !isOn && this.#heard[set * MEMBERS_MAX + radio]! < 1;
  }

  /** False when there is no room for another set. */
  #join(set: number, radio: number): boolean {
    const mask = this.#masks[set]! | (1 << radio);
    if (this.#find(mask) >= 0) return true;
    const joined = this.#count;
    if (joined === this.#most) return false;
    this.#count += 1;
    this.#masks[joined] = mask;
    for (let one = 0; one < this.#members; one += 1) {
      this.#heard[joined * MEMBERS_MAX + one] =
        this.#heard[set * MEMBERS_MAX + one]! + this.#burdens[one * MEMBERS_MAX + radio]!;
    }
    let slot = slotOf(mask);
    while (this.#slots[slot]! >= 0) slot = (slot + 1) % HASH_SIZE;
    this.#slots[slot] = joined;
    return true;
  }

  #find(mask: number): number {
    let slot = slotOf(mask);
    for (;;) {
      const set = this.#slots[slot]!;
      if (set < 0 || this.#masks[set] === mask) return set;
      slot = (slot + 1) % HASH_SIZE;
    }
  }

  #hear(set: number, radio: number): void {
    const mask = this.#masks[set]!;
    let sum = 0;
    for (let other = 0; other < radio; other += 1) {
      if ((mask & (1 << other)) !== 0) sum += this.#burdens[radio * MEMBERS_MAX + other]!;
    }
    this.#heard[set * MEMBERS_MAX + radio] = sum;
  }

  /** Goes back to so many sets, without the last radio. */
  #forget(count: number): void {
    this.#members -= 1;
    this.#count = count;
    this.#slots.fill(-1);
    for (let set = 0; set < count; set += 1) {
      let slot = slotOf(this.#masks[set]!);
      while (this.#slots[slot]! >= 0) slot = (slot + 1) % HASH_SIZE;
      this.#slots[slot] = set;
    }
  }
}

function slotOf(mask: number): number {
  return (Math.imul(mask, 0x9e37_79b1) >>> 22) % HASH_SIZE;
}

/** Sets by how many send, in the order they came among equals. */
function bySize(masks: Int32Array): Int16Array {
  const next = new Int16Array(MEMBERS_MAX + 2);
  for (const mask of masks) next[sizeOf(mask) + 1] = next[sizeOf(mask) + 1]! + 1;
  for (let size = 1; size < next.length; size += 1) next[size] = next[size]! + next[size - 1]!;
  const order = new Int16Array(masks.length);
  for (let set = 0; set < masks.length; set += 1) {
    const size = sizeOf(masks[set]!);
    order[next[size]!] = set;
    next[size] = next[size]! + 1;
  }
  return order;
}

function sizeOf(mask: number): number {
  let size = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}
