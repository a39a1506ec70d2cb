/**
 * A radio among others with nobody to tell it where to be. It stays where it was put as long as its clients are
 * served; else it plays MCTopM with kl-UCB indices, in which a channel that somebody else is on is a collision.
 */
import type { Random } from '#protocols/random.ts';
import { McTopM } from './mctopm.ts';

/** Share of what its clients ask, from which on a radio looks for nothing better: a choice of ours. */
const CONTENT = 0.9;
/** So many poor reports in a row make it move, since any single one may be chance. */
const PATIENCE = 2;

export class AloneRadio {
  readonly #player: McTopM;
  #channel: number;
  #poor = 0;

  /** `home`: the channel it was put on. `players`: radios that share these channels within its hearing, itself included. */
  constructor({ channels, players, home }: { channels: number; players: number; home: number }) {
    this.#player = new McTopM({ arms: channels, players, home });
    this.#channel = home;
  }

  /** The channel for the time until the next report. `served`: share of what its clients asked since the last. */
  next(served: number, shared: boolean, random: Random): number {
    this.#player.learn(this.#channel, served, shared);
    this.#poor = served >= CONTENT ? 0 : this.#poor + 1;
    if (this.#poor >= PATIENCE) {
      this.#poor = 0;
      this.#channel = this.#player.choose(random);
    }
    return this.#channel;
  }
}
