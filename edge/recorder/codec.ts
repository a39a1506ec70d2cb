/** How the bytes of a block are packed. What does not shrink is stored as it is. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import lz4 from 'lz4-napi';

export interface Codec {
  readonly id: number;
  readonly name: CodecName;
  pack(raw: Uint8Array): Uint8Array;
  /** The bytes again, `rawBytes` of them; throws when it is not what `pack` made. */
  unpack(packed: Uint8Array, rawBytes: number): Uint8Array;
}

export const codecNames = ['stored', 'zstd', 'lz4'] as const;
export type CodecName = (typeof codecNames)[number];

/** Level 1: the recorder shares its core with the detector. */
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export const codecs: readonly Codec[] = [
  { id: 0, name: 'stored', pack: (raw) => raw, unpack: (packed) => packed },
  {
    id: 1,
    name: 'zstd',
    pack: (raw) => zstdCompressSync(raw, fastest),
    unpack: (packed, rawBytes) => zstdDecompressSync(packed, { maxOutputLength: rawBytes }),
  },
  {
    id: 2,
    name: 'lz4',
    // Its types ask for a Buffer; it takes any bytes.
    pack: (raw) => lz4.compressSync(asBuffer(raw)),
    unpack(packed, rawBytes) {
      // The block begins with its unpacked length, for which the library makes room unseen.
      if (packed.length < 4 || asBuffer(packed).readUInt32LE(0) !== rawBytes) {
        throw new Error('the length in front of the LZ4 block is not that of the header');
      }
      return lz4.uncompressSync(packed);
    },
  },
];

const stored = codecs[0] as Codec;

/** Packs by the codec of that name, or stores where that is no longer than what it would make. */
export function pack(raw: Uint8Array, name: CodecName): { codec: number; packed: Uint8Array } {
  const codec = codecs.find((one) => one.name === name) ?? stored;
  const packed = codec.pack(raw);
  return packed.length < raw.length
    ? { codec: codec.id, packed }
    : { codec: stored.id, packed: raw };
}

/** Undefined when the bytes are not a block of that codec and length. */
export function unpack(
  packed: Uint8Array,
  { codec: id, rawBytes }: { readonly codec: number; readonly rawBytes: number },
): Uint8Array | undefined {
  const codec = codecs.find((one) => one.id === id);
  if (codec === undefined) return undefined;
  try {
    const raw = codec.unpack(packed, rawBytes);
    return raw.length === rawBytes ? raw : undefined;
  } catch {
    return undefined;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
