/**
 * Takes records from a queue to the broker beside the node, and forgets each once the broker has
 * stored it. While the link to the hub is lost they stay in the queue: it knows which matter most,
 * and the broker's streams know only age. What may have arrived is sent again under the same id.
 */
import type { Bus, BusStatus, Subscription } from '#agents/bus/bus.ts';
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import { address } from '#protocols/ids.ts';
import { subjectOf } from '#protocols/subjects.ts';
import { recordTypes } from '#protocols/telemetry/record.ts';
import type { Queue, Queued } from './queue.ts';

export interface ForwarderOptions {
  readonly queue: Queue;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly site: string;
  readonly node: string;
  /** How many may wait for the broker at once. */
  readonly window?: number;
}

const WINDOW = 512;

/** By then the bus has told whether the link to the hub is lost. */
const LISTEN_US = 3_000 * US_PER_MS;

/** How long after a failure, or a write that did not succeed, it is tried again. */
const AGAIN_US = 1_000 * US_PER_MS;

export class Forwarder {
  readonly #options: Required<ForwarderOptions>;
  readonly #status: Subscription;
  #listening: Timer | undefined;
  /** Handed to the broker, by their place; those that have arrived too, until they are forgotten. */
  readonly #underWay = new Set<number>();
  #arrived: number[] = [];
  #timer: Timer | undefined;
  #timerDueUs = Number.POSITIVE_INFINITY;
  #isLinkLost = false;
  #isClosed = false;
  #isListening = true;
  #sent = 0;
  #failure: string | undefined;

  constructor(options: ForwarderOptions) {
    this.#options = { window: WINDOW, ...options };
    this.#status = options.bus.onStatus((status) => this.#heard(status));
    this.#listening = this.#listen();
  }

  /** There may be something to send. */
  wake(): void {
    this.#in(0);
  }

  get underWay(): { has(place: number): boolean } {
    return this.#underWay;
  }

  /** How many the broker has stored since this process began. */
  get sent(): number {
    return this.#sent;
  }

  /** What the broker or the disk said last, where it did not succeed since. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get isLinkLost(): boolean {
    return this.#isLinkLost;
  }

  /** Sends no more; what arrived is forgotten, the rest is there at the next start. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#status.close();
    this.#listening?.cancel();
    this.#timer?.cancel();
    this.#forget();
  }

  #heard({ type }: BusStatus): void {
    if (type === 'link.lost') this.#isLinkLost = true;
    if (type !== 'link.restored' && type !== 'connected') return;
    this.#isLinkLost = false;
    // A broker that is new does not know its link yet.
    if (type === 'connected') this.#listening = this.#listen();
    this.wake();
  }

  #listen(): Timer {
    const { clock } = this.#options;
    this.#listening?.cancel();
    this.#isListening = true;
    return clock.schedule(clock.monotonic() + LISTEN_US, () => {
      this.#isListening = false;
      this.wake();
    });
  }

  /** One timer, for whatever is due first. */
  #in(delayUs: number): void {
    const { clock } = this.#options;
    const dueUs = clock.monotonic() + delayUs;
    if (this.#isClosed || dueUs >= this.#timerDueUs) return;
    this.#timer?.cancel();
    this.#timerDueUs = dueUs;
    this.#timer = clock.schedule(dueUs, () => {
      this.#timerDueUs = Number.POSITIVE_INFINITY;
      this.#forget();
      this.#fill();
    });
  }

  #fill(): void {
    const { queue, window } = this.#options;
    const room = window - this.#underWay.size;
    // A read from the file is worth its while for many, or for all there are.
    if (this.#isClosed || this.#isListening || this.#isLinkLost || room < window / 2) return;
    try {
      for (const queued of queue.next(room, this.#underWay)) this.#send(queued);
    } catch (error) {
      this.#failed(error);
    }
  }

  #send({ place, boot, seq, actor, type, bytes }: Queued): void {
    const { bus, site, node } = this.#options;
    const subject = subjectOf(recordTypes[type].kind, address(site, node, actor), type);
    this.#underWay.add(place);
    bus.append(subject, bytes, { id: `${node}/${boot}/${seq}` }, (outcome) => {
      if (this.#isClosed) return;
      if (outcome.ok) {
        this.#arrived.push(place);
        this.#sent += 1;
        this.#failure = undefined;
        this.#in(0);
      } else {
        this.#underWay.delete(place);
        this.#failed(outcome.error.message);
      }
    });
  }

  #forget(): void {
    if (this.#arrived.length === 0) return;
    const arrived = this.#arrived;
    try {
      this.#options.queue.sent(arrived);
      this.#arrived = [];
      for (const place of arrived) this.#underWay.delete(place);
    } catch (error) {
      // They stay under way, so they go out again only after a new start, under the same ids.
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error);
    this.#in(AGAIN_US);
  }
}
