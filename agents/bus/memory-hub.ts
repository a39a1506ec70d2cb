/** What lives at the hub alone: buckets of keys and stores of objects. */
import type { Outcome } from '#protocols/errors.ts';
import type { BusError, KeyValueEntry } from './bus.ts';

const nothing = new Uint8Array(0);

interface Cell {
  readonly value: Uint8Array;
  readonly revision: number;
  readonly isDeleted: boolean;
}

export class MemoryBucket {
  readonly #cells = new Map<string, Cell>();
  /** Each is called after a change, and asks for what it has not seen. */
  readonly watchers = new Map<object, () => void>();
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  get(key: string): Outcome<KeyValueEntry, BusError> {
    const cell = this.#cells.get(key);
    if (cell === undefined || cell.isDeleted) return fail('not_found', `no key '${key}'`);
    return { ok: true, value: { key, value: cell.value, revision: cell.revision } };
  }

  put(key: string, value: Uint8Array): Outcome<number, BusError> {
    return { ok: true, value: this.#write(key, value, false) };
  }

  create(key: string, value: Uint8Array): Outcome<number, BusError> {
    const cell = this.#cells.get(key);
    if (cell !== undefined && !cell.isDeleted) return fail('conflict', `key '${key}' exists`);
    return this.put(key, value);
  }

  update(key: string, value: Uint8Array, revision: number): Outcome<number, BusError> {
    const present = this.#cells.get(key)?.revision ?? 0;
    if (present !== revision) {
      return fail('conflict', `key '${key}' is at revision ${present}, not ${revision}`);
    }
    return this.put(key, value);
  }

  delete(key: string): Outcome<void, BusError> {
    if (this.#cells.get(key)?.isDeleted === false) this.#write(key, nothing, true);
    return { ok: true, value: undefined };
  }

  keys(): Outcome<readonly string[], BusError> {
    const live = [...this.#cells].filter(([, cell]) => !cell.isDeleted).map(([key]) => key);
    return { ok: true, value: live.sort() };
  }

  /** The newest entry of each key changed after `revision`, in the order of the changes. */
  since(revision: number): KeyValueEntry[] {
    return [...this.#cells]
      .filter(([, cell]) => cell.revision > revision)
      .sort(([, one], [, other]) => one.revision - other.revision)
      .map(([key, cell]) => ({ key, value: cell.value, revision: cell.revision }));
  }

  #write(key: string, value: Uint8Array, isDeleted: boolean): number {
    this.#revision += 1;
    this.#cells.set(key, { value, revision: this.#revision, isDeleted });
    for (const changed of this.watchers.values()) changed();
    return this.#revision;
  }
}

export class MemoryObjects {
  readonly #objects = new Map<string, Uint8Array>();

  put(name: string, data: Uint8Array): Outcome<{ bytes: number }, BusError> {
    this.#objects.set(name, data.slice());
    return { ok: true, value: { bytes: data.length } };
  }

  get(name: string): Outcome<Uint8Array, BusError> {
    const data = this.#objects.get(name);
    return data === undefined
      ? fail('not_found', `no object '${name}'`)
      : { ok: true, value: data };
  }

  delete(name: string): Outcome<void, BusError> {
    this.#objects.delete(name);
    return { ok: true, value: undefined };
  }
}

export function fail(code: BusError['code'], message: string): { ok: false; error: BusError } {
  return { ok: false, error: { code, message } };
}
