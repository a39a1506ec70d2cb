/**
 * The link between a leaf's broker and the hub's, as a network sees it: it delays, loses, repeats
 * and reorders, and it can be cut. Both brokers notice a cut only after a while.
 */
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';

export interface LinkFaults {
  /** One way: `min` plus an even draw below `spread`. */
  latencyUs: { min: number; spread: number };
  /** Shares of messages, 0 to 1. */
  loss: number;
  duplication: number;
  reordering: number;
}

export const faultless: LinkFaults = {
  latencyUs: { min: 0, spread: 0 },
  loss: 0,
  duplication: 0,
  reordering: 0,
};

/** How long a segment that was lost holds up a stream: TCP's first retransmission, RFC 6298 §2.4. */
const RETRANSMIT_US = 1_000_000;

/** How much later than its turn a reordered message comes. */
const OVERTAKEN_US = 20_000;

/** One way of a link. */
export class Lane {
  readonly #random: Random;
  readonly #faults: () => LinkFaults;
  #lastUs = 0;
  #lastOrderlyUs = 0;

  constructor(random: Random, faults: () => LinkFaults) {
    this.#random = random;
    this.#faults = faults;
  }

  /** When a core message that sets out at `atUs` arrives; undefined when it is lost. */
  carry(atUs: number): number | undefined {
    if (this.loses()) return undefined;
    const faults = this.#faults();
    const due = atUs + this.#latency(faults);
    if (faults.reordering > 0 && this.#random.uniform() < faults.reordering) {
      return due + OVERTAKEN_US + this.#random.below(OVERTAKEN_US);
    }
    this.#lastUs = Math.max(this.#lastUs, due);
    return this.#lastUs;
  }

  loses(): boolean {
    const { loss } = this.#faults();
    return loss > 0 && this.#random.uniform() < loss;
  }

  /** Whether a copy of the message comes as well. */
  repeats(): boolean {
    const { duplication } = this.#faults();
    return duplication > 0 && this.#random.uniform() < duplication;
  }

  /** When a message of a stream arrives: late at worst, always in order. */
  carryOrderly(atUs: number): number {
    const faults = this.#faults();
    let due = atUs + this.#latency(faults);
    // A loss of 1 would never end; brokers would give the connection up, which is a cut.
    for (let tries = 0; tries < 8 && faults.loss > 0; tries += 1) {
      if (this.#random.uniform() >= faults.loss) break;
      due += RETRANSMIT_US;
    }
    this.#lastOrderlyUs = Math.max(this.#lastOrderlyUs, due);
    return this.#lastOrderlyUs;
  }

  #latency({ latencyUs: { min, spread } }: LinkFaults): number {
    return spread > 0 ? min + this.#random.below(spread) : min;
  }
}

export interface LinkTiming {
  /** How long both sides take to notice that nothing comes any more. */
  readonly noticeUs: number;
  /** From the wire standing again to the brokers' connection standing. */
  readonly reconnectUs: number;
}

export class MemoryLink {
  readonly node: string;
  readonly up: Lane;
  readonly down: Lane;
  faults: LinkFaults;
  /** `cut`: broken, and nobody has noticed. `lost`: both brokers know. */
  state: 'standing' | 'cut' | 'lost' = 'standing';
  /** Counts cuts: what was under way at a cut never arrives. */
  epoch = 0;
  #changes = 0;
  readonly #clock: Clock;
  readonly #timing: LinkTiming;
  readonly #onChange: (change: 'lost' | 'restored' | 'standing') => void;

  constructor(options: {
    node: string;
    clock: Clock;
    random: Random;
    faults: LinkFaults;
    timing: LinkTiming;
    /** `standing` is a short cut that nobody noticed; streams still have to catch up. */
    onChange: (change: 'lost' | 'restored' | 'standing') => void;
  }) {
    this.node = options.node;
    this.faults = options.faults;
    this.#clock = options.clock;
    this.#timing = options.timing;
    this.#onChange = options.onChange;
    this.up = new Lane(options.random.fork(`link/${this.node}/up`), () => this.faults);
    this.down = new Lane(options.random.fork(`link/${this.node}/down`), () => this.faults);
  }

  /** `atOnce` when an end went away, which resets the connection, rather than the wire. */
  cut(atOnce: boolean): void {
    this.#changes += 1;
    if (this.state === 'lost') return;
    if (this.state === 'standing') this.epoch += 1;
    this.state = 'cut';
    this.#later(atOnce ? 0 : this.#timing.noticeUs, () => {
      this.state = 'lost';
      this.#onChange('lost');
    });
  }

  restore(): void {
    this.#changes += 1;
    if (this.state === 'standing') return;
    this.#later(this.#timing.reconnectUs, () => {
      const wasLost = this.state === 'lost';
      this.state = 'standing';
      this.#onChange(wasLost ? 'restored' : 'standing');
    });
  }

  #later(delayUs: number, change: () => void): void {
    const changes = this.#changes;
    const task = () => {
      if (this.#changes === changes) change();
    };
    const tie = { target: `link/${this.node}`, source: `link/${this.node}`, seq: changes };
    this.#clock.schedule(this.#clock.monotonic() + delayUs, task, tie);
  }
}
