/**
 * How events travel: an `event` as UTF-8 JSON, a `metric` as CBOR (RFC 8949) of the same envelope.
 * The actor it comes from is read from the subject, which the broker guards; an envelope that says
 * otherwise is refused.
 */
import { Encoder } from 'cbor-x';
import * as z from 'zod';
import type { Outcome } from '#protocols/errors.ts';
import type { EventDefinition, EventKind } from '#protocols/event.ts';
import type { Address } from '#protocols/ids.ts';
import { parseSubject, subjectOf } from '#protocols/subjects.ts';
import { EpochMs } from '#protocols/units.ts';

export const Envelope = z.strictObject({
  /** `<source>#<count of what it sent>`; the message id too. */
  id: z.string(),
  type: z.string(),
  source: z.string(),
  atMs: EpochMs,
  /** The sender's count of messages consumed, to order what it says. */
  seq: z.number().int().min(0),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;

const cbor = new Encoder({ useRecords: false, mapsAsObjects: true });
const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });

export function eventSubject(kind: EventKind, source: Address, name: string): string {
  return subjectOf(kind, source, name);
}

export function encodeEnvelope(kind: EventKind, envelope: Envelope): Uint8Array {
  return kind === 'event' ? utf8.encode(JSON.stringify(envelope)) : cbor.encode(envelope);
}

/** What came, parsed by its definition; the error is one line for a log. */
export function decodeEnvelope(
  subject: string,
  data: Uint8Array,
  definitionOf: (name: string) => EventDefinition | undefined,
): Outcome<{ envelope: Envelope; definition: EventDefinition }, string> {
  const sender = senderOf(subject);
  if (sender === undefined) {
    return fail(
      `subject '${subject}': expected airguard.<site>.event|metric.<node>.<actor>.<name>`,
    );
  }
  const { kind, name, source: sourceThere } = sender;
  const definition = definitionOf(name);
  if (definition === undefined) return fail(`nobody here hears '${name}'`);
  let content: unknown;
  try {
    content = kind === 'event' ? JSON.parse(text.decode(data)) : cbor.decode(data);
  } catch (cause) {
    const format = kind === 'event' ? 'JSON' : 'CBOR';
    return fail(`${subject}: expected ${format}, came ${data.length} other bytes (${cause})`);
  }
  const envelope = Envelope.safeParse(content);
  if (!envelope.success) return fail(`${subject}: no envelope: ${z.prettifyError(envelope.error)}`);
  const { id, source, type } = envelope.data;
  const isOwn = source === sourceThere && id.startsWith(source) && id[source.length] === '#';
  if (!isOwn || type !== name) {
    return fail(`${subject}: the envelope claims to be '${type}' of ${source}, id ${id}`);
  }
  const checked = definition.data.safeParse(envelope.data.data);
  if (!checked.success) return fail(`${subject}: ${z.prettifyError(checked.error)}`);
  return { ok: true, value: { envelope: { ...envelope.data, data: checked.data }, definition } };
}

/** What the subject of an event says of it. */
export interface Sender {
  readonly kind: EventKind;
  readonly source: string;
  readonly name: string;
}

/** The same few subjects come again and again. */
const senders = new Map<string, Sender>();
const SENDERS_MAX = 20_000;

/** Undefined when the subject is not that of an event. */
export function senderOf(subject: string): Sender | undefined {
  const known = senders.get(subject);
  if (known !== undefined) return known;
  const parsed = parseSubject(subject);
  if (parsed === undefined || (parsed.kind !== 'event' && parsed.kind !== 'metric')) {
    return undefined;
  }
  const { site, node, actor, kind, name } = parsed;
  const sender = { kind, source: `${site}/${node}/${actor}`, name: name.join('.') };
  if (senders.size >= SENDERS_MAX) senders.clear();
  senders.set(subject, sender);
  return sender;
}

function fail(error: string): { ok: false; error: string } {
  return { ok: false, error: error.replace(/\s*\n\s*/g, '; ') };
}
