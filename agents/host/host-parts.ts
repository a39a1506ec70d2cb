/** What the parts of one host share. A class, so that each read of it is one load. */
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import type { TraceType } from '#protocols/trace.ts';
import type { Bus } from '../bus/bus.ts';
import type { ChartState } from '../store/chart-state.ts';
import type { Store, StoredActor } from '../store/store.ts';
import type { ToolCaller } from './actor-host.ts';
import type { ActorRecord } from './actor-record.ts';
import { Answers } from './answers.ts';
import { DeadLetters } from './dead-letters.ts';
import type { HostCounts, HostOptions, Inspected, Point } from './host-options.ts';
import type { LoadedMachine } from './machine-load.ts';
import { Outbox } from './outbox.ts';
import { type Migration, restorable } from './snapshots.ts';
import { type RestartBudget, usualBudget } from './supervisor.ts';
import type { LedgerWriter } from './transaction.ts';

export class HostParts {
  readonly site: string;
  readonly node: string;
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly bootId: string;
  readonly ledger: LedgerWriter | undefined;
  readonly caller: ToolCaller;
  readonly budget: RestartBudget;
  readonly passivateAfterMs: number | null;
  readonly answers = new Answers();
  readonly outbox: Outbox;
  readonly deadLetters: DeadLetters;
  readonly counts: HostCounts = {
    dropped: 0,
    faults: 0,
    malformed: 0,
    doubted: {},
    refused: {},
  };
  readonly inspectors: ((seen: Inspected) => void)[] = [];
  /** The host's actors, by address. */
  readonly records = new Map<string, ActorRecord>();
  /** Stops the host where it stands. */
  readonly halt: () => void;
  /** Hears of an actor that was given up. */
  readonly failed: (record: ActorRecord, error: string) => void;
  /** The host was halted: nothing may happen any more. */
  over = false;
  readonly #step: HostOptions['step'];
  readonly #migrations: readonly Migration[];

  constructor(
    options: HostOptions,
    on: { halt(): void; failed(record: ActorRecord, error: string): void },
  ) {
    const { site, node, bus, store, clock } = options;
    this.site = site;
    this.node = node;
    this.bus = bus;
    this.store = store;
    this.clock = clock;
    this.random = options.random.fork(`host/${node}`);
    this.bootId = options.bootId;
    this.ledger = options.ledger;
    this.caller = options.caller;
    this.budget = options.restarts ?? usualBudget;
    this.passivateAfterMs = options.passivateAfterMs;
    this.outbox = new Outbox({ bus, store, clock, isOver: () => this.over });
    this.deadLetters = new DeadLetters(store, clock);
    this.halt = on.halt;
    this.failed = on.failed;
    this.#step = options.step;
    this.#migrations = options.migrations ?? [];
  }

  /** A test may throw here; the host is then dead, as if killed at this point. */
  point(point: Point, address: string): void {
    if (this.#step === undefined) return;
    try {
      this.#step(point, address);
    } catch (error) {
      this.halt();
      throw error;
    }
  }

  migrated(stored: StoredActor, loaded: LoadedMachine): ChartState {
    return restorable(stored, loaded, this.#migrations);
  }

  inspected({ address, seq, value }: ActorRecord, type: TraceType, payload: unknown): void {
    if (this.inspectors.length === 0) return;
    for (const inspector of [...this.inspectors]) {
      try {
        inspector({ address, seq, type, payload, value });
      } catch {
        // Who watches never harms what is watched: one that fails sees no more.
        this.inspectors.splice(this.inspectors.indexOf(inspector), 1);
      }
    }
  }
}
