/**
 * A block: some reads of one radio, packed together, behind a header with a checksum of its own, so
 * that a reader steps from header to header without reading what lies between.
 */
import { crc32 } from 'node:zlib';
import { type CodecName, codecs, pack, unpack } from './codec.ts';

/** One read of the driver, or the part of one that stands in this block. */
export interface Read {
  /** When the driver handed it over, by the wall clock: microseconds since 1970. */
  readonly atUs: number;
  readonly bytes: Uint8Array;
}

export interface BlockHeader {
  readonly codec: number;
  /** Its first byte is the first of a sweep. */
  readonly beginsSweep: boolean;
  /** Its last byte is the last of a sweep. */
  readonly endsSweep: boolean;
  readonly reads: number;
  readonly storedBytes: number;
  /** Of the bytes of all reads and of the table behind them. */
  readonly rawBytes: number;
  /** Counts the blocks of this radio since the process started, also those that were lost. */
  readonly sequence: number;
  /** The earliest and the latest time of its reads. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** When its first read was handed over, by the clock that never jumps. */
  readonly firstMonotonicUs: number;
  readonly payloadCrc: number;
}

export const BLOCK_MAGIC = 0x41474231; // 'AGB1'
export const BLOCK_HEADER_BYTES = 52;
/** A read's line in the table behind the bytes: its time after `firstUs`, its length. */
export const READ_LINE_BYTES = 8;
/** A reader makes room for no more, whatever a header says. */
export const BLOCK_BYTES_MAX = 1024 * 1024;
/** A line of the table holds a signed 32-bit number of microseconds. */
export const BLOCK_SPAN_US_MAX = 2 ** 31 - 1;

export interface BlockParts
  extends Pick<
    BlockHeader,
    'beginsSweep' | 'endsSweep' | 'reads' | 'sequence' | 'firstUs' | 'lastUs' | 'firstMonotonicUs'
  > {
  /** The bytes of all reads and the table; may be used again once this returns. */
  readonly raw: Uint8Array;
}

/** Header and packed payload as one piece, of its own memory. */
export function encodeBlock(parts: BlockParts, codecName: CodecName): Uint8Array {
  const { codec, packed } = pack(parts.raw, codecName);
  const bytes = Buffer.allocUnsafe(BLOCK_HEADER_BYTES + packed.length);
  bytes.set(packed, BLOCK_HEADER_BYTES);
  bytes.writeUInt32BE(BLOCK_MAGIC, 0);
  bytes.writeUInt8(codec, 4);
  bytes.writeUInt8((parts.beginsSweep ? 1 : 0) | (parts.endsSweep ? 2 : 0), 5);
  bytes.writeUInt16BE(parts.reads, 6);
  bytes.writeUInt32BE(packed.length, 8);
  bytes.writeUInt32BE(parts.raw.length, 12);
  bytes.writeUInt32BE(parts.sequence >>> 0, 16);
  bytes.writeBigInt64BE(BigInt(parts.firstUs), 20);
  bytes.writeBigInt64BE(BigInt(parts.lastUs), 28);
  bytes.writeBigInt64BE(BigInt(parts.firstMonotonicUs), 36);
  bytes.writeUInt32BE(crc32(packed), 44);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 48)), 48);
  return bytes;
}

/** The header at `at`, or undefined where none stands whole. */
export function readBlockHeader(data: Uint8Array, at: number): BlockHeader | undefined {
  if (at + BLOCK_HEADER_BYTES > data.length) return undefined;
  const view = new DataView(data.buffer, data.byteOffset + at, BLOCK_HEADER_BYTES);
  if (view.getUint32(0) !== BLOCK_MAGIC) return undefined;
  if (crc32(data.subarray(at, at + 48)) !== view.getUint32(48)) return undefined;
  const header: BlockHeader = {
    codec: view.getUint8(4),
    beginsSweep: (view.getUint8(5) & 1) !== 0,
    endsSweep: (view.getUint8(5) & 2) !== 0,
    reads: view.getUint16(6),
    storedBytes: view.getUint32(8),
    rawBytes: view.getUint32(12),
    sequence: view.getUint32(16),
    firstUs: Number(view.getBigInt64(20)),
    lastUs: Number(view.getBigInt64(28)),
    firstMonotonicUs: Number(view.getBigInt64(36)),
    payloadCrc: view.getUint32(44),
  };
  const { storedBytes, rawBytes, reads, codec } = header;
  const isSound =
    storedBytes <= rawBytes &&
    rawBytes <= BLOCK_BYTES_MAX &&
    reads >= 1 &&
    reads * READ_LINE_BYTES < rawBytes &&
    codecs.some(({ id }) => id === codec);
  return isSound ? header : undefined;
}

/** The reads of a block, oldest first; undefined when any byte of the payload is not as written. */
export function openBlock(header: BlockHeader, packed: Uint8Array): Read[] | undefined {
  if (packed.length !== header.storedBytes || crc32(packed) !== header.payloadCrc) return undefined;
  const raw = unpack(packed, header);
  if (raw === undefined) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const table = raw.length - header.reads * READ_LINE_BYTES;
  const reads: Read[] = [];
  let at = 0;
  for (let line = table; line < raw.length; line += READ_LINE_BYTES) {
    const length = view.getUint32(line + 4);
    if (at + length > table) return undefined;
    reads.push({
      atUs: header.firstUs + view.getInt32(line),
      bytes: raw.subarray(at, at + length),
    });
    at += length;
  }
  return at === table ? reads : undefined;
}
