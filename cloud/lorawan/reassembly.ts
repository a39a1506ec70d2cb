/**
 * Puts messages together from fragments that come in any order, more than once, or not at all. What is
 * incomplete after a while is let go and counted.
 */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { Fragment } from '#protocols/lorawan/fragments.ts';
import { joinShares } from '#protocols/lorawan/fragments.ts';

/** Three fragments at the slowest European rate are eight minutes apart at most; an hour is ample. */
const TIMEOUT_US = 3_600 * US_PER_S;
const UNDER_WAY_MAX = 64;

interface UnderWay {
  readonly sinceUs: number;
  readonly last: number;
  readonly shares: Map<number, Uint8Array>;
}

/** Of one node. */
export class Reassembly {
  readonly #clock: Clock;
  /** By the six bits that tell messages apart, oldest first. */
  readonly #underWay = new Map<number, UnderWay>();
  /** Messages of which a part never came. */
  lost = 0;
  /** Messages whose parts did not belong together. */
  damaged = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** The message, when this was the last of its fragments to come. */
  take({ id, place, last, share }: Fragment): Uint8Array | undefined {
    this.#forget();
    const { shares } = this.#messageOf(id, place, last, share);
    shares.set(place, share.slice());
    if (shares.size <= last) return undefined;
    this.#underWay.delete(id);
    const message = joinShares(Array.from({ length: last + 1 }, (_, each) => shares.get(each)!));
    if (message === undefined) this.damaged += 1;
    return message;
  }

  /** A fragment that contradicts what came before begins a new message. */
  #messageOf(id: number, place: number, last: number, share: Uint8Array): UnderWay {
    const known = this.#underWay.get(id);
    const before = known?.shares.get(place);
    if (known?.last === last && (before === undefined || sameBytes(before, share))) return known;
    if (known !== undefined) {
      this.#underWay.delete(id);
      this.lost += 1;
    }
    const fresh = { sinceUs: this.#clock.monotonic(), last, shares: new Map() };
    this.#underWay.set(id, fresh);
    return fresh;
  }

  #forget(): void {
    const nowUs = this.#clock.monotonic();
    for (const [id, { sinceUs }] of this.#underWay) {
      if (nowUs - sinceUs < TIMEOUT_US && this.#underWay.size < UNDER_WAY_MAX) return;
      this.#underWay.delete(id);
      this.lost += 1;
    }
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
