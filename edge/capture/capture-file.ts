/** Reads the sweeps of a recording in pieces, so that its size does not matter. */
import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '#protocols/errors.ts';
import { SweepCursor } from './sweep-cursor.ts';
import { headerBytes, longestTlv } from './tlv-framing.ts';

const pieceBytes = 64 * 1024;

export interface ReadOptions {
  readonly file: string;
  /** Is called with the cursor on each sweep, in the order of the file. */
  readonly onSweep: (cursor: SweepCursor) => void;
  /** Is called after each piece, with the bytes read so far. */
  readonly onPiece?: (bytes: number) => void;
}

/** Returns the cursor after the last sweep: what it counted is that of the whole file. */
export function readCaptureFile({ file, onSweep, onPiece }: ReadOptions): SweepCursor {
  const cursor = new SweepCursor();
  // What a piece leaves over is moved to the beginning, and the next is read in behind it.
  const buffer = new Uint8Array(pieceBytes + longestTlv + headerBytes);
  try {
    const fd = openSync(file, 'r');
    try {
      let kept = 0;
      let total = 0;
      let read: number;
      do {
        read = readSync(fd, buffer, kept, pieceBytes, null);
        total += read;
        const limit = kept + read;
        cursor.load(buffer, limit, read === 0 ? 'last' : 'cut');
        while (cursor.next()) onSweep(cursor);
        buffer.copyWithin(0, cursor.end, limit);
        kept = limit - cursor.end;
        onPiece?.(total);
      } while (read > 0);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new InputError(
      `capture file '${file}': expected a readable file; ${code} came`,
      'usage',
      { cause },
    );
  }
  return cursor;
}
