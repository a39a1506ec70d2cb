/**
 * Vectors to batches and back. They are sparse, and one byte of many vectors is more alike than the
 * bytes of one vector, so a batch is turned on its side before it is compressed; what does not
 * shrink is stored as it is.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { compressSync, uncompressSync } from 'lz4-napi';
import type { Outcome } from '#protocols/errors.ts';
import { VECTOR_BYTES, type VectorBatch, type VectorCodec } from '#protocols/telemetry/vectors.ts';

export interface Packed {
  readonly codec: VectorCodec;
  readonly payload: Uint8Array;
}

/** `vectors` are one after another, `VECTOR_BYTES` each. */
export function packVectors(vectors: Uint8Array, wanted: Exclude<VectorCodec, 'stored'>): Packed {
  const turned = transpose(vectors, vectors.length / VECTOR_BYTES, VECTOR_BYTES);
  const compressed = compressors[wanted].compress(turned);
  return compressed.length < vectors.length
    ? { codec: wanted, payload: new Uint8Array(compressed) }
    : { codec: 'stored', payload: turned };
}

/** The vectors one after another. The batch has passed its schema. */
export function unpackVectors(
  batch: Pick<VectorBatch, 'codec' | 'count' | 'payload'>,
): Outcome<Uint8Array, string> {
  const { codec, count, payload } = batch;
  const whole = count * VECTOR_BYTES;
  const turned = codec === 'stored' ? payload : decompress(codec, payload, whole);
  if (turned?.length !== whole) {
    return {
      ok: false,
      error: `no batch of ${count} vectors in ${payload.length} bytes of ${codec}`,
    };
  }
  return { ok: true, value: transpose(turned, VECTOR_BYTES, count) };
}

interface Compressor {
  compress(bytes: Uint8Array): Uint8Array;
  /** Makes no more than `length` bytes, whatever the input asks for. */
  decompress(bytes: Uint8Array, length: number): Uint8Array;
}

const compressors: Readonly<Record<Exclude<VectorCodec, 'stored'>, Compressor>> = {
  // One LZ4 block behind its length in four bytes, little-endian.
  lz4: {
    compress: (bytes) => compressSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
    decompress: (bytes, length) => {
      const claimed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      if (claimed !== length) throw new RangeError(`a block of ${claimed} bytes`);
      return uncompressSync(bytes);
    },
  },
  zstd: {
    compress: (bytes) => zstdCompressSync(bytes),
    decompress: (bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: length }),
  },
};

function decompress(
  codec: Exclude<VectorCodec, 'stored'>,
  bytes: Uint8Array,
  length: number,
): Uint8Array | undefined {
  try {
    return compressors[codec].decompress(bytes, length);
  } catch {
    // Libraries say by an exception that the bytes are none of theirs.
    return undefined;
  }
}

/** A table of bytes on its side: `rows` rows become columns. */
function transpose(table: Uint8Array, rows: number, columns: number): Uint8Array {
  const turned = new Uint8Array(table.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0, to = row; column < columns; column += 1, to += rows) {
      turned[to] = table[row * columns + column]!;
    }
  }
  return turned;
}
