/**
 * A trace in a file: records in canonical CBOR, each after its length in four bytes, big-endian. The
 * first is the header.
 */
import * as fs from 'node:fs';
import { Decoder } from 'cbor-x';
import * as z from 'zod';
import { encodeCanonicalCbor } from '#protocols/canonical-cbor.ts';
import { InputError } from '#protocols/errors.ts';
import type { TraceRecord } from '#protocols/trace.ts';
import { traceVersion } from '#protocols/trace.ts';

const TraceHeader = z.strictObject({
  format: z.literal('airguard-trace'),
  version: z.literal(traceVersion),
  scenario: z.string(),
  seed: z.number().int(),
});
export type TraceHeader = z.infer<typeof TraceHeader>;

export interface TraceFile {
  append(record: Uint8Array): void;
  close(): void;
}

const CHUNK_BYTES = 1 << 20;

export function createTraceFile(path: string, run: { scenario: string; seed: number }): TraceFile {
  const file = open(path, 'w');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  const flush = () => {
    fs.writeSync(file, chunk, 0, filled);
    filled = 0;
  };
  const append = (record: Uint8Array) => {
    if (filled + 4 + record.length > CHUNK_BYTES) flush();
    if (4 + record.length > CHUNK_BYTES) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(record.length);
      fs.writeSync(file, length);
      fs.writeSync(file, record);
      return;
    }
    filled = chunk.writeUInt32BE(record.length, filled);
    chunk.set(record, filled);
    filled += record.length;
  };
  append(encodeCanonicalCbor({ format: 'airguard-trace', version: traceVersion, ...run }));
  return {
    append,
    close: () => {
      flush();
      fs.closeSync(file);
    },
  };
}

export interface ReadTrace {
  readonly header: TraceHeader;
  readonly records: Iterable<TraceRecord>;
}

/** A record, and as it stands in the file. */
interface Piece {
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

/** Reads a trace piece by piece; an `InputError` says what is wrong with the file. */
export function readTraceFile(path: string): ReadTrace {
  const pieces = readPieces(path, open(path, 'r'));
  const first = pieces.next();
  const header = TraceHeader.safeParse(first.done ? undefined : first.value.value);
  if (!header.success) {
    throw new InputError(
      `${path}: expected a trace of version ${traceVersion}, as \`sim --trace FILE\` writes it`,
    );
  }
  // What follows the header was written by `Trace`; a file that was altered shows as a difference.
  return { header: header.data, records: pieces.map(({ value }) => value as TraceRecord) };
}

/**
 * Puts the traces of worlds that ran apart into one, by time; what comes at one time, in the order of
 * the parts.
 */
export function mergeTraceFiles(
  parts: readonly string[],
  path: string,
  run: Pick<TraceHeader, 'scenario' | 'seed'>,
): void {
  const merged = createTraceFile(path, run);
  const readers = parts.map((part) => readPieces(part, open(part, 'r')));
  try {
    // The header of a part names its own world.
    const heads = readers.map((reader) => [reader.next(), reader.next()][1]!);
    for (;;) {
      let next = -1;
      let leastUs = Number.POSITIVE_INFINITY;
      heads.forEach((head, place) => {
        if (head.done) return;
        const { tUs } = head.value.value as TraceRecord;
        if (tUs < leastUs) [next, leastUs] = [place, tUs];
      });
      const head = heads[next];
      if (head === undefined || head.done) return;
      merged.append(head.value.bytes);
      heads[next] = readers[next]!.next();
    }
  } finally {
    for (const reader of readers) reader.return(undefined);
    merged.close();
  }
}

function* readPieces(path: string, file: number): Generator<Piece, undefined> {
  const decoder = new Decoder({ mapsAsObjects: true, int64AsNumber: true } as object);
  const { size } = fs.fstatSync(file);
  const length = Buffer.alloc(4);
  try {
    for (let at = 0; at < size; ) {
      const read = fs.readSync(file, length, 0, 4, at);
      const bytes = length.readUInt32BE();
      if (read < 4 || at + 4 + bytes > size) {
        throw new InputError(
          `${path}: cut short at byte ${at}: expected ${read < 4 ? 'a length' : `a record of ${bytes} bytes`}, came ${Math.max(0, size - at - 4)} bytes`,
        );
      }
      const record = Buffer.allocUnsafe(bytes);
      fs.readSync(file, record, 0, bytes, at + 4);
      let value: unknown;
      try {
        value = decoder.decode(record);
      } catch (cause) {
        throw new InputError(`${path}: expected CBOR at byte ${at + 4}`, 'usage', { cause });
      }
      yield { value, bytes: record };
      at += 4 + bytes;
    }
  } finally {
    fs.closeSync(file);
  }
  return undefined;
}

function open(path: string, flags: 'r' | 'w'): number {
  try {
    return fs.openSync(path, flags);
  } catch (cause) {
    const verb = flags === 'r' ? 'read' : 'written';
    throw new InputError(
      `${path}: expected a file that can be ${verb}: ${(cause as NodeJS.ErrnoException).code}`,
      'usage',
      { cause },
    );
  }
}
