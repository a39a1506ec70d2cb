/**
 * Pseudonyms: what would name a device or a person enters the ledger as a keyed hash. The key is a
 * site's own. Erasing it makes the pseudonyms nobody's for good, and the chains still hold.
 */
import { createHmac } from 'node:crypto';
import type { LedgerNote } from '#protocols/ledger.ts';

export const PSEUDONYM_KEY_BYTES = 32;

export class Pseudonyms {
  readonly #key: Uint8Array;
  #erased = false;

  /** Takes the key over: `erase` overwrites these bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== PSEUDONYM_KEY_BYTES) {
      throw new RangeError(
        `a pseudonym key: expected ${PSEUDONYM_KEY_BYTES} bytes, came ${key.length}`,
      );
    }
    this.#key = key;
  }

  /** The same name gets the same pseudonym, as long as the key is there: 80 bits of HMAC-SHA-256. */
  of(name: string): string {
    if (this.#erased) return 'p-erased';
    const mac = createHmac('sha256', this.#key).update(name.toLowerCase()).digest('hex');
    return `p-${mac.slice(0, 20)}`;
  }

  erase(): void {
    this.#key.fill(0);
    this.#erased = true;
  }
}

/** Six bytes in hex, separated by colons or hyphens. */
const macAddress = /\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b/gi;

/** Members of a body whose text names a network, a device or a person. */
const telling = new Set(['ssid', 'bssid', 'mac', 'client', 'person', 'user', 'hostname']);

/** The note without MAC addresses, network names and people. */
export function conceal(note: LedgerNote, pseudonyms: Pseudonyms): LedgerNote {
  return {
    kind: note.kind,
    subject: concealText(note.subject, pseudonyms),
    reason: concealText(note.reason, pseudonyms),
    // A record stays a record under concealValue.
    body: concealValue(note.body, pseudonyms) as LedgerNote['body'],
  };
}

function concealText(text: string, pseudonyms: Pseudonyms): string {
  return text.replaceAll(macAddress, (mac) => pseudonyms.of(mac.replaceAll('-', ':')));
}

function concealValue(value: unknown, pseudonyms: Pseudonyms, key?: string): unknown {
  if (typeof value === 'string') {
    return key !== undefined && telling.has(key.toLowerCase())
      ? pseudonyms.of(value)
      : concealText(value, pseudonyms);
  }
  if (Array.isArray(value)) return value.map((item) => concealValue(item, pseudonyms, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      concealText(member, pseudonyms),
      concealValue(inner, pseudonyms, member),
    ]),
  );
}
