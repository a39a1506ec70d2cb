/**
 * What was decided in a run and why, in the order it happened: plans and what became of them, radar,
 * refusals, faults. The words are those of the events and of the ledger.
 */
import { isRecord, parseJson } from '#agents/mcp/json.ts';
import type { EventData, EventDefinition } from '#protocols/event.ts';
import {
  changeConfirmed,
  changeRefused,
  changeReverted,
  planProposed,
} from '#protocols/events/coordinator.ts';
import { cloudFound, cloudLost } from '#protocols/events/edge-node.ts';
import { interfererDetected, interfererGone } from '#protocols/events/radio.ts';
import { LedgerEntry } from '#protocols/ledger.ts';
import { parseSubject } from '#protocols/subjects.ts';
import type { TraceRecord } from '#protocols/trace.ts';
import { field } from '../checkers/checker.ts';
import type { BusListener } from '../tapped-bus.ts';
import { faultText } from './fault-text.ts';

export interface Happening {
  readonly tUs: number;
  /** An event's name, `ledger.` and the kind of an entry, or `fault.` and the kind of a fault. */
  readonly name: string;
  /** An address, or the name of a node. */
  readonly subject: string;
  readonly text: string;
}

/** Later ones are only counted. */
const LISTED = 2_000;

type Told = Pick<Happening, 'subject' | 'text'>;

interface Reader {
  readonly name: string;
  read(source: string, data: unknown): Told | undefined;
}

function reads<E extends EventDefinition>(
  event: E,
  tell: (data: EventData<E>, source: string) => Told,
): Reader {
  return {
    name: event.name,
    read(source, data) {
      const parsed = event.data.safeParse(data);
      // The event's own schema has parsed it.
      return parsed.success ? tell(parsed.data as EventData<E>, source) : undefined;
    },
  };
}

const readers: readonly Reader[] = [
  reads(planProposed, ({ planId, strategy, changes }, source) => ({
    subject: source,
    text: `${planId} by ${strategy}: ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}, expected to give clients ${shares(
      changes.map(({ expectedAfter }) => expectedAfter),
    )} in place of ${shares(changes.map(({ expectedBefore }) => expectedBefore))} of what they ask: ${changes
      .map(({ radio }) => radio)
      .join(', ')}.`,
  })),
  reads(changeRefused, ({ planId, change, detail }) => ({
    subject: change.radio,
    text: `${planId}: ${detail}`,
  })),
  reads(changeConfirmed, ({ planId, change, detail }) => ({
    subject: change.radio,
    text: `${planId}: clients got ${detail}.`,
  })),
  reads(changeReverted, ({ planId, change, detail }) => ({
    subject: change.radio,
    text: `${planId}: clients got ${detail}, so the radio goes back.`,
  })),
  reads(cloudLost, (_, source) => ({
    subject: source,
    text: 'The node no longer reaches the cloud and acts on its own.',
  })),
  reads(cloudFound, ({ aloneMs }, source) => ({
    subject: source,
    text: `The node reaches the cloud again, after ${(aloneMs / 1_000).toFixed(0)} s alone.`,
  })),
  reads(interfererDetected, ({ looksLike, lowMhz, highMhz, duty }, source) => ({
    subject: source,
    text: `What looks like ${looksLike} fills ${lowMhz.toFixed(0)} to ${highMhz.toFixed(0)} MHz for ${(100 * duty).toFixed(0)} % of the time.`,
  })),
  reads(interfererGone, ({ lowMhz, highMhz }, source) => ({
    subject: source,
    text: `${lowMhz.toFixed(0)} to ${highMhz.toFixed(0)} MHz are free again.`,
  })),
];

/** `37 %`, or `12 to 80 %`. */
function shares(values: readonly number[]): string {
  const percent = (value: number) => Math.round(100 * value);
  const [least, most] = [percent(Math.min(...values)), percent(Math.max(...values))];
  return least === most ? `${least} %` : `${least} to ${most} %`;
}

/** Entries of the ledger that no event tells of. */
const ledgerKinds: ReadonlySet<string> = new Set(['approval', 'radar', 'refusal']);

export class Happenings {
  readonly listed: Happening[] = [];
  /** How many came after the list was full, by name. */
  readonly unlisted: Record<string, number> = {};
  readonly #nowUs: () => number;

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  readonly listener: BusListener = {
    appended: (_client, subject, _id, data) => {
      const source = parseSubject(subject);
      if (source?.kind === 'ledger') this.#noteLedger(data);
      if (source?.kind !== 'event') return;
      const name = source.name.join('.');
      const reader = readers.find((one) => one.name === name);
      if (reader === undefined) return;
      const parsed = parseJson(data);
      const event = parsed.ok && isRecord(parsed.value) ? parsed.value.data : undefined;
      const told = reader.read(`${source.site}/${source.node}/${source.actor}`, event);
      if (told !== undefined) this.#note({ name, ...told });
    },
  };

  readonly onRecord = ({ type, payload }: TraceRecord): void => {
    if (type !== 'fault') return;
    const subject = field(payload, 'node') ?? field(payload, 'radio');
    this.#note({
      name: `fault.${String(field(payload, 'kind'))}`,
      subject: String(subject),
      text: faultText(payload),
    });
  };

  #noteLedger(data: Uint8Array): void {
    const parsed = parseJson(data);
    const kind = parsed.ok ? field(parsed.value, 'kind') : undefined;
    if (!parsed.ok || typeof kind !== 'string' || !ledgerKinds.has(kind)) return;
    const entry = LedgerEntry.safeParse(parsed.value);
    // A planned change that is turned down is an event too.
    if (!entry.success || (kind === 'refusal' && 'change' in entry.data.body)) return;
    const { subject, reason } = entry.data;
    this.#note({ name: `ledger.${kind}`, subject, text: reason });
  }

  #note(told: Omit<Happening, 'tUs'>): void {
    if (this.listed.length < LISTED) this.listed.push({ tUs: this.#nowUs(), ...told });
    else this.unlisted[told.name] = (this.unlisted[told.name] ?? 0) + 1;
  }
}
