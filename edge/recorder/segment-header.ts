/**
 * The first bytes of a segment file: whose bytes it keeps, and since when. All numbers of the format
 * are big-endian.
 */
import { crc32 } from 'node:zlib';

export const SEGMENT_VERSION = 1;

export interface SegmentHeader {
  /** Counts the segments of a folder, over all radios and restarts. */
  readonly number: number;
  readonly radio: string;
  /** The start of the process that wrote it. */
  readonly bootId: string;
  /** When it was begun, by the wall clock: microseconds since 1970. */
  readonly startUs: number;
  /** The same instant by the clock that never jumps. */
  readonly startMonotonicUs: number;
}

const magic = Buffer.from('AIRGSEG\n', 'latin1');
/** Magic, version, length, number and two instants. */
const fixedBytes = 8 + 2 + 2 + 8 + 8 + 8;
/** Two texts of at most 255 bytes, each behind its length, and the checksum. */
export const HEADER_BYTES_MAX = fixedBytes + 2 * 256 + 4;

export function segmentHeader(header: SegmentHeader): Uint8Array {
  const texts = [header.radio, header.bootId].map((text) => Buffer.from(text).subarray(0, 255));
  const length = fixedBytes + texts.reduce((sum, text) => sum + 1 + text.length, 0) + 4;
  const bytes = Buffer.alloc(length);
  magic.copy(bytes);
  bytes.writeUInt16BE(SEGMENT_VERSION, 8);
  bytes.writeUInt16BE(length, 10);
  bytes.writeBigUInt64BE(BigInt(header.number), 12);
  bytes.writeBigInt64BE(BigInt(header.startUs), 20);
  bytes.writeBigInt64BE(BigInt(header.startMonotonicUs), 28);
  let at = fixedBytes;
  for (const text of texts) {
    bytes.writeUInt8(text.length, at);
    text.copy(bytes, at + 1);
    at += 1 + text.length;
  }
  bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at);
  return bytes;
}

export type HeaderRead =
  | { readonly kind: 'read'; readonly header: SegmentHeader; readonly bytes: number }
  /** Whole, but of a version this reader does not know. */
  | { readonly kind: 'unknown-version'; readonly version: number }
  | { readonly kind: 'damaged' };

/** Reads the header at the beginning of `data`, of which the first `HEADER_BYTES_MAX` are enough. */
export function readSegmentHeader(data: Uint8Array): HeaderRead {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < fixedBytes + 4 || !bytes.subarray(0, 8).equals(magic)) return damaged;
  const length = bytes.readUInt16BE(10);
  if (length < fixedBytes + 4 || length > bytes.length) return damaged;
  const sum = length - 4;
  if (crc32(bytes.subarray(0, sum)) !== bytes.readUInt32BE(sum)) return damaged;
  const version = bytes.readUInt16BE(8);
  if (version !== SEGMENT_VERSION) return { kind: 'unknown-version', version };
  const texts: string[] = [];
  let at = fixedBytes;
  for (let text = 0; text < 2; text += 1) {
    const end = at + 1 + (bytes[at] as number);
    if (end > sum) return damaged;
    texts.push(bytes.toString('utf8', at + 1, end));
    at = end;
  }
  return {
    kind: 'read',
    bytes: length,
    header: {
      number: Number(bytes.readBigUInt64BE(12)),
      startUs: Number(bytes.readBigInt64BE(20)),
      startMonotonicUs: Number(bytes.readBigInt64BE(28)),
      radio: texts[0] as string,
      bootId: texts[1] as string,
    },
  };
}

const damaged: HeaderRead = { kind: 'damaged' };
