/**
 * What leaves the node. Whoever has something to tell hands over a draft; it gets its name, its times
 * and the node's place, is stored, and is sent as soon as the hub can be reached. Where the disk
 * cannot be written the records are kept in memory, which the health says.
 */
import type { Bus } from '#agents/bus/bus.ts';
import { encodeRecord } from '#agents/telemetry/record-codec.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import { Word } from '#protocols/telemetry/fields.ts';
import {
  type Draft,
  type Motion,
  type Position,
  type Rank,
  rankOf,
  ranks,
  type TelemetryRecord,
} from '#protocols/telemetry/record.ts';
import { Forwarder } from './forwarder.ts';
import { Queue, type Quota, type RankCount } from './queue.ts';

/** Where the node is and how it moves; members it does not know are left out. */
export interface Whereabouts {
  readonly position?: Position;
  readonly motion?: Motion;
}

export interface UplinkOptions {
  readonly bus: Bus;
  /** Times of sending. */
  readonly clock: Clock;
  /** Times that records bear, when others than those of `clock`. */
  readonly recordClock?: Pick<Clock, 'now' | 'monotonic'>;
  /** Tells this start of the queue from all others: seeded anew for each process. */
  readonly random: Random;
  readonly site: string;
  readonly node: string;
  readonly file: string;
  readonly quota?: Quota;
  readonly whereabouts?: () => Whereabouts;
  /** One line whenever the health gets worse. */
  readonly say?: (line: string) => void;
}

const MIB = 1024 * 1024;

/** An hour of three radios that tell one batch of vectors a second, with room for the rest. */
export const DEFAULT_QUOTA: Quota = { maxBytes: 256 * MIB, maxRecords: 500_000 };

/** Without a disk: what fits beside everything else. */
const MEMORY_QUOTA: Quota = { maxBytes: 8 * MIB, maxRecords: 20_000 };

export interface UplinkHealth {
  /** `memory` while the disk cannot be written: a restart would lose what waits there. */
  readonly store: 'disk' | 'memory';
  readonly problem: string | undefined;
  readonly link: 'standing' | 'lost';
  readonly waiting: Readonly<Record<Rank, Readonly<RankCount>>>;
  readonly sent: number;
}

interface Lane {
  readonly queue: Queue;
  readonly forwarder: Forwarder;
}

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #times: Pick<Clock, 'now' | 'monotonic'>;
  #disk: Lane | undefined;
  #memory: Lane | undefined;
  #problem: string | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#times = options.recordClock ?? options.clock;
    try {
      this.#disk = this.#open(options.file, options.quota ?? DEFAULT_QUOTA);
    } catch (error) {
      this.#worse(error);
    }
  }

  /** `actor` is the radio it is about, or `node`. Throws where the draft is no record. */
  put(actor: string, draft: Draft): void {
    Word.parse(actor);
    if (this.#disk !== undefined) {
      try {
        this.#store(this.#disk, actor, draft);
        this.#problem = undefined;
        return;
      } catch (error) {
        if (!isOfDatabase(error)) throw error;
        this.#worse(error);
      }
    }
    this.#memory ??= this.#open(':memory:', MEMORY_QUOTA);
    this.#store(this.#memory, actor, draft);
  }

  health(): UplinkHealth {
    const lanes = this.#lanes();
    const waiting = Object.fromEntries(
      ranks.map((rank) => [rank, addUp(lanes.map(({ queue }) => queue.counts()[rank]))]),
    ) as Record<Rank, RankCount>;
    return {
      store: this.#problem === undefined ? 'disk' : 'memory',
      problem: this.#problem ?? lanes.find(({ forwarder }) => forwarder.failure)?.forwarder.failure,
      link: lanes.some(({ forwarder }) => forwarder.isLinkLost) ? 'lost' : 'standing',
      waiting,
      sent: lanes.reduce((sum, { forwarder }) => sum + forwarder.sent, 0),
    };
  }

  /** How many records were ever put into the file; 0 without one. */
  get ever(): number {
    return this.#disk?.queue.ever ?? 0;
  }

  close(): void {
    for (const { forwarder, queue } of this.#lanes()) {
      forwarder.close();
      queue.close();
    }
  }

  #lanes(): Lane[] {
    return [this.#disk, this.#memory].filter((lane) => lane !== undefined);
  }

  #open(file: string, quota: Quota): Lane {
    const { bus, clock, site, node, random } = this.#options;
    const queue = new Queue({ file, quota, random });
    return { queue, forwarder: new Forwarder({ queue, bus, clock, site, node }) };
  }

  #store({ queue, forwarder }: Lane, actor: string, draft: Draft): void {
    const rank = rankOf(draft);
    const { position, motion } = this.#options.whereabouts?.() ?? {};
    const record = {
      version: 1,
      ...draft,
      boot: queue.boot,
      seq: queue.nextSeq,
      wallUs: this.#times.now(),
      monotonicUs: this.#times.monotonic(),
      ...(position === undefined ? {} : { position }),
      ...(motion === undefined ? {} : { motion }),
      // Type and body of one draft go together, which a spread does not show.
    } as TelemetryRecord;
    queue.put({ actor, type: draft.type, bytes: encodeRecord(record) }, rank, forwarder.underWay);
    forwarder.wake();
  }

  #worse(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.say?.(`uplink: records are kept in memory alone: ${problem}`);
  }
}

/** A full or read-only disk, or a file that broke; an author's mistake is none of these. */
function isOfDatabase(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_SQLITE_ERROR';
}

function addUp(counts: readonly Readonly<RankCount>[]): RankCount {
  const sum = { records: 0, bytes: 0, dropped: 0 };
  for (const { records, bytes, dropped } of counts) {
    sum.records += records;
    sum.bytes += bytes;
    sum.dropped += dropped;
  }
  return sum;
}
