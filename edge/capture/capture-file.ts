/** Reads the sweeps of a recording in pieces, so that its size does not matter. */
import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '#protocols/errors.ts';
import { SweepCursor } from './sweep-cursor.ts';
import { headerBytes, longestTlv } from './tlv-framing.ts';

const pieceBytes = 64 * 1024;

export class CaptureFile {
  readonly cursor = new SweepCursor();
  /** Bytes read so far. */
  bytes = 0;
  readonly #file: string;
  readonly #fd: number;
  /** What a piece leaves over is moved to the beginning, and the next is read in behind it. */
  readonly #buffer = new Uint8Array(pieceBytes + longestTlv + headerBytes);
  #limit = 0;
  #isEnded = false;

  constructor(file: string) {
    this.#file = file;
    this.#fd = named(file, () => openSync(file, 'r'));
  }

  /** Moves the cursor to the next sweep; false at the end of the file. */
  next(): boolean {
    while (!this.cursor.next()) {
      if (this.#isEnded) return false;
      this.#readPiece();
    }
    return true;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #readPiece(): void {
    const { cursor } = this;
    const buffer = this.#buffer;
    buffer.copyWithin(0, cursor.end, this.#limit);
    const kept = this.#limit - cursor.end;
    const read = named(this.#file, () => readSync(this.#fd, buffer, kept, pieceBytes, null));
    this.bytes += read;
    this.#limit = kept + read;
    this.#isEnded = read === 0;
    cursor.load(buffer, this.#limit, this.#isEnded ? 'last' : 'cut');
  }
}

export interface ReadOptions {
  readonly file: string;
  /** Is called with the cursor on each sweep, in the order of the file. */
  readonly onSweep: (cursor: SweepCursor) => void;
  /** Is called about every piece, with the bytes read so far. */
  readonly onPiece?: (bytes: number) => void;
}

/** Returns the cursor after the last sweep: what it counted is that of the whole file. */
export function readCaptureFile({ file, onSweep, onPiece }: ReadOptions): SweepCursor {
  const capture = new CaptureFile(file);
  const { cursor } = capture;
  try {
    let told = 0;
    while (capture.next()) {
      onSweep(cursor);
      if (capture.bytes === told) continue;
      told = capture.bytes;
      onPiece?.(told);
    }
    onPiece?.(capture.bytes);
  } finally {
    capture.close();
  }
  return cursor;
}

/** What the system says of a file, in words that name it. */
function named<Result>(file: string, task: () => Result): Result {
  try {
    return task();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new InputError(
      `capture file '${file}': expected a readable file; ${code} came`,
      'usage',
      { cause },
    );
  }
}
