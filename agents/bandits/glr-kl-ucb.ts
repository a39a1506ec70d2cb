/**
 * kl-UCB that begins anew when an arm has changed: a generalised likelihood ratio test on all rewards
 * of each arm since the last beginning, and now and then a pull of every arm in turn, so that changes of
 * arms that are not pulled are noticed too.
 */
import { log } from '#protocols/math.ts';
import type { Bandit, BanditPolicy, Problem } from './bandit.ts';
import { kl } from './kl.ts';
import { KlUcb } from './kl-ucb.ts';

/** The test looks at every tenth pull of an arm, and at every fifth place it might have changed at. */
const LOOK_EVERY = 10;
const PLACES_EVERY = 5;

class GlrKlUcb implements Bandit {
  readonly #inner: KlUcb;
  readonly #arms: number;
  readonly #confidence: number;
  readonly #exploring: number;
  /** Sums of each arm's rewards since the beginning, one more a pull. */
  readonly #history: number[][];
  #sinceStart = 0;

  /** δ = 1/√T and α = √(K·ln T / T) / 10, as the paper's experiments. */
  constructor({ arms, horizon }: Problem) {
    this.#arms = arms;
    this.#inner = new KlUcb({ arms });
    this.#confidence = 1 / Math.sqrt(horizon);
    this.#exploring = 0.1 * Math.sqrt((arms * log(Math.max(2, horizon))) / horizon);
    this.#history = Array.from({ length: arms }, () => [0]);
  }

  choose(): number {
    if (this.#exploring > 0) {
      const turn =
        this.#sinceStart % Math.max(this.#arms, Math.floor(this.#arms / this.#exploring));
      if (turn < this.#arms && this.#sinceStart >= this.#arms) return turn;
    }
    return this.#inner.choose();
  }

  learn(arm: number, reward: number): void {
    this.#sinceStart += 1;
    this.#inner.learn(arm, reward);
    const sums = this.#history[arm]!;
    sums.push(sums.at(-1)! + reward);
    if ((sums.length - 1) % LOOK_EVERY === 0 && this.#hasChanged(sums)) this.#restart();
  }

  #hasChanged(sums: readonly number[]): boolean {
    const count = sums.length - 1;
    const whole = sums[count]!;
    const mean = whole / count;
    // β(n, δ) = ln(3·n·√n / δ), the threshold the paper uses in practice.
    const threshold = log((3 * count * Math.sqrt(count)) / this.#confidence);
    for (let place = PLACES_EVERY; place < count; place += PLACES_EVERY) {
      const before = sums[place]! / place;
      const after = (whole - sums[place]!) / (count - place);
      if (place * kl(before, mean) + (count - place) * kl(after, mean) > threshold) return true;
    }
    return false;
  }

  #restart(): void {
    this.#inner.clear();
    this.#sinceStart = 0;
    for (const sums of this.#history) sums.length = 1;
  }
}

export const glrKlUcb: BanditPolicy = {
  name: 'glr-kl-ucb',
  about: 'kl-UCB that begins anew when a test finds that an arm has changed',
  source: 'Besson, Kaufmann, Maillard and Seznec, JMLR 23, 2022, GLR-klUCB with global restarts',
  open: (problem) => new GlrKlUcb(problem),
};
