/**
 * Several players without a word between them, who take the same arms' rewards from each other: each
 * sits on one of what it takes for the M best arms, and after a collision before it sat down it draws
 * another. For radios whose cloud is away: a collision is a channel that somebody else is on.
 *
 * MCTopM with kl-UCB indices: Besson and Kaufmann, ALT 2018, algorithm 2.
 */
import { log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { Tally } from './bandit.ts';
import { klUpper } from './kl.ts';

/** What a player has learnt, as plain data, an entry an arm. */
export interface McTopMKept {
  readonly pulls: readonly number[];
  readonly sums: readonly number[];
  /** The bounds at its last choice. */
  readonly before: readonly number[];
  readonly sits: boolean;
}

export class McTopM {
  readonly #players: number;
  readonly #tally: Tally;
  readonly #bounds: Float64Array;
  readonly #before: Float64Array;
  #top: readonly number[];
  #arm = -1;
  #sits = false;
  #collided = false;

  /**
   * `players`: how many share the arms, this one included; `home`: where it sits already; `kept`: what it knew
   * when it stopped.
   */
  constructor({
    arms,
    players,
    home,
    kept,
  }: {
    readonly arms: number;
    readonly players: number;
    readonly home?: number;
    readonly kept?: McTopMKept;
  }) {
    if (home !== undefined) {
      this.#arm = home;
      this.#sits = kept?.sits ?? true;
    }
    this.#players = Math.min(players, arms);
    this.#tally = new Tally(arms);
    this.#bounds = new Float64Array(arms).fill(1);
    this.#before = new Float64Array(arms).fill(1);
    this.#top = Array.from({ length: this.#players }, (_, arm) => arm);
    if (kept === undefined) return;
    this.#tally.pulls.set(kept.pulls);
    this.#tally.sums.set(kept.sums);
    this.#tally.total = kept.pulls.reduce((sum, one) => sum + one, 0);
    this.#before.set(kept.before);
    if (this.#tally.total > 0) this.#look();
  }

  kept(): McTopMKept {
    const { pulls, sums } = this.#tally;
    return { pulls: [...pulls], sums: [...sums], before: [...this.#before], sits: this.#sits };
  }

  choose(random: Random): number {
    const arms = this.#bounds.length;
    if (this.#arm < 0) this.#arm = random.below(arms);
    else this.#move(random);
    this.#before.set(this.#bounds);
    return this.#arm;
  }

  /** `reward` is what the arm itself gave, and is heard also in a collision (sensing feedback). */
  learn(arm: number, reward: number, collided: boolean): void {
    this.#tally.add(arm, reward);
    this.#collided = collided;
    this.#look();
  }

  #look(): void {
    const now = log(this.#tally.total);
    const { pulls, sums } = this.#tally;
    for (let each = 0; each < this.#bounds.length; each += 1) {
      const count = pulls[each]!;
      this.#bounds[each] = count === 0 ? 2 : klUpper(sums[each]! / count, now / count);
    }
    const order = Array.from(this.#bounds.keys());
    this.#top = order
      .sort((a, b) => this.#bounds[b]! - this.#bounds[a]! || a - b)
      .slice(0, this.#players);
  }

  #move(random: Random): void {
    const top = this.#top;
    if (!top.includes(this.#arm)) {
      // Only to arms that were no better before: they have just come up, so nobody sits there for it.
      const lower = top.filter((arm) => this.#before[arm]! <= this.#before[this.#arm]!);
      const choice = lower.length > 0 ? lower : top;
      this.#arm = choice[random.below(choice.length)]!;
      this.#sits = false;
    } else if (this.#collided && !this.#sits) {
      this.#arm = top[random.below(top.length)]!;
    } else {
      this.#sits = true;
    }
  }
}
