/**
 * What a long training has made so far, in a file of lines beside its output, so that one that was
 * interrupted goes on where it was and ends with the same bytes. Only what the same command began counts.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { InputError } from '#protocols/errors.ts';

const newline = 10;

export class Kept {
  readonly #file: string | undefined;
  #fd: number | undefined;
  /** What an earlier run left, line by line, in the order in which it is made again. */
  #lines: Uint8Array[] = [];
  #next = 0;

  /** `about`: what the training is; a file of another is thrown away. Without a file nothing is kept. */
  constructor(file: string | undefined, about: string) {
    this.#file = file;
    if (file === undefined) return;
    const { lines, bytes } = existsSync(file) ? wholeLines(file) : { lines: [], bytes: 0 };
    const head = lines.shift();
    if (head !== undefined && textOf(head) === about) {
      // A line that was cut is made anew.
      truncateSync(file, bytes);
      this.#lines = lines;
      this.#fd = openSync(file, 'a');
    } else {
      this.#fd = openSync(file, 'w');
      writeSync(this.#fd, `${about}\n`);
    }
  }

  /** What was made under that name before, or what is made now. */
  take<Item>(
    name: string,
    make: () => Item,
    code: { readonly write: (item: Item) => object; readonly read: (value: never) => Item },
  ): Item {
    const line = this.#lines[this.#next];
    if (line !== undefined) {
      const was = JSON.parse(textOf(line)) as { readonly name: string };
      if (was.name !== name) {
        const at = `line ${this.#next + 2}`;
        throw new InputError(
          `${this.#file}: expected '${name}' in ${at}, came '${was.name}'. Delete the file: training then begins anew`,
        );
      }
      this.#next += 1;
      // The file is our own, and its first line says that this training wrote it.
      return code.read(was as never);
    }
    const item = make();
    if (this.#fd !== undefined) {
      writeSync(this.#fd, `${JSON.stringify({ name, ...code.write(item) })}\n`);
    }
    return item;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** Once the output is written it is of no more use. */
  remove(): void {
    this.close();
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }
}

function wholeLines(file: string): { lines: Uint8Array[]; bytes: number } {
  const all = readFileSync(file);
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let end = all.indexOf(newline); end >= 0; end = all.indexOf(newline, from)) {
    lines.push(all.subarray(from, end));
    from = end + 1;
  }
  return { lines, bytes: from };
}

function textOf(line: Uint8Array): string {
  return Buffer.from(line).toString('utf8');
}
