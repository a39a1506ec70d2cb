/**
 * The table of deadlines. XState forgets its `after` when it is restored; here each delay that was
 * started stands in the actor's record and in its snapshot, waits on the host's clock whether or not
 * the actor is awake, and is put up again after a restart as its policy says.
 */
import type { TimerPolicy } from '#machines/effects.ts';
import { type Clock, type Tie, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type { StoredTimer } from '../store/store.ts';
import type { ChartEvent } from './message.ts';

export class Deadline implements StoredTimer {
  readonly id: string;
  readonly delay: string;
  readonly event: ChartEvent;
  readonly delayMs: number;
  readonly dueMonotonicUs: number;
  readonly dueWallUs: number;
  /** Where it waits; private, so that it is never stored. */
  #waiting: Timer | undefined;

  constructor(parts: StoredTimer) {
    this.id = parts.id;
    this.delay = parts.delay;
    this.event = parts.event;
    this.delayMs = parts.delayMs;
    this.dueMonotonicUs = parts.dueMonotonicUs;
    this.dueWallUs = parts.dueWallUs;
  }

  /** Waits on the clock, once the step that started it is committed. */
  arm(clock: Clock, task: () => void, tie: Tie): void {
    this.#waiting = clock.schedule(this.dueMonotonicUs, task, tie);
  }

  disarm(): void {
    this.#waiting?.cancel();
    this.#waiting = undefined;
  }

  /** A delay that starts now. */
  static from(
    clock: Clock,
    parts: { id: string; delay: string; event: ChartEvent; delayMs: number },
  ): Deadline {
    const waitUs = Math.max(0, Math.round(parts.delayMs * US_PER_MS));
    return new Deadline({
      ...parts,
      dueMonotonicUs: clock.monotonic() + waitUs,
      dueWallUs: clock.now() + waitUs,
    });
  }
}

export const noDeadlines: readonly Deadline[] = Object.freeze([]);

/** How things stand when a host takes an actor up again. */
export interface Resumption {
  readonly clock: Clock;
  /** The monotonic clock went on since the snapshot: the same boot. */
  readonly sameBoot: boolean;
  /** The wall can be believed since the snapshot. */
  readonly trusted: boolean;
}

/** A deadline of a snapshot as it stands now. */
export function resumed(stored: StoredTimer, policy: TimerPolicy, now: Resumption): Deadline {
  const { id, delay, event, delayMs } = stored;
  const restarted = policy === 'restart' || (policy === 'original-if-trusted' && !now.trusted);
  const started = Deadline.from(now.clock, { id, delay, event, delayMs });
  if (restarted) return started;
  const remainingUs = now.sameBoot
    ? stored.dueMonotonicUs - now.clock.monotonic()
    : stored.dueWallUs - now.clock.now();
  // A wall that was set back must not make a delay longer than it ever was.
  const fullUs = Math.max(0, Math.round(delayMs * US_PER_MS));
  const waitUs = Math.min(fullUs, Math.max(0, remainingUs));
  return new Deadline({
    ...started,
    dueMonotonicUs: now.clock.monotonic() + waitUs,
    dueWallUs: now.clock.now() + waitUs,
  });
}
