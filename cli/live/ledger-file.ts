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
  readonly #writer: string;
  #next: number;
  /** The disk did not take one: its line may be there in part. */
  #isBroken = false;
  /** Entries whose turn has not come, by index. */
  readonly #early = new Map<number, LedgerEntry>();

  constructor(directory: string, writer: string) {
    this.#directory = directory;
    this.#writer = writer;
    this.#next = this.#length();
  }

  /**
   * In the order of the chain, each once. What the disk does not take waits for the next; of a process
   * that ends before, it is in the stream alone. Tells why, when it begins to.
   */
  append(entry: LedgerEntry): string | undefined {
    if (entry.index >= this.#next) this.#early.set(entry.index, entry);
    try {
      if (this.#isBroken) this.#next = Math.max(this.#next, this.#length());
      this.#write();
      this.#isBroken = false;
      return undefined;
    } catch (error) {
      const isNews = !this.#isBroken;
      this.#isBroken = true;
      return isNews ? (error as Error).message : undefined;
    }
  }

  #length(): number {
    return lengthOf(join(this.#directory, `${this.#writer}.jsonl`));
  }

  #write(): void {
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
