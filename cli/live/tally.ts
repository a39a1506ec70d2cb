/** Counts what a live process does, and says so now and then. */
import { describeChannel } from '#protocols/channels.ts';
import { type Clock, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { TraceSink, TraceType } from '#protocols/trace.ts';
import { CallTally } from '#sim/calls.ts';
import { ChangeLog } from '#sim/changes.ts';
import { type BusListener, together } from '#sim/tapped-bus.ts';
import type { Counts } from './messages.ts';
import type { Parent } from './parent.ts';

export interface Tally {
  readonly trace: TraceSink;
  readonly listener: Required<BusListener>;
  close(): void;
}

export function startTally(clock: Clock, parent: Parent): Tally {
  const counts = { events: 0, refusedHere: 0, actuations: 0 };
  const calls = new CallTally();
  const changes = new ChangeLog(() => clock.now());
  let told = 0;
  let timer = clock.schedule(clock.monotonic() + US_PER_S, beat);
  return {
    trace: { chain: () => ({ record }) },
    listener: together([calls.listener, changes.listener]),
    close() {
      timer.cancel();
      tell();
    },
  };

  function record(type: TraceType, payload: unknown): void {
    if (type === 'message' || type === 'timer' || type === 'port') counts.events += 1;
    else if (type === 'actuation') counts.actuations += 1;
    else if (type === 'call' && (payload as { refused?: string }).refused !== undefined) {
      counts.refusedHere += 1;
    }
  }

  function beat(): void {
    tell();
    timer = clock.schedule(clock.monotonic() + US_PER_S, beat);
  }

  function tell(): void {
    parent.tell({ type: 'counted', counts: counted() });
    for (const { tUs, address, from, to, cause, reason } of changes.changes.slice(told)) {
      parent.tell({
        type: 'changed',
        change: {
          atMs: Math.floor(tUs / US_PER_MS),
          radio: address,
          from: from === null ? null : describeChannel(from),
          to: describeChannel(to),
          cause,
          reason,
        },
      });
    }
    told = changes.changes.length;
  }

  function counted(): Counts {
    const sum = { ok: 0, refused: 0, failed: 0 };
    for (const count of Object.values(calls.byRole)) {
      sum.ok += count.ok;
      sum.refused += count.refused;
      sum.failed += count.failed;
    }
    return { ...counts, calls: sum };
  }
}
