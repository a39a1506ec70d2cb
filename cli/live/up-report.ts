/** What a live fleet did, gathered from what its processes tell. */
import type { LedgerEntry } from '#protocols/ledger.ts';
import { moveLines } from '../moves.ts';
import { wrap } from '../wrap.ts';
import type { Change, Counts, Told } from './messages.ts';

export interface UpDocument {
  readonly scenario: string;
  readonly site: string;
  readonly seconds: number;
  readonly nodes: number;
  readonly radios: number;
  readonly pace: number;
  readonly events: number;
  readonly calls: Counts['calls'];
  /** Calls turned down where they arrived. */
  readonly refused: number;
  readonly actuations: number;
  readonly changes: readonly Change[];
  readonly radar: readonly {
    readonly atMs: number;
    readonly radio: string;
    readonly reason: string;
  }[];
  readonly ledgerEntries: number;
  readonly restarts: number;
}

const none: Counts = {
  events: 0,
  calls: { ok: 0, refused: 0, failed: 0 },
  refusedHere: 0,
  actuations: 0,
};

export class UpReport {
  /** Of processes that ended, and of those that run. */
  #before: Counts = none;
  readonly #now = new Map<string, Counts>();
  readonly changes: Change[] = [];
  readonly #entries = new Map<string, LedgerEntry>();

  /** Returns a line for a person, where there is something to say. */
  take(from: string, message: Told): string | undefined {
    switch (message.type) {
      case 'counted':
        this.#now.set(from, message.counts);
        return undefined;
      case 'changed': {
        const { change } = message;
        this.changes.push(change);
        if (change.cause === 'start') return undefined;
        return `${change.radio} moved from ${change.from ?? 'nowhere'} to ${change.to}: ${change.reason}`;
      }
      case 'noted': {
        const { entry } = message;
        this.#entries.set(`${entry.writer}/${entry.index}`, entry);
        const isNews = entry.kind === 'radar' || entry.kind === 'decision';
        return isNews ? `${entry.kind} ${entry.subject}: ${entry.reason}` : undefined;
      }
      case 'happened':
        return message.text;
      case 'ready':
        return undefined;
    }
  }

  /** A process ended; its successor counts from zero. */
  ended(name: string): void {
    const last = this.#now.get(name);
    if (last === undefined) return;
    this.#before = sum(this.#before, last);
    this.#now.delete(name);
  }

  counts(): Counts {
    return [...this.#now.values()].reduce(sum, this.#before);
  }

  progress(): string {
    const { events, calls, refusedHere } = this.counts();
    const moved = this.changes.filter(({ cause }) => cause !== 'start').length;
    return `${events} events, ${calls.ok} calls, ${moved} changes, ${this.#radar().length} radar, ${refusedHere} refused`;
  }

  document(
    of: Pick<
      UpDocument,
      'scenario' | 'site' | 'seconds' | 'nodes' | 'radios' | 'pace' | 'restarts'
    >,
  ): UpDocument {
    const { events, calls, refusedHere, actuations } = this.counts();
    return {
      ...of,
      events,
      calls,
      refused: refusedHere,
      actuations,
      changes: this.changes,
      radar: this.#radar(),
      ledgerEntries: this.#entries.size,
    };
  }

  #radar(): UpDocument['radar'] {
    return [...this.#entries.values()]
      .filter(({ kind }) => kind === 'radar')
      .map(({ at, subject, reason }) => ({ atMs: at, radio: subject, reason }))
      .sort((one, other) => one.atMs - other.atMs);
  }
}

function sum(one: Counts, other: Counts): Counts {
  return {
    events: one.events + other.events,
    calls: {
      ok: one.calls.ok + other.calls.ok,
      refused: one.calls.refused + other.calls.refused,
      failed: one.calls.failed + other.calls.failed,
    },
    refusedHere: one.refusedHere + other.refusedHere,
    actuations: one.actuations + other.actuations,
  };
}

export function summaryLines(report: UpDocument): string[] {
  const moved = report.changes.filter(({ cause }) => cause !== 'start');
  return [
    `${report.scenario}: ${report.nodes} nodes, ${report.radios} radios, ${report.seconds.toFixed(0)} s in real time`,
    `  events     ${report.events}`,
    `  calls      ${report.calls.ok} ok, ${report.calls.refused} refused, ${report.calls.failed} failed; ${report.refused} turned down at the doors`,
    `  moves      ${moved.length}${moved.length === 0 ? '' : ':'}`,
    ...moved.flatMap((move) => moveLines('    ', move)),
    `  radar      ${report.radar.length}`,
    ...report.radar.flatMap(({ radio, reason }) => [`    ${radio}`, ...wrap(reason, '      ')]),
    `  ledger     ${report.ledgerEntries} entries; \`airguard ledger verify\` checks them`,
    `  restarts   ${report.restarts}`,
  ];
}
