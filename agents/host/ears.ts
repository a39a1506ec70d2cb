/**
 * What actors hear off the bus. Events come through one durable consumer an actor, in the order of
 * the stream, and are acknowledged once their step is committed; metrics are heard once or not.
 */
import { US_PER_MS } from '#protocols/clock.ts';
import type { Address } from '#protocols/ids.ts';
import { partsOf } from '#protocols/ids.ts';
import { everySubject } from '#protocols/subjects.ts';
import type { Heard } from '../body.ts';
import type { BusMessage, StreamMessage } from '../bus/bus.ts';
import { implausible } from '../plausibility/report.ts';
import type { ActorRecord } from './actor-record.ts';
import { decodeEnvelope, senderOf } from './event-codec.ts';
import type { HostParts } from './host-parts.ts';
import type { Message } from './message.ts';

export class Ears {
  readonly #parts: HostParts;
  readonly #deliver: (record: ActorRecord, message: Message) => void;
  readonly #open = new Map<ActorRecord, { close(): void }[]>();

  constructor(parts: HostParts, deliver: (record: ActorRecord, message: Message) => void) {
    this.#parts = parts;
    this.#deliver = deliver;
  }

  open(record: ActorRecord): void {
    const { bus, site, node } = this.#parts;
    const { hears } = record.role;
    if (hears.size === 0) return;
    const open: { close(): void }[] = [];
    this.#open.set(record, open);
    const kinds = new Set([...hears.values()].map(([heard]) => heard?.event.kind));
    if (kinds.has('metric')) {
      // A leaf with permissions passes on no interest that is narrower than those
      // (nats-server 2.9): so everything is asked for, and sorted here.
      const filter = everySubject('metric', { site });
      open.push(bus.subscribe(filter, (message) => this.#metric(record, message)));
    }
    if (!kinds.has('event')) return;
    const { actor } = partsOf(record.address);
    open.push(
      bus.consume(
        // All events of the site, so that what an actor hears may change without a new consumer.
        { stream: 'EVENTS', durable: `${node}-${actor}`, filter: everySubject('event', { site }) },
        (message) => this.#event(record, message),
      ),
    );
  }

  /** What was not consumed yet comes again when the actor hears again. */
  close(record: ActorRecord): void {
    for (const one of this.#open.get(record) ?? []) one.close();
    this.#open.delete(record);
  }

  closeAll(): void {
    for (const record of this.#open.keys()) this.close(record);
  }

  #event(record: ActorRecord, message: StreamMessage): void {
    if (this.#parts.over) return;
    if (!isHeard(record, message.subject)) {
      message.ack();
      return;
    }
    const came = this.#decode(record, message);
    if (came.ok) {
      const { key, heard } = came.value;
      if (this.#isDoubted(heard)) {
        message.term('implausible');
        return;
      }
      this.#deliver(record, { kind: 'heard', heard, key, consumed: () => message.ack() });
    } else {
      this.#parts.counts.malformed += 1;
      this.#doubt(senderOf(message.subject)?.source, came.error);
      this.#parts.store.commit({
        meta: this.#parts.deadLetters.bury({
          address: record.address,
          reason: 'malformed',
          detail: came.error,
          event: undefined,
        }),
      });
      message.term('malformed');
    }
  }

  #metric(record: ActorRecord, message: BusMessage): void {
    if (this.#parts.over || !isHeard(record, message.subject)) return;
    const came = this.#decode(record, message);
    if (came.ok) {
      const { heard } = came.value;
      if (this.#isDoubted(heard)) return;
      this.#deliver(record, { kind: 'heard', heard, key: undefined, consumed: nothing });
    } else {
      this.#parts.counts.malformed += 1;
      this.#doubt(senderOf(message.subject)?.source, came.error);
    }
  }

  /** What cannot be is heard by nobody. */
  #isDoubted(heard: Heard): boolean {
    const why = implausible(heard.event, heard, Math.floor(this.#parts.clock.now() / US_PER_MS));
    if (why === undefined) return false;
    this.#doubt(heard.source, `${heard.event.name} of ${heard.source}: ${why}`);
    return true;
  }

  #doubt(source: string | undefined, why: string): void {
    const { doubted } = this.#parts.counts;
    const node = source?.split('/')[1] ?? '';
    const count = (doubted[node]?.count ?? 0) + 1;
    doubted[node] = { count, last: why.slice(0, 300) };
  }

  #decode(record: ActorRecord, { subject, data }: { subject: string; data: Uint8Array }) {
    const definitionOf = (name: string) => record.role.hears.get(name)?.[0]?.event;
    const came = decodeEnvelope(subject, data, definitionOf);
    if (!came.ok) return came;
    const { envelope, definition } = came.value;
    const { id, atMs, data: content } = envelope;
    // The subject, which the broker guards, says the same.
    const source = envelope.source as Address;
    return {
      ok: true,
      value: { key: id, heard: { event: definition, source, data: content, atMs } },
    } as const;
  }
}

function isHeard({ role }: ActorRecord, subject: string): boolean {
  const sender = senderOf(subject);
  return sender !== undefined && role.hears.has(sender.name);
}

const nothing = () => undefined;
