/**
 * The chain of a live process as a file, `<dir>/ledger/<writer>.jsonl`, for whoever wants to verify
 * it without Airguard's bus. It is written from the stream that stores the entries, so one that was
 * committed and not yet written when the process died comes again.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { appendEntries } from '#agents/ledger/files.ts';
import { InputError } from '#protocols/errors.ts';
import { LedgerEntry } from '#protocols/ledger.ts';

export class LedgerFile {
  readonly #directory: string;
  #next: number;
  /** Entries whose turn has not come, by index. */
  readonly #early = new Map<number, LedgerEntry>();

  constructor(directory: string, writer: string) {
    this.#directory = directory;
    this.#next = lengthOf(join(directory, `${writer}.jsonl`));
  }

  /** In the order of the chain, each once. */
  append(entry: LedgerEntry): void {
    if (entry.index >= this.#next) this.#early.set(entry.index, entry);
    for (let next = this.#early.get(this.#next); next !== undefined; ) {
      appendEntries(this.#directory, [next]);
      this.#early.delete(this.#next);
      this.#next += 1;
      next = this.#early.get(this.#next);
    }
  }
}

/** How many entries are there. A last line that was not finished is taken back: it comes again. */
function lengthOf(path: string): number {
  if (!fs.existsSync(path)) return 0;
  const text = fs.readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) fs.truncateSync(path, Buffer.byteLength(whole));
  const last = whole.trimEnd().split('\n').at(-1);
  if (last === undefined || last === '') return 0;
  const entry = LedgerEntry.safeParse(parseJson(last));
  if (entry.success) return entry.data.index + 1;
  throw new InputError(`${path}: expected entries of a ledger, but its last line is none`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
