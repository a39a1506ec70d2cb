/**
 * The time index at the end of a closed segment: where each block stands and which time it holds. It
 * saves a reader the way along the block headers, which say the same.
 */
import { crc32 } from 'node:zlib';
import { BLOCK_HEADER_BYTES } from './block.ts';

/** Where a block stands in its file, and the time it holds. */
export interface BlockPlace {
  readonly at: number;
  readonly bytes: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

const lineBytes = 4 + 4 + 8 + 8;
const magic = 0x41474958; // 'AGIX'
/** Count of lines, length of the file in front of the index, checksum, magic. */
export const INDEX_TAIL_BYTES = 16;
/** A reader makes room for no more lines, whatever the tail says. */
const linesMax = 1_000_000;

/** The size of an index of so many blocks. */
export function indexBytesOf(blocks: number): number {
  return blocks * lineBytes + INDEX_TAIL_BYTES;
}

export function segmentIndex(places: readonly BlockPlace[], fileBytes: number): Uint8Array {
  const table = places.length * lineBytes;
  const bytes = Buffer.alloc(table + INDEX_TAIL_BYTES);
  places.forEach(({ at, bytes: length, firstUs, lastUs }, line) => {
    bytes.writeUInt32BE(at, line * lineBytes);
    bytes.writeUInt32BE(length, line * lineBytes + 4);
    bytes.writeBigInt64BE(BigInt(firstUs), line * lineBytes + 8);
    bytes.writeBigInt64BE(BigInt(lastUs), line * lineBytes + 16);
  });
  bytes.writeUInt32BE(places.length, table);
  bytes.writeUInt32BE(fileBytes, table + 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, table + 8)), table + 8);
  bytes.writeUInt32BE(magic, table + 12);
  return bytes;
}

/** Bytes of the whole index by its last `INDEX_TAIL_BYTES`; undefined when these are no tail. */
export function indexBytes(tail: Uint8Array, fileBytes: number): number | undefined {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  if (tail.length < INDEX_TAIL_BYTES || view.getUint32(12) !== magic) return undefined;
  const lines = view.getUint32(0);
  const bytes = indexBytesOf(lines);
  const isSound = lines <= linesMax && view.getUint32(4) + bytes === fileBytes;
  return isSound ? bytes : undefined;
}

/** Reads a whole index; undefined when a byte of it is not as written. */
export function readIndex(data: Uint8Array): BlockPlace[] | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const table = data.length - INDEX_TAIL_BYTES;
  if (crc32(data.subarray(0, table + 8)) !== view.getUint32(table + 8)) return undefined;
  const end = view.getUint32(table + 4);
  const places: BlockPlace[] = [];
  let least = 0;
  for (let line = 0; line < table; line += lineBytes) {
    const place = {
      at: view.getUint32(line),
      bytes: view.getUint32(line + 4),
      firstUs: Number(view.getBigInt64(line + 8)),
      lastUs: Number(view.getBigInt64(line + 16)),
    };
    if (place.at < least || place.bytes < BLOCK_HEADER_BYTES) return undefined;
    least = place.at + place.bytes;
    if (least > end) return undefined;
    places.push(place);
  }
  return places;
}
