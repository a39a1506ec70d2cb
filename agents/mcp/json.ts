/**
 * JSON as it comes off the bus: UTF-8, of bounded size and depth. Nothing here throws for what a
 * stranger sends.
 */
import { isUtf8 } from 'node:buffer';

/** Deeper than any schema of ours, shallow enough for every recursive walk that follows. */
export const DEPTH_MAX = 256;

/** The value, or a sentence that says what is wrong with the bytes. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

export function parseJson(data: Uint8Array): ParsedJson {
  if (!isUtf8(data)) return { ok: false, error: 'expected UTF-8 text, came other bytes' };
  // Each level takes two bytes, so a short text cannot be too deep.
  if (data.length > 2 * DEPTH_MAX && isTooDeep(data)) {
    return {
      ok: false,
      error: `expected JSON at most ${DEPTH_MAX} levels deep, came a deeper one`,
    };
  }
  try {
    return { ok: true, value: JSON.parse(textOf(data)) };
  } catch {
    return { ok: false, error: `expected JSON, came ${excerpt(data)}` };
  }
}

export function textOf(data: Uint8Array): string {
  const buffer = Buffer.isBuffer(data)
    ? data
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return buffer.toString('utf8');
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Counts brackets outside of strings; wrong JSON is for the parser to find. */
function isTooDeep(data: Uint8Array): boolean {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < data.length; index += 1) {
    const byte = data[index];
    if (isText) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) {
      isText = true;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > DEPTH_MAX) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  return false;
}

function excerpt(data: Uint8Array): string {
  if (data.length === 0) return 'nothing';
  const start = textOf(data.subarray(0, 40)).replace(/[^\x20-\x7e]+/g, '·');
  return `'${start}${data.length > 40 ? '…' : ''}'`;
}
