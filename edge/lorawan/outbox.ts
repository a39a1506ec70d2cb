/** What waits to be sent over LoRaWAN: the urgent first, and of what only matters fresh, the newest alone. */
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { framesOf } from '#protocols/lorawan/fragments.ts';
import type { LoraMessage } from '#protocols/lorawan/messages.ts';
import { shortened } from '#protocols/lorawan/shorten.ts';
import type { Purpose } from './duty-budget.ts';

interface Manner {
  /** Lower goes first. */
  readonly rank: number;
  readonly purpose: Purpose;
  /** Sent again until the cloud says that it came. */
  readonly wantsReceipt: boolean;
  /** A newer one takes its place. */
  readonly freshOnly: boolean;
}

const manners: Readonly<Partial<Record<LoraMessage['is'], Manner>>> = {
  alert: { rank: 0, purpose: 'alert', wantsReceipt: true, freshOnly: false },
  acknowledgement: { rank: 1, purpose: 'routine', wantsReceipt: true, freshOnly: false },
  heartbeat: { rank: 2, purpose: 'routine', wantsReceipt: false, freshOnly: true },
  state: { rank: 3, purpose: 'routine', wantsReceipt: false, freshOnly: true },
};

/** What a node may send. */
export type NodeMessage = Extract<LoraMessage, { is: keyof typeof manners }> &
  Extract<LoraMessage, { is: 'alert' | 'acknowledgement' | 'heartbeat' | 'state' }>;

export interface Waiting extends Manner {
  readonly message: NodeMessage;
  /** It went in its short form. */
  readonly isShort: boolean;
  readonly frames: readonly Uint8Array[];
  /** The next of the frames to be sent. */
  next: number;
  /** How often all of them were sent. */
  rounds: number;
  dueUs: number;
}

const WAITING_MAX = 256;

export class Outbox {
  #waiting: Waiting[] = [];
  /** Given up since too many waited. */
  dropped = 0;

  get size(): number {
    return this.#waiting.length;
  }

  /** How many messages wait for a receipt. */
  get unreceived(): number {
    return this.#waiting.filter(({ wantsReceipt }) => wantsReceipt).length;
  }

  add(message: NodeMessage, frameBytes: number, dueUs: number): void {
    const manner = mannerOf(message);
    if (manner.freshOnly) {
      this.#waiting = this.#waiting.filter((each) => each.message.is !== message.is);
    }
    const whole = encodeMessage(message);
    const sent = whole.length <= frameBytes ? message : shortened(message);
    const isShort = sent !== message;
    this.#waiting.push({
      ...manner,
      message,
      isShort,
      frames: framesOf(isShort ? encodeMessage(sent) : whole, frameBytes, message.record),
      next: 0,
      rounds: 0,
      dueUs,
    });
    this.#waiting.sort((one, other) => one.rank - other.rank);
    if (this.#waiting.length > WAITING_MAX) {
      this.#waiting.pop();
      this.dropped += 1;
    }
  }

  /** The one to be sent next of those that are due. */
  due(nowUs: number): Waiting | undefined {
    return this.#waiting.find(({ dueUs }) => dueUs <= nowUs);
  }

  /** When the next will be due; undefined when none waits. */
  nextDueUs(): number | undefined {
    return this.#waiting.length === 0
      ? undefined
      : Math.min(...this.#waiting.map(({ dueUs }) => dueUs));
  }

  remove(gone: Waiting): void {
    this.#waiting = this.#waiting.filter((each) => each !== gone);
  }

  /** Takes out what waits for that receipt. */
  receive(record: number): Waiting | undefined {
    const found = this.#waiting.find(
      ({ message, wantsReceipt, rounds }) =>
        wantsReceipt && rounds > 0 && message.record === record,
    );
    if (found !== undefined) this.remove(found);
    return found;
  }

  clear(): readonly Waiting[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }
}

function mannerOf({ is }: NodeMessage): Manner {
  // The type of a message holds those of the table alone.
  return manners[is] as Manner;
}
