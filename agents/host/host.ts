/**
 * A host: one process's actors on one store, one bus and one clock. It takes them up from the store
 * when it starts, hands them messages one at a time, and lets nothing out that is not committed.
 */
import { InputError, type Outcome, refuse } from '#protocols/errors.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { type Address, partsOf, address as toAddress } from '#protocols/ids.ts';
import type { Caller } from '#protocols/roles.ts';
import type { Body, Heard } from '../body.ts';
import type { Subscription } from '../bus/bus.ts';
import type { InboxRecord, OutboxMessage, StoredActor } from '../store/store.ts';
import type { ActorHost, Invocation } from './actor-host.ts';
import { ActorRecord, Role } from './actor-record.ts';
import type { DeadLetter } from './dead-letters.ts';
import { resumed } from './deadlines.ts';
import { Ears } from './ears.ts';
import { Effects } from './effects.ts';
import { Engine } from './engine.ts';
import type {
  ActorFailed,
  ActorStart,
  HostHealth,
  HostOptions,
  Inspected,
} from './host-options.ts';
import { HostParts } from './host-parts.ts';
import type { ChartEvent } from './message.ts';

export class Host implements ActorHost {
  readonly site: string;
  readonly node: string;
  readonly #options: HostOptions;
  readonly #roles = new WeakMap<Body, Role>();
  readonly #parts: HostParts;
  readonly #engine: Engine;
  readonly #effects: Effects;
  readonly #ears: Ears;
  readonly #status: Subscription;
  readonly #failures: ActorFailed[] = [];
  /** What waits in the store for an actor that has not been started yet. */
  readonly #left = new Map<string, OutboxMessage[]>();

