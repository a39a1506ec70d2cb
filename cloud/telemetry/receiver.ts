/**
 * Reads the records of all nodes from the hub's streams. Each is handed on once: what comes a second
 * time, from a node that was killed before it noted an acknowledgement, is known by its name.
 */
import type { Bus, ConsumeOptions, Consumer, StreamMessage } from '#agents/bus/bus.ts';
import { decodeRecord } from '#agents/telemetry/record-codec.ts';
import { unpackVectors } from '#agents/telemetry/vector-codec.ts';
import type { Clock, Timer } from '#protocols/clock.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import { everySubject, parseSubject } from '#protocols/subjects.ts';
import { recordTypes, type TelemetryRecord } from '#protocols/telemetry/record.ts';
import type { Arrivals } from './arrivals.ts';

export interface Arrival {
  readonly site: string;
  readonly node: string;
  /** The radio that it is about, or `node`. */
  readonly actor: string;
  readonly record: TelemetryRecord;
}

export interface ReceiverOptions {
  /**
   * Of the client `telemetry`, which answers nobody: a broker that allows a client answers keeps the
   * reply subject of each message for minutes, and 2.9 walks them all once there are thousands.
   */
  readonly bus: Bus;
  readonly clock: Clock;
  readonly site: string;
  readonly arrivals: Arrivals;
  /**
   * Takes a new record. It is called within the transaction that notes the arrival: where it throws,
   * or the process ends, the record comes again.
   */
  readonly onRecord?: (arrival: Arrival) => void;
  /** What was no record, in one line. */
  readonly onRefused?: (line: string) => void;
}

/** The name of the client, and of its durables. */
export const TELEMETRY = 'telemetry';

/** The durables that a receiver reads by, for whoever sets the hub up. */
export function recordConsumers(site: string): ConsumeOptions[] {
  return [
    { stream: 'RECORDS', durable: TELEMETRY, filter: everySubject('record', { site }) },
    { stream: 'VECTORS', durable: TELEMETRY, filter: everySubject('vector', { site }) },
  ];
}

/** Messages of one transaction at most, and how long the first may wait for others. */
const BATCH = 256;
const GATHER_US = 5 * US_PER_MS;

export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #consumers: readonly Consumer[];
  #messages: StreamMessage[] = [];
  #timer: Timer | undefined;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#consumers = recordConsumers(options.site).map((consume) =>
      options.bus.consume(consume, (message) => this.#take(message)),
    );
  }

  close(): void {
    for (const consumer of this.#consumers) consumer.close();
    this.#timer?.cancel();
    this.#commit();
  }

  #take(message: StreamMessage): void {
    this.#messages.push(message);
    const { clock } = this.#options;
    if (this.#messages.length >= BATCH) this.#commit();
    else this.#timer ??= clock.schedule(clock.monotonic() + GATHER_US, () => this.#commit());
  }

  #commit(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const messages = this.#messages;
    this.#messages = [];
    if (messages.length === 0) return;
    this.#options.arrivals.transact(() => {
      for (const message of messages) this.#read(message);
    });
    // Only now: what was acknowledged does not come again.
    for (const message of messages) message.ack();
  }

  #read({ subject, data }: StreamMessage): void {
    const { arrivals, onRecord, onRefused } = this.#options;
    const parsed = parseSubject(subject);
    if (parsed === undefined) return;
    const { site, node, actor, kind, name } = parsed;
    const decoded = decodeRecord(data);
    const problem = decoded.ok ? contradiction(decoded.value, kind, name) : decoded.error;
    if (!decoded.ok || problem !== undefined) {
      arrivals.count(node, 'refused', data.length);
      onRefused?.(`${subject}: ${problem}`);
      return;
    }
    const record = decoded.value;
    const isNew = arrivals.isNew({ node, boot: record.boot, seq: record.seq });
    arrivals.count(node, record.type, data.length, !isNew);
    if (isNew) onRecord?.({ site, node, actor, record });
  }
}

/** Where a record is not what its subject says, or its vectors cannot be unpacked. */
function contradiction(
  record: TelemetryRecord,
  kind: string,
  name: readonly string[],
): string | undefined {
  if (name.join('.') !== record.type || recordTypes[record.type].kind !== kind) {
    return `no record: '${record.type}' that came as '${name.join('.')}' of '${kind}'`;
  }
  if (record.type !== 'vectors') return undefined;
  const unpacked = unpackVectors(record.body);
  return unpacked.ok ? undefined : unpacked.error;
}
