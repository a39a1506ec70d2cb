/**
 * What an awake actor lives in. XState makes a system for every root, with closures and tables of
 * its own; here the host itself stands in for it and for the root's parent, which halves an actor's
 * memory, keeps its faults from becoming uncaught exceptions, and makes delays and emitted events
 * part of the host's transaction. It answers to what XState 5.33's `Actor` asks of `system` and
 * `_parent`; test/agents/host holds it to that.
 */
import { type Actor, type AnyActorRef, type AnyMachineSnapshot, createActor } from 'xstate';
import type { ActorRecord } from './actor-record.ts';
import type { PortOwner } from './machine-load.ts';
import type { ChartEvent } from './message.ts';

/** What an actor does while it takes a step; its host collects it. */
export interface Collector {
  emitted(event: ChartEvent): void;
  schedule(id: string | undefined, event: ChartEvent, delayMs: number): void;
  cancel(id: string): void;
  portStarted(name: string, self: AnyActorRef, input: unknown): void;
}

/** The parts of XState's `Actor` that are used here, most of them not in its types. */
interface Internals {
  _snapshot: AnyMachineSnapshot & { error?: unknown };
  _send(event: ChartEvent): void;
  _actorScope: { emit: (event: ChartEvent) => void };
  observers: Set<unknown>;
  eventListeners: Map<string, unknown>;
  options: unknown;
  start(): void;
}

const nobody: Set<unknown> = new Set();
const noListeners: Map<string, unknown> = new Map();
const started = Object.freeze({});
const noClock = {
  setTimeout: () => {
    throw new Error('a chart reached for a clock of its own');
  },
  clearTimeout: () => undefined,
};
const silent = () => undefined;

export class ActorSystem implements PortOwner {
  readonly record: ActorRecord;
  /** When it took its last step, monotonic. */
  usedAtUs = 0;
  readonly #collector: Collector;
  readonly #actor: Internals;

  /** `from` is the input of a new actor, or the snapshot of one that is taken up again. */
  constructor(
    record: ActorRecord,
    collector: Collector,
    emit: (event: ChartEvent) => void,
    from: { readonly input: unknown } | { readonly snapshot: unknown },
  ) {
    this.record = record;
    this.#collector = collector;
    const options = { ...from, id: record.address, parent: this };
    // `parent` and a plain snapshot are what XState itself passes when it restores a child.
    const actor = createActor(
      record.role.loaded.machine,
      options as unknown as Parameters<typeof createActor>[1],
    ) as Actor<typeof record.role.loaded.machine>;
    this.#actor = actor as unknown as Internals;
    this.#actor._actorScope.emit = emit;
    this.#actor.observers = nobody;
    this.#actor.eventListeners = noListeners;
  }

  start(): void {
    this.#actor.start();
    this.#actor.options = started;
  }

  send(event: ChartEvent): void {
    if (this.record.role.loaded.ignores(this.#actor._snapshot, event)) return;
    this.#actor._send(event);
  }

  get snapshot(): AnyMachineSnapshot & { error?: unknown } {
    return this.#actor._snapshot;
  }

  portStarted(name: string, self: AnyActorRef, input: unknown): void {
    this.#collector.portStarted(name, self, input);
  }

  // What XState asks of a parent.

  get system(): this {
    return this;
  }

  /** The root's own end reaches its parent: the host reads it off the snapshot. */
  _send(_event: unknown): void {}

  // What XState asks of a system.

  get scheduler(): this {
    return this;
  }

  schedule(_: unknown, __: unknown, event: ChartEvent, delayMs: number, id?: string): void {
    this.#collector.schedule(id, event, delayMs);
  }

  cancel(_: unknown, id: string): void {
    this.#collector.cancel(id);
  }

  /** Asked when an actor stops; its deadlines are the host's to keep or to drop. */
  cancelAll(_: unknown): void {}

  get _clock(): typeof noClock {
    return noClock;
  }

  get _logger(): () => undefined {
    return silent;
  }

  _bookId(): string {
    return this.record.address;
  }

  _register(id: string): string {
    return id;
  }

  _unregister(): void {}

  _set(): void {}

  _sendInspectionEvent(): void {}

  _relay(_: unknown, target: { _send(event: unknown): void }, event: unknown): void {
    target._send(event);
  }

  get(): undefined {
    return undefined;
  }
}
