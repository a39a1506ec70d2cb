/**
 * Where a node's records arrive, over LoRaWAN and over the better link alike. Each counts once, by node
 * and number; one that came in its short form is filled in by its long one.
 */
import type { Clock } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import { decodeMessage } from '#protocols/lorawan/codec.ts';
import { readFragment } from '#protocols/lorawan/fragments.ts';
import { type LoraMessage, messages } from '#protocols/lorawan/messages.ts';
import { Reassembly } from './reassembly.ts';

export type NodeRecord = Extract<LoraMessage, { readonly record: number }>;

export interface Arrival {
  /**
   * `part`: a fragment, the rest is missing. `new`: never seen. `fuller`: the long form of what is
   * known. `again`: known.
   */
  readonly as: 'part' | 'new' | 'fuller' | 'again';
  /** Null of a part. */
  readonly message: NodeRecord | null;
}

interface Seen {
  readonly is: NodeRecord['is'];
  readonly text: string;
}

/** What an inbox has seen of one node; a plain value, to be kept over a restart. */
export interface KnownRecord extends Seen {
  readonly node: string;
  readonly record: number;
}

/** A node makes some dozens of records a day over LoRaWAN. */
const SEEN_MAX = 4_096;

class NodeInbox {
  readonly reassembly: Reassembly;
  /** By record, oldest first. */
  readonly seen = new Map<number, Seen>();

  constructor(clock: Clock) {
    this.reassembly = new Reassembly(clock);
  }
}

const longOf: Readonly<Partial<Record<NodeRecord['is'], NodeRecord['is']>>> = {
  alert_short: 'alert',
  heartbeat_short: 'heartbeat',
};

export class LoraInbox {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, NodeInbox>();
  /** Frames that could not be read. */
  refused = 0;

  /** `known`: what an earlier inbox had seen, oldest first. */
  constructor(clock: Clock, known: Iterable<KnownRecord> = []) {
    this.#clock = clock;
    for (const { node, record, is, text } of known) {
      this.#inboxOf(node).seen.set(record, { is, text });
    }
  }

  /** For the inbox after the next start, so that it counts nothing again. */
  known(): KnownRecord[] {
    return [...this.#nodes].flatMap(([node, { seen }]) =>
      [...seen].map(([record, each]) => ({ node, record, ...each })),
    );
  }

  /** One frame as the network server, or the better link, handed it over. */
  take(node: string, frame: Uint8Array): Outcome<Arrival, string> {
    const outcome = this.#take(node, frame);
    if (!outcome.ok) this.refused += 1;
    return outcome;
  }

  /** Messages of which a part never came, or did not fit the rest. */
  lost(node: string): number {
    const { lost, damaged } = this.#inboxOf(node).reassembly;
    return lost + damaged;
  }

  #take(node: string, frame: Uint8Array): Outcome<Arrival, string> {
    const inbox = this.#inboxOf(node);
    const fragment = readFragment(frame);
    if (fragment !== undefined && !fragment.ok) return fragment;
    const whole = fragment === undefined ? frame : inbox.reassembly.take(fragment.value);
    if (whole === undefined) return { ok: true, value: { as: 'part', message: null } };
    const outcome = decodeMessage(whole);
    if (!outcome.ok) return outcome;
    const message = outcome.value;
    if (messages[message.is].way === 'down' || !('record' in message)) {
      return { ok: false, error: `expected what a node sends, came a ${message.is}` };
    }
    return { ok: true, value: { as: judge(inbox.seen, message), message } };
  }

  #inboxOf(node: string): NodeInbox {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const fresh = new NodeInbox(this.#clock);
    this.#nodes.set(node, fresh);
    return fresh;
  }
}

function judge(seen: Map<number, Seen>, message: NodeRecord): Arrival['as'] {
  const { record, is } = message;
  const text = JSON.stringify(message);
  const before = seen.get(record);
  if (before !== undefined) {
    if (before.is === longOf[is]) return 'again';
    if (before.is === is && before.text === text) return 'again';
  }
  seen.delete(record);
  seen.set(record, { is, text });
  for (const oldest of seen.keys()) {
    if (seen.size <= SEEN_MAX) break;
    seen.delete(oldest);
  }
  // A number that is used for something else is another record: nothing is lost for it.
  return before !== undefined && is === longOf[before.is] ? 'fuller' : 'new';
}
