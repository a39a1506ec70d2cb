/**
 * kl-UCB: the arm whose mean could be highest, as far as what it gave allows: the largest q with
 * n·kl(mean, q) ≤ ln t.
 *
 * A bound grows with ln t by less than its slope at the last look, since kl is convex; so only bounds
 * that could be the highest by now are reckoned again, and the choice is the same as if all were.
 */
import { log } from '#protocols/math.ts';
import { type Bandit, type BanditPolicy, type Problem, Tally } from './bandit.ts';
import { klUpper } from './kl.ts';

export class KlUcb implements Bandit {
  readonly #tally: Tally;
  /** As of the last look at each arm: its bound, ln t then, and how fast it grows with ln t. */
  readonly #bounds: Float64Array;
  readonly #seenAt: Float64Array;
  readonly #slopes: Float64Array;

  constructor({ arms }: Pick<Problem, 'arms'>) {
    this.#tally = new Tally(arms);
    this.#bounds = new Float64Array(arms);
    this.#seenAt = new Float64Array(arms);
    this.#slopes = new Float64Array(arms);
  }

  choose(): number {
    const untried = this.#tally.untried();
    if (untried >= 0) return untried;
    const now = log(this.#tally.total);
    const bounds = this.#bounds;
    const slopes = this.#slopes;
    const seenAt = this.#seenAt;
    for (;;) {
      let best = 0;
      let highest = Number.NEGATIVE_INFINITY;
      for (let arm = 0; arm < bounds.length; arm += 1) {
        const most = bounds[arm]! + slopes[arm]! * (now - seenAt[arm]!);
        if (most > highest) {
          highest = most;
          best = arm;
        }
      }
      if (seenAt[best] === now) return best;
      this.#look(best, now);
    }
  }

  learn(arm: number, reward: number): void {
    this.#tally.add(arm, reward);
    this.#look(arm, log(this.#tally.total));
  }

  /** All begins anew. */
  clear(): void {
    this.#tally.clear();
    this.#bounds.fill(0);
    this.#seenAt.fill(0);
    this.#slopes.fill(0);
  }

  #look(arm: number, now: number): void {
    const pulls = this.#tally.pulls[arm]!;
    const mean = this.#tally.sums[arm]! / pulls;
    const bound = klUpper(mean, now / pulls);
    this.#bounds[arm] = bound;
    this.#seenAt[arm] = now;
    // dq/d(ln t) = 1 / (n · kl′(q)), kl′(q) = (q − p) / (q·(1 − q)).
    this.#slopes[arm] =
      bound > mean ? (bound * (1 - bound)) / (pulls * (bound - mean)) : Number.MAX_VALUE;
  }
}

export const klUcb: BanditPolicy = {
  name: 'kl-ucb',
  about: 'The highest mean that the divergence of what was seen still allows',
  source: 'Garivier and Cappé, COLT 2011; c = 0 as its section 2 recommends',
  open: (problem) => new KlUcb(problem),
};
