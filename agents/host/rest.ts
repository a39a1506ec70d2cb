/**
 * Lets idle actors rest: the chart is dropped and its snapshot packed; the next message wakes it.
 * Deadlines and the mailbox do not need it awake. It stays awake while a port is under way, since
 * the port answers into the chart. Whether an actor rested in between shows in no trace.
 */
import { US_PER_MS } from '#protocols/clock.ts';
import type { ActorRecord } from './actor-record.ts';
import type { HostParts } from './host-parts.ts';

export class Rest {
  readonly #parts: HostParts;
  readonly #afterUs: number | null;
  readonly #awake = new Set<ActorRecord>();
  #looking = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    const { passivateAfterMs } = parts;
    this.#afterUs = passivateAfterMs === null ? null : passivateAfterMs * US_PER_MS;
  }

  /** Called after each step. */
  consider(record: ActorRecord): void {
    if (this.#afterUs === null || record.awake === undefined) return;
    if (this.#afterUs === 0) {
      this.#rest(record);
      return;
    }
    record.awake.usedAtUs = this.#parts.clock.monotonic();
    this.#awake.add(record);
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#looking) return;
    this.#looking = true;
    const { clock } = this.#parts;
    clock.schedule(clock.monotonic() + (this.#afterUs ?? 0), () => {
      this.#looking = false;
      if (this.#parts.over) return;
      const idleSinceUs = clock.monotonic() - (this.#afterUs ?? 0);
      for (const record of this.#awake) {
        if ((record.awake?.usedAtUs ?? 0) <= idleSinceUs) this.#rest(record);
        if (record.awake === undefined) this.#awake.delete(record);
      }
      if (this.#awake.size > 0) this.#lookLater();
    });
  }

  #rest(record: ActorRecord): void {
    if (record.mailbox !== undefined || record.running.length > 0) return;
    // What was drawn or noted outside a step waits for the next one.
    if (record.placed?.changed === true || record.condition === 'restarting') return;
    record.awake = undefined;
    record.leavePlace();
    this.#parts.store.pack?.(record.address);
  }
}
