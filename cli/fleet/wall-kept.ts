/**
 * Whether the wall clock went evenly from the last start of a host's process to this one, held
 * against how long the machine has been up: that goes on while no process runs, and nobody sets it.
 * What a radio owes by law is not shortened by a clock that was put forward.
 */
import type { Store } from '#agents/store/store.ts';
import type { Clock } from '#protocols/clock.ts';

/** The machine beneath a process. */
export interface Machine {
  /** Another one each time the machine starts; null where that is not known. */
  readonly bootId: string | null;
  uptimeUs(): number;
}

interface Noted {
  readonly bootId: string;
  /** How far the wall is ahead of the machine's own count. */
  readonly aheadUs: number;
}

/** The wall's place, among the host's own facts. */
const metaKey = 'wall';

/** Clocks are read one after the other, and uptime in hundredths of a second. */
const APART_US = 1_000_000;

/** Asked once a start: it notes how the clocks stand for the next. */
export function wallKept({
  clock,
  store,
  machine,
}: {
  readonly clock: Clock;
  readonly store: Store;
  readonly machine: Machine;
}): boolean {
  const { bootId } = machine;
  const aheadUs = clock.now() - machine.uptimeUs();
  const before = store.meta(metaKey) as Noted | undefined | null;
  const now: Noted | null = bootId === null ? null : { bootId, aheadUs };
  store.commit({ meta: { [metaKey]: now } });
  if (before == null || before.bootId !== bootId) return false;
  return Math.abs(aheadUs - before.aheadUs) <= APART_US;
}
