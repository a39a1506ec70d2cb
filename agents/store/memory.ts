/**
 * A store that lasts as long as its process: the world's, and a test's. It outlives the host, so a
 * host that was killed finds what it had committed. Snapshots are kept as they were handed over,
 * since charts never change one, and packed when their actor rests.
 */
import type { Address } from '#protocols/ids.ts';
import type { Role } from '#protocols/roles.ts';
import { type ChartState, chartState } from './chart-state.ts';
import { Packer } from './packing.ts';
import type {
  Commit,
  InboxRecord,
  OutboxMessage,
  Store,
  StoredActor,
  StoredIntent,
  StoredTimer,
} from './store.ts';

type Packed = readonly [
  role: number,
  machineHash: number,
  bootId: number,
  state: ChartState,
  seq: number,
  sent: number,
  takenAtWallUs: number,
  random: readonly (readonly [stream: string, counter: number])[] | 0,
  timers: readonly StoredTimer[] | 0,
  intents: readonly StoredIntent[] | 0,
];

type Kept = { -readonly [Part in keyof StoredActor]: StoredActor[Part] };

export class MemoryStore implements Store {
  readonly #actors = new Map<Address, Kept | string>();
  readonly #inbox = new Map<string, InboxRecord>();
  readonly #outbox = new Map<string, OutboxMessage>();
  readonly #memory = new Map<string, Map<string, unknown>>();
  readonly #meta = new Map<string, unknown>();
  readonly #packer = new Packer();

  commit(change: Commit): void {
    const { actor, removeActor, inbox, outbox, sent, memory, meta } = change;
    if (actor !== undefined) this.#keep(actor);
    if (removeActor !== undefined) {
      this.#actors.delete(removeActor);
      this.#memory.delete(removeActor);
    }
    if (inbox !== undefined) for (const record of inbox) this.#inbox.set(record.key, record);
    if (outbox !== undefined) {
      for (const message of outbox) {
        if (!this.#outbox.has(message.id)) this.#outbox.set(message.id, message);
      }
    }
    if (sent !== undefined) for (const id of sent) this.#outbox.delete(id);
    if (memory !== undefined) for (const [key, value] of memory) this.#remember(key, value);
    if (meta !== undefined) {
      for (const [key, value] of Object.entries(meta)) {
        if (value === null) this.#meta.delete(key);
        else this.#meta.set(key, value);
      }
    }
  }

  *actors(): Iterable<StoredActor> {
    for (const address of [...this.#actors.keys()].sort()) {
      const actor = this.actor(address);
      if (actor !== undefined) yield actor;
    }
  }

  actor(address: Address): StoredActor | undefined {
    const kept = this.#actors.get(address);
    if (kept === undefined) return undefined;
    if (typeof kept === 'string') return this.#unpack(address, kept);
    return { ...kept, snapshot: chartState(kept.snapshot) };
  }

  inbox(key: string): InboxRecord | undefined {
    return this.#inbox.get(key);
  }

  outbox(): Iterable<OutboxMessage> {
    return [...this.#outbox.values()];
  }

  memory(address: Address): Iterable<readonly [key: string, value: unknown]> {
    return [...(this.#memory.get(address) ?? [])];
  }

  meta(key: string): unknown {
    return this.#meta.get(key);
  }

  pack(address: Address): void {
    const kept = this.#actors.get(address);
    if (kept === undefined || typeof kept === 'string') return;
    const packer = this.#packer;
    // Names of streams are data: as keys each would be a shape of its own.
    const random = Object.entries(kept.random);
    const packed: Packed = [
      packer.number(kept.role),
      packer.number(kept.machineHash),
      packer.number(kept.bootId),
      chartState(kept.snapshot),
      kept.seq,
      kept.sent,
      kept.takenAtWallUs,
      random.length === 0 ? 0 : random,
      kept.timers.length === 0 ? 0 : kept.timers.map((timer) => ({ ...timer })),
      kept.intents.length === 0 ? 0 : kept.intents,
    ];
    this.#actors.set(address, packer.pack(packed));
  }

  prune(nowWallUs: number): void {
    for (const [key, { status, expiresWallUs }] of this.#inbox) {
      if (status === 'done' && expiresWallUs < nowWallUs) this.#inbox.delete(key);
    }
  }

  close(): void {}

  /** Everything, in one commit for each actor and one for the rest. */
  *contents(): Iterable<Commit> {
    for (const actor of this.actors()) yield { actor };
    yield {
      inbox: [...this.#inbox.values()],
      outbox: [...this.#outbox.values()],
      memory: new Map(
        [...this.#memory].flatMap(([address, table]) =>
          [...table].map(([key, value]) => [`${address} ${key}`, value] as const),
        ),
      ),
      meta: Object.fromEntries(this.#meta),
    };
  }

  /**
   * Nobody holds what is kept, so it is written over: an object that lives from one step to the
   * next would be dear to collect.
   */
  #keep(actor: StoredActor): void {
    const kept = this.#actors.get(actor.address);
    if (kept === undefined || typeof kept === 'string') {
      this.#actors.set(actor.address, { ...actor });
      return;
    }
    kept.role = actor.role;
    kept.machineHash = actor.machineHash;
    kept.snapshot = actor.snapshot;
    kept.seq = actor.seq;
    kept.sent = actor.sent;
    kept.random = actor.random;
    kept.timers = actor.timers;
    kept.intents = actor.intents;
    kept.takenAtWallUs = actor.takenAtWallUs;
    kept.bootId = actor.bootId;
  }

  #unpack(address: Address, packed: string): StoredActor {
    const packer = this.#packer;
    // What this store packed itself, in `pack`.
    const [role, machineHash, bootId, snapshot, seq, sent, takenAtWallUs, random, timers, intents] =
      packer.unpack(packed) as Packed;
    return {
      address,
      role: packer.word(role) as Role,
      machineHash: packer.word(machineHash),
      snapshot,
      seq,
      sent,
      random: random === 0 ? {} : Object.fromEntries(random),
      timers: timers === 0 ? [] : timers,
      intents: intents === 0 ? [] : intents,
      takenAtWallUs,
      bootId: packer.word(bootId),
    };
  }

  #remember(name: string, value: unknown): void {
    const space = name.indexOf(' ');
    const address = name.slice(0, space);
    const key = name.slice(space + 1);
    const table = this.#memory.get(address);
    if (value === null) table?.delete(key);
    else if (table === undefined) this.#memory.set(address, new Map([[key, value]]));
    else table.set(key, value);
  }
}
