/**
 * Canonical JSON after RFC 8785 (JCS): one text for one value, so that it can be hashed and signed.
 */
import { hash } from 'node:crypto';

/**
 * The canonical text of plain JSON. As in `JSON.stringify`, a member that is undefined is left out,
 * so a value keeps its hash on its way over the bus; what JSON would quietly change (NaN, infinities,
 * undefined elements, dates, class instances, lone surrogates) throws a `TypeError` that names the place.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

/** SHA-256 of the UTF-8 bytes of the canonical text, in lower-case hex. */
export function sha256OfJson(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex');
}

/** `path` is where in the whole the value is, as in `$.plan.changes[2]`. */
function write(value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
      return writeText(value, path);
    case 'number':
      // RFC 8785 3.2.2.3 takes ECMAScript's own shortest form.
      if (Number.isFinite(value)) return JSON.stringify(value);
      throw notJson(path, String(value));
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw notJson(path, typeof value);
  }
}

function writeArray(values: readonly unknown[], path: string): string {
  const parts: string[] = [];
  for (let index = 0; index < values.length; index++) {
    parts.push(write(values[index], `${path}[${index}]`));
  }
  return `[${parts.join(',')}]`;
}

function writeObject(value: object, path: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notJson(path, `an instance of ${value.constructor?.name ?? 'a class'}`);
  }
  const parts: string[] = [];
  for (const [key, member] of Object.entries(value).sort(byKey)) {
    if (member === undefined) continue;
    parts.push(`${writeText(key, path)}:${write(member, `${path}.${key}`)}`);
  }
  return `{${parts.join(',')}}`;
}

/** The order of UTF-16 code units, which RFC 8785 3.2.3 asks for, is that of `<`. */
function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function writeText(text: string, path: string): string {
  if (!text.isWellFormed()) throw notJson(path, 'text with a lone surrogate');
  return JSON.stringify(text);
}

function notJson(path: string, came: string): TypeError {
  return new TypeError(`canonical JSON at ${path}: expected plain JSON, came ${came}`);
}
