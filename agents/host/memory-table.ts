/** An actor's own table, read from the store when first used; changes wait for the next commit. */
import type { Address } from '#protocols/ids.ts';
import type { Memory } from '../body.ts';
import type { Store } from '../store/store.ts';

/** A value that was set is not changed any more: set a new one. */
export class MemoryTable implements Memory {
  readonly #address: Address;
  readonly #store: Store;
  #values: Map<string, unknown> | undefined;
  #changes: Map<string, unknown> | undefined;

  constructor(address: Address, store: Store) {
    this.#address = address;
    this.#store = store;
  }

  get(key: string): unknown {
    return this.#read().get(key);
  }

  /** Null takes the key away, as `delete` does. */
  set(key: string, value: unknown): void {
    const kept = value ?? null;
    if (kept === null) this.#read().delete(key);
    else this.#read().set(key, kept);
    this.#changes ??= new Map();
    this.#changes.set(`${this.#address} ${key}`, kept);
  }

  delete(key: string): void {
    if (this.#read().has(key)) this.set(key, null);
  }

  /** In the order of keys, whatever order they came in. */
  entries(prefix: string): Iterable<readonly [key: string, value: unknown]> {
    const found: [string, unknown][] = [];
    for (const entry of this.#read()) if (entry[0].startsWith(prefix)) found.push(entry);
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** What changed since it was last taken. */
  take(): ReadonlyMap<string, unknown> | undefined {
    const changes = this.#changes;
    this.#changes = undefined;
    return changes;
  }

  get changed(): boolean {
    return this.#changes !== undefined;
  }

  undo(): void {
    if (this.#changes === undefined) return;
    this.#changes = undefined;
    this.#values = undefined;
  }

  #read(): Map<string, unknown> {
    this.#values ??= new Map(this.#store.memory(this.#address));
    return this.#values;
  }
}
