/** Reads back what a recorder keeps in a folder, by radio and time. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { US_PER_MS } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import { codeOf } from './disk.ts';
import { Segment, type Source } from './segment.ts';
import { parseSegmentName, type SegmentName } from './segment-name.ts';

export interface Range {
  readonly radio: string;
  /** Milliseconds since 1970 by the wall clock of then; both ends belong to it. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a driver handed over at one time, or a part of it. */
export interface Chunk {
  /** By the wall clock of then: microseconds since 1970. */
  readonly atUs: number;
  /** By the clock that never jumps; compares within one `bootId`. */
  readonly monotonicUs: number;
  /** Null where the segment's header does not hold. */
  readonly bootId: string | null;
  readonly bytes: Uint8Array;
  /** False where something is missing in front of it: a sweep must not be pieced together there. */
  readonly joins: boolean;
}

/** What reading came across, beside what it handed over. */
export interface ReadingCounts {
  segments: number;
  /** Bytes of damaged or torn blocks, and of segments of another version. */
  skippedBytes: number;
  /** Segments that could not be read at all, such as for being removed meanwhile. */
  unreadable: number;
}

export function noCounts(): ReadingCounts {
  return { segments: 0, skippedBytes: 0, unreadable: 0 };
}

/** The segments of a folder, in the order in which they were begun. */
export function listSegments(folder: string): SegmentName[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return [];
    const message = `'${folder}': expected a folder of recordings; ${code} came`;
    throw new InputError(message, 'usage', { cause: error });
  }
  return names
    .flatMap((name) => parseSegmentName(name) ?? [])
    .sort((one, other) => one.number - other.number);
}

/** The chunks of a range, in the order in which they were recorded. The thread is let go between blocks. */
export async function* readRecording(
  folder: string,
  range: Range,
  counts: ReadingCounts = noCounts(),
): AsyncGenerator<Chunk> {
  for (const chunks of readBlocks(folder, range, counts)) {
    yield* chunks;
    await pause();
  }
}

/** The same, a block at a time, and nothing after each segment, so that no step takes long. */
export function* readBlocks(
  folder: string,
  { radio, fromMs, toMs }: Range,
  counts: ReadingCounts = noCounts(),
): Generator<readonly Chunk[]> {
  const [fromUs, toUs] = [fromMs * US_PER_MS, (toMs + 1) * US_PER_MS];
  let before: { bootId: string | null; sequence: number } | undefined;
  for (const { name, radio: of } of listSegments(folder)) {
    if (of !== radio) continue;
    let file: FileSource | undefined;
    try {
      file = new FileSource(join(folder, name));
      const segment = new Segment(file);
      const bootId = segment.header.kind === 'read' ? segment.header.header.bootId : null;
      for (const place of segment.places) {
        if (place.lastUs < fromUs || place.firstUs >= toUs) continue;
        const block = segment.open(place);
        if (block === undefined) continue;
        const { header, reads } = block;
        const { sequence } = header;
        let joins =
          bootId !== null && before?.bootId === bootId && sequence === before.sequence + 1;
        before = { bootId, sequence };
        const startUs = (reads[0]?.atUs ?? 0) - header.firstMonotonicUs;
        const chunks: Chunk[] = [];
        for (const { atUs, bytes } of reads) {
          if (atUs >= fromUs && atUs < toUs) {
            chunks.push({ atUs, monotonicUs: atUs - startUs, bootId, bytes, joins });
            joins = true;
          } else joins = false;
        }
        if (chunks.length > 0) yield chunks;
      }
      counts.segments += 1;
      counts.skippedBytes += segment.skippedBytes;
    } catch (error) {
      // Evicted since it was listed, or the disk cannot read it: the next may do.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      counts.unreadable += 1;
    } finally {
      file?.close();
    }
    yield [];
  }
}

class FileSource implements Source {
  readonly bytes: number;
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.bytes = fstatSync(this.#file).size;
  }

  read(at: number, length: number): Uint8Array {
    const data = new Uint8Array(Math.max(0, Math.min(length, this.bytes - at)));
    let filled = 0;
    while (filled < data.length) {
      const got = readSync(this.#file, data, filled, data.length - filled, at + filled);
      if (got === 0) break;
      filled += got;
    }
    return data.subarray(0, filled);
  }

  close(): void {
    closeSync(this.#file);
  }
}
