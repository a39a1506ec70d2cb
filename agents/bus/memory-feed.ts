/** Sourcing: a stream of one broker copied into a stream of another, in order and exactly once. */
import type { Clock } from '#protocols/clock.ts';
import type { Lane, MemoryLink } from './memory-link.ts';
import type { MemoryStream, Stored } from './memory-stream.ts';

export class Feed {
  readonly #clock: Clock;
  readonly #link: MemoryLink;
  readonly #lane: Lane;
  readonly #target: MemoryStream;
  readonly #name: string;
  readonly #maxMessages: number;
  /** What has not arrived yet, oldest first. */
  #waiting: Stored[] = [];
  #arrived = 0;
  #sent = 0;

  constructor(options: {
    clock: Clock;
    link: MemoryLink;
    lane: Lane;
    target: MemoryStream;
    name: string;
    maxMessages: number;
  }) {
    this.#clock = options.clock;
    this.#link = options.link;
    this.#lane = options.lane;
    this.#target = options.target;
    this.#name = options.name;
    this.#maxMessages = options.maxMessages;
  }

  offer(stored: Stored): void {
    this.#waiting.push(stored);
    if (this.#waiting.length - this.#arrived > this.#maxMessages) this.#arrived += 1;
    if (this.#link.state === 'standing') this.#send(stored);
  }

  /** Sends what waits again, once the link stands. */
  resume(): void {
    for (let index = this.#arrived; index < this.#waiting.length; index += 1) {
      this.#send(this.#waiting[index]!);
    }
  }

  #send(stored: Stored): void {
    const { epoch } = this.#link;
    const dueUs = this.#lane.carryOrderly(this.#clock.monotonic());
    this.#sent += 1;
    const tie = { target: this.#name, source: this.#name, seq: this.#sent };
    this.#clock.schedule(dueUs, () => this.#arrive(stored, epoch), tie);
  }

  #arrive(stored: Stored, epoch: number): void {
    if (epoch !== this.#link.epoch || this.#waiting[this.#arrived] !== stored) return;
    this.#arrived += 1;
    if (this.#arrived >= 64 && this.#arrived * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#arrived);
      this.#arrived = 0;
    }
    const { subject, data, headers } = stored;
    this.#target.append(subject, data, headers, '', '');
  }
}