  constructor(options: HostOptions) {
    const { site, node, bus, store } = options;
    this.site = site;
    this.node = node;
    this.#options = options;
    this.#parts = new HostParts(options, {
      halt: () => this.halt(),
      failed: ({ address }, error) => {
        for (const listener of this.#failures) listener({ address, error });
      },
    });
    const { outbox } = this.#parts;
    const engine = () => this.#engine;
    this.#effects = new Effects(this.#parts, (record, message) =>
      engine().deliver(record, message),
    );
    this.#engine = new Engine(this.#parts, this.#effects);
    this.#ears = new Ears(this.#parts, (record, message) => engine().deliver(record, message));
    for (const message of store.outbox()) if (message.kind === 'append') outbox.add(message);
    this.#recall(() => true);
    this.#status = bus.onStatus(({ type }) => {
      if (type === 'connected') outbox.retryNow();
    });
  }

  /** Starts an actor, or takes it up where the store has it. Throws an `InputError` when it cannot. */
  start({ body, actor, input, ports }: ActorStart): Address {
    const address = toAddress(this.site, this.node, actor);
    if (this.#parts.records.has(address)) throw new Error(`${address} was started before`);
    let role = this.#roles.get(body);
    if (role === undefined) {
      role = new Role(body, this.#parts);
      this.#roles.set(body, role);
    }
    const { store } = this.#options;
    const record = new ActorRecord(address, role, ports, this.#options.trace.chain(address));
    const stored = store.actor(address);
    if (stored !== undefined) this.#takeUp(record, stored);
    this.#parts.records.set(address, record);
    this.#engine.deliver(record, { kind: 'begin', input });
    if (stored !== undefined) {
      for (const deadline of record.deadlines) this.#effects.arm(record, deadline);
    }
    for (const message of this.#left.get(address) ?? []) this.#effects.send(record, message);
    this.#left.delete(address);
    this.#ears.open(record);
    return address;
  }

  /** Lays an actor down as it stands in the store; it can be started again. */
  stop(address: Address): void {
    const record = this.#parts.records.get(address);
    if (record === undefined || this.#parts.over) return;
    this.#parts.records.delete(address);
    record.condition = 'ended';
    record.mailbox?.clear();
    this.#ears.close(record);
    this.#effects.calls.abandon(record);
    this.#layDown(record);
    this.#recall((message) => message.subject === address);
  }

  /** Hands an event of the driver or of this process to an actor. */
  tell(address: Address, event: ChartEvent): void {
    const record = this.#parts.records.get(address);
    if (record === undefined) throw new Error(`no actor ${address} on this host`);
    this.#engine.deliver(record, { kind: 'event', event, outboxId: undefined });
  }

  addresses(): readonly Address[] {
    return [...this.#parts.records.values()].map(({ address }) => address);
  }

  body(address: Address): Body | undefined {
    return this.#parts.records.get(address)?.role.body;
  }

  invoke(
    address: Address,
    invocation: Invocation,
    done: (outcome: Outcome<unknown>) => void,
  ): void {
    const record = this.#parts.records.get(address);
    if (record === undefined) {
      done({ ok: false, error: refuse('not_reachable') });
      return;
    }
    const handler = record.role.handlers.get(invocation.call.tool);
    if (handler === undefined) done({ ok: false, error: refuse('unknown_tool') });
    else this.#engine.deliver(record, { kind: 'call', handler, invocation, done });
  }

  hear(address: Address, heard: Heard, key: string | undefined, consumed: () => void): void {
    const record = this.#parts.records.get(address);
    if (record === undefined) throw new Error(`no actor ${address} on this host`);
    this.#engine.deliver(record, { kind: 'heard', heard, key, consumed });
  }

  inbox(key: string): InboxRecord | undefined {
    return this.#options.store.inbox(key);
  }

  remember(record: InboxRecord): void {
    this.#options.store.commit({ inbox: [record] });
  }

  onAnswered(listener: (address: Address, key: string, outcome: Outcome<unknown>) => void): void {
    this.#parts.answers.listen(listener);
  }

  legalState(address: Address): RadioLegalState | undefined {
    const record = this.#parts.records.get(address);
    const read = record?.role.body.legalState;
    if (record === undefined || read === undefined) return undefined;
    return this.#engine.look(record, ({ snapshot }) => read(snapshot, record.place));
  }

  baseVersion(address: Address): number | null {
    const record = this.#parts.records.get(address);
    const read = record?.role.body.baseVersion;
    if (record === undefined || read === undefined) return null;
    return this.#engine.look(record, ({ snapshot }) => read(snapshot)) ?? null;
  }

  noteCall(
    address: Address,
    note: { tool: string; caller: Caller; callId: string; refused?: string },
  ): void {
    const { refused } = this.#parts.counts;
    if (note.refused !== undefined) refused[note.refused] = (refused[note.refused] ?? 0) + 1;
    const record = this.#parts.records.get(address);
    if (record === undefined || this.#parts.over) return;
    const { shortHash } = record.role.loaded;
    record.chain.record('call', note, record.value, shortHash);
    this.#parts.inspected(record, 'call', note);
  }

  /** The state an actor is in, without waking it. */
  value(address: Address): unknown {
    return this.#parts.records.get(address)?.value;
  }

  health(): HostHealth {
    const all = [...this.#parts.records.values()];
    const { counts, answers, outbox, deadLetters } = this.#parts;
    return {
      ...counts,
      actors: all.map(({ address, condition, awake, faults }) => ({
        actor: partsOf(address).actor,
        status: condition !== 'ready' ? condition : awake === undefined ? 'resting' : 'awake',
        restarts: faults?.restarts ?? 0,
      })),
      errors: Object.fromEntries(
        all.flatMap(({ address, faults }) =>
          faults === undefined ? [] : [[address, faults.last]],
        ),
      ),
      waiting: all.reduce((sum, { mailbox }) => sum + (mailbox?.length ?? 0), 0),
      unsent: outbox.length,
      unanswered: answers.length,
      calls: this.#effects.calls.length,
      deadLetters: deadLetters.count,
      steps: this.#engine.steps,
    };
  }

  /** The last messages that no actor could take, oldest first. */
  deadLetters(): readonly DeadLetter[] {
    return this.#parts.deadLetters.list();
  }

  /** Delivers a dead letter again; false when it cannot be. */
  replay(number: number): boolean {
    const letter = this.#parts.deadLetters.find(number);
    const record = letter === undefined ? undefined : this.#parts.records.get(letter.address);
    if (letter?.event === undefined || record === undefined) return false;
    this.#parts.deadLetters.forget(number);
    this.#engine.deliver(record, { kind: 'event', event: letter.event, outboxId: undefined });
    return true;
  }

  /** Shows every record as it is committed. What it gets is not to be changed. */
  inspect(listener: (seen: Inspected) => void): void {
    this.#parts.inspectors.push(listener);
  }

  /** Hears of actors that were given up. */
  onFailed(listener: ActorFailed): void {
    this.#failures.push(listener);
  }

  /** Hears nothing more, lets out what was committed, and halts. */
  drain(done: () => void): void {
    this.#ears.closeAll();
    this.#parts.outbox.whenEmpty(() => {
      this.halt();
      done();
    });
  }

  /** Stops where it stands, as if killed. */
  halt(): void {
    if (this.#parts.over) return;
    this.#parts.over = true;
    this.#ears.closeAll();
    this.#status.close();
    this.#effects.calls.abandon();
    this.#parts.outbox.close();
    for (const record of this.#parts.records.values()) this.#layDown(record);
  }

  #layDown({ deadlines, running, faults }: ActorRecord): void {
    for (const deadline of deadlines) deadline.disarm();
    for (const run of running) this.#effects.ports.abandon(run);
    faults?.retry?.cancel();
  }

  /** Finds what was told to or asked for by actors that are not started. */
  #recall(concerns: (message: OutboxMessage) => boolean): void {
    for (const message of this.#options.store.outbox()) {
      if (message.kind === 'append' || !concerns(message)) continue;
      const left = this.#left.get(message.subject);
      if (left === undefined) this.#left.set(message.subject, [message]);
      else left.push(message);
    }
  }

  #takeUp(record: ActorRecord, stored: StoredActor): void {
    const { clock, bootId, clockTrusted = () => true } = this.#options;
    const { loaded, body } = record.role;
    if (stored.role !== body.role) {
      throw new InputError(
        `${stored.address} is a ${stored.role} in the store, and was started as a ${body.role}`,
      );
    }
    const state = this.#parts.migrated(stored, loaded);
    const sameBoot = stored.bootId === bootId;
    const wentBack = clock.now() < stored.takenAtWallUs;
    const trusted = sameBoot || (!wentBack && clockTrusted());
    record.value = state.value;
    record.seq = stored.seq;
    record.sent = stored.sent;
    record.counters = stored.random;
    record.intents = stored.intents;
    record.deadlines = stored.timers.map((timer) =>
      // `migrated` has made sure that the delay, and so its policy, is there.
      resumed(timer, loaded.timers[timer.delay]!, { clock, sameBoot, trusted }),
    );
    if (state.status === 'done') record.condition = 'ended';
  }
}
