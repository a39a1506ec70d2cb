/**
 * Reads one segment, from a file or from memory. It may end anywhere and any byte may be wrong: what
 * no checksum vouches for is skipped and counted, and reading goes on with the next block that holds.
 */
import {
  BLOCK_HEADER_BYTES,
  type BlockHeader,
  openBlock,
  type Read,
  readBlockHeader,
} from './block.ts';
import { type BlockPlace, INDEX_TAIL_BYTES, indexBytes, readIndex } from './index-of-segment.ts';
import { HEADER_BYTES_MAX, type HeaderRead, readSegmentHeader } from './segment-header.ts';

/** Bytes that can be read at any place. Fewer than asked for means that it ends there. */
export interface Source {
  readonly bytes: number;
  read(at: number, length: number): Uint8Array;
}

export function memorySource(data: Uint8Array): Source {
  return { bytes: data.length, read: (at, length) => data.subarray(at, at + length) };
}

export interface OpenedBlock {
  readonly header: BlockHeader;
  readonly reads: readonly Read[];
}

const scanBytes = 256 * 1024;

export class Segment {
  readonly #source: Source;
  readonly header: HeaderRead;
  /** Where the blocks stand, in the order in which they were written. */
  readonly places: readonly BlockPlace[];
  /** Whether that is from the index at the end, not from going along the blocks. */
  readonly isIndexed: boolean;
  /** Bytes that are neither header, block nor index, and those of blocks that did not hold. */
  skippedBytes = 0;

  constructor(source: Source) {
    this.#source = source;
    this.header = readSegmentHeader(source.read(0, HEADER_BYTES_MAX));
    const begin = this.header.kind === 'read' ? this.header.bytes : 0;
    const tail = source.read(Math.max(0, source.bytes - INDEX_TAIL_BYTES), INDEX_TAIL_BYTES);
    const length = indexBytes(tail, source.bytes) ?? 0;
    const end = source.bytes - length;
    const index = length > 0 ? readIndex(source.read(end, length)) : undefined;
    this.isIndexed = index !== undefined;
    if (this.header.kind === 'unknown-version') this.places = [];
    else this.places = index ?? this.#scan(begin, source.bytes);
    const known = this.places.reduce((sum, place) => sum + place.bytes, begin);
    this.skippedBytes = (this.isIndexed ? end : source.bytes) - known;
  }

  /** The reads of a block; undefined, and its bytes counted as skipped, when it does not hold. */
  open(place: BlockPlace): OpenedBlock | undefined {
    const data = this.#source.read(place.at, place.bytes);
    const header = readBlockHeader(data, 0);
    const reads =
      header === undefined || BLOCK_HEADER_BYTES + header.storedBytes !== place.bytes
        ? undefined
        : openBlock(header, data.subarray(BLOCK_HEADER_BYTES));
    if (header !== undefined && reads !== undefined) return { header, reads };
    this.skippedBytes += place.bytes;
    return undefined;
  }

  /** Goes from header to header; where none stands, looks for the next byte by byte. */
  #scan(begin: number, end: number): BlockPlace[] {
    const places: BlockPlace[] = [];
    let at = begin;
    while (at + BLOCK_HEADER_BYTES <= end) {
      const header = readBlockHeader(this.#source.read(at, BLOCK_HEADER_BYTES), 0);
      if (header === undefined) {
        at = this.#find(at + 1, end);
        continue;
      }
      const bytes = BLOCK_HEADER_BYTES + header.storedBytes;
      // Its length was vouched for, so what is missing was never written.
      if (at + bytes > end) {
        at = this.#find(at + 1, end);
        continue;
      }
      places.push({ at, bytes, firstUs: header.firstUs, lastUs: header.lastUs });
      at += bytes;
    }
    return places;
  }

  /** Where the next whole block header stands from `from` on, or `end`. */
  #find(from: number, end: number): number {
    for (let at = from; at < end; at += scanBytes - BLOCK_HEADER_BYTES) {
      const data = this.#source.read(at, Math.min(scanBytes, end - at));
      for (
        let found = data.indexOf(0x41);
        found >= 0 && found + BLOCK_HEADER_BYTES <= data.length;
        found = data.indexOf(0x41, found + 1)
      ) {
        if (readBlockHeader(data, found) !== undefined) return at + found;
      }
    }
    return end;
  }
}
