/**
 * A lease: at most one process at a time does what the key names. It is kept in the LEASES bucket
 * by compare-and-set. A taker does not trust the clock of the holder: it waits until the entry has
 * not changed for the whole of its length by the taker's own monotonic clock.
 */
import type { Bus, KeyValueEntry } from '#agents/bus/bus.ts';
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type { Bucket } from '#protocols/subjects.ts';

export interface LeaseOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly key: string;
  /** Another one for each start of a process. */
  readonly holder: string;
  readonly forMs: number;
  readonly onHeld: () => void;
  /** The holder must have stopped by the time this returns. */
  readonly onLost: () => void;
}

export interface Lease {
  /** Stops renewing and gives the lease back. */
  release(): void;
  /** Stops at once, as a killed process would. */
  abandon(): void;
}

export function takeLease(options: LeaseOptions): Lease {
  const { bus, clock, key, holder, forMs, onHeld, onLost } = options;
  const store = bus.keyValue('LEASES' satisfies Bucket);
  const renewMs = forMs / 3;
  let revision = 0;
  let isHeld = false;
  let isOver = false;
  let heldUntilUs = 0;
  let seen: { revision: number; sinceUs: number } | undefined;
  let timer: Timer | undefined;
  let count = 0;
  look();

  return {
    release() {
      if (isHeld) store.delete(key, () => undefined);
      end();
    },
    abandon: end,
  };

  function look(): void {
    store.get(key, (found) => {
      if (isOver) return;
      if (found.ok) watch(found.value);
      else if (found.error.code === 'not_found') {
        seen = undefined;
        write((value, done) => store.create(key, value, done));
      } else wait();
    });
  }

  /** Somebody has it, unless it has stood unchanged for its whole length. */
  function watch({ revision: found, value }: KeyValueEntry): void {
    const now = clock.monotonic();
    if (value.length === 0) {
      write((next, done) => store.update(key, next, found, done));
      return;
    }
    if (seen?.revision !== found) seen = { revision: found, sinceUs: now };
    if (now - seen.sinceUs >= forMs * US_PER_MS) {
      write((next, done) => store.update(key, next, found, done));
    } else wait();
  }

  function write(
    attempt: (value: Uint8Array, done: Parameters<typeof store.put>[2]) => void,
  ): void {
    const grantedMs = Math.floor(clock.now() / US_PER_MS);
    const askedUs = clock.monotonic();
    const entry = { holder, grantedMs, expiresMs: grantedMs + forMs };
    attempt(Buffer.from(JSON.stringify(entry)), (written) => {
      if (isOver) return;
      if (written.ok) {
        revision = written.value;
        heldUntilUs = askedUs + forMs * US_PER_MS;
        if (!isHeld) {
          isHeld = true;
          onHeld();
        }
      } else if (
        isHeld &&
        (written.error.code === 'conflict' || clock.monotonic() >= heldUntilUs)
      ) {
        lose();
      }
      wait();
    });
  }

  function wait(): void {
    if (isOver) return;
    count += 1;
    timer?.cancel();
    const name = `lease/${key}/${holder}`;
    const dueUs = clock.monotonic() + Math.round(renewMs * US_PER_MS);
    timer = clock.schedule(dueUs, again, { target: name, source: name, seq: count });
  }

  function again(): void {
    if (isOver) return;
    if (!isHeld) {
      look();
      return;
    }
    if (clock.monotonic() >= heldUntilUs) {
      lose();
      look();
      return;
    }
    // Written again in a third of its length whether or not this write is answered.
    wait();
    write((value, done) => store.update(key, value, revision, done));
  }

  function lose(): void {
    isHeld = false;
    seen = undefined;
    onLost();
  }

  function end(): void {
    isOver = true;
    timer?.cancel();
  }
}
