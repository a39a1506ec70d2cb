/**
 * Damages small segment files of the recorder in memory and reads them. What is handed out must be,
 * byte for byte and with its times, a block that was written; each byte of the file is accounted for.
 * Some damage is given fresh checksums, which is beyond what a disk does: then only reading on within
 * bounds is asked for.
 */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { createRandom } from '#agents/random/philox.ts';
import {
  BLOCK_BYTES_MAX,
  BLOCK_HEADER_BYTES,
  BLOCK_MAGIC,
  encodeBlock,
  type Read,
} from '#edge/recorder/block.ts';
import { BlockBuffer } from '#edge/recorder/block-buffer.ts';
import { codecNames } from '#edge/recorder/codec.ts';
import { type BlockPlace, indexBytesOf, segmentIndex } from '#edge/recorder/index-of-segment.ts';
import { memorySource, Segment } from '#edge/recorder/segment.ts';
import { segmentHeader } from '#edge/recorder/segment-header.ts';
import type { Random } from '#protocols/random.ts';

export const what = 'segment files of the recorder';

/** Returns how many of them still held a block. */
export async function run(seed: number, count: number): Promise<number> {
  const random = createRandom(seed);
  const originals = Array.from({ length: 24 }, (_, number) => written(random, number));
  const known = new Set(originals.flatMap(({ blocks }) => blocks));
  let read = 0;
  for (let index = 0; index < count; index += 1) {
    const pick = () => originals[random.below(originals.length)]!.file;
    const damage = damages[random.below(damages.length)]!;
    const data = damage.apply(Buffer.from(pick()), random, pick);
    try {
      if (check(data, damage.isForged ? undefined : known)) read += 1;
    } catch (cause) {
      throw new Error(`input ${index} of seed ${seed}: ${damage.name}`, { cause });
    }
  }
  return read;
}

/** Reads all there is; true when a block was handed out. `known` are all that may be. */
function check(data: Buffer, known: ReadonlySet<string> | undefined): boolean {
  const segment = new Segment(memorySource(data));
  let opened = 0;
  let handedOut = 0;
  for (const place of segment.places) {
    assert(place.at >= 0 && place.at + place.bytes <= data.length, 'a block lies in its file');
    const block = segment.open(place);
    if (block === undefined) continue;
    opened += place.bytes;
    handedOut += 1;
    const bytes = block.reads.reduce((sum, one) => sum + one.bytes.length, 0);
    assert(bytes <= BLOCK_BYTES_MAX, 'a block is no larger than its limit');
    assert(known?.has(digestOf(block.reads)) ?? true, 'a block was written as it is read');
  }
  const header = segment.header.kind === 'read' ? segment.header.bytes : 0;
  const index = segment.isIndexed ? indexBytesOf(data.readUInt32BE(data.length - 16)) : 0;
  const sum = header + opened + segment.skippedBytes + index;
  assert.equal(sum, data.length, 'each byte is read or counted as skipped');
  return handedOut > 0;
}

/** A segment of a few short blocks, closed or not. */
function written(random: Random, number: number): { file: Buffer; blocks: string[] } {
  const pieces = [
    segmentHeader({
      number,
      radio: `radio-${number % 3}`,
      bootId: 'boot',
      startUs: 1e15,
      startMonotonicUs: 5,
    }),
  ];
  const blocks: string[] = [];
  const places: BlockPlace[] = [];
  let at = pieces[0]!.length;
  const codec = codecNames[number % codecNames.length]!;
  const buffer = new BlockBuffer((parts) => {
    const bytes = encodeBlock(parts, codec);
    pieces.push(bytes);
    const { firstUs, lastUs } = parts;
    places.push({ at, bytes: bytes.length, firstUs, lastUs });
    at += bytes.length;
  });
  for (let block = 0; block < 1 + random.below(4); block += 1) {
    const reads: Read[] = [];
    for (let read = 0; read < 1 + random.below(3); read += 1) {
      const bytes = random.bytes(1 + random.below(120)).map((byte) => byte & 31);
      const atUs = 1e15 + block * 1e6 + read * 1_000;
      buffer.add(bytes, { atUs, monotonicUs: block * 1e6 + read * 1_000 });
      reads.push({ atUs, bytes });
    }
    buffer.end();
    blocks.push(digestOf(reads));
  }
  if (number % 4 !== 3) pieces.push(segmentIndex(places, at));
  return { file: Buffer.concat(pieces), blocks };
}

function digestOf(reads: readonly Read[]): string {
  return reads.map(({ atUs, bytes }) => `${atUs}:${Buffer.from(bytes).toString('hex')}`).join();
}

interface Damage {
  readonly name: string;
  /** Gives fresh checksums to what it changed. */
  readonly isForged: boolean;
  apply(file: Buffer, random: Random, other: () => Buffer): Buffer;
}

const damages: readonly Damage[] = [
  {
    isForged: false,
    name: 'flip',
    apply(file, random) {
      for (let left = 1 + random.below(8); left > 0; left -= 1) {
        const at = random.below(file.length);
        file[at] = file[at]! ^ (1 + random.below(255));
      }
      return file;
    },
  },
  {
    isForged: false,
    name: 'cut',
    apply(file, random) {
      const from = random.below(4) === 0 ? random.below(file.length) : 0;
      return file.subarray(from, from + random.below(file.length - from + 1));
    },
  },
  {
    isForged: false,
    name: 'blank',
    apply(file, random) {
      const from = random.below(file.length);
      return file.fill(random.below(256), from, Math.min(file.length, from + random.below(200)));
    },
  },
  {
    isForged: false,
    name: 'insert',
    apply(file, random) {
      const at = random.below(file.length);
      return Buffer.concat([
        file.subarray(0, at),
        random.bytes(random.below(100)),
        file.subarray(at),
      ]);
    },
  },
  {
    isForged: false,
    name: 'splice',
    apply(file, random, other) {
      const second = other();
      const head = file.subarray(0, random.below(file.length));
      return Buffer.concat([head, second.subarray(random.below(second.length))]);
    },
  },
  {
    isForged: false,
    name: 'noise',
    apply: (_, random) => Buffer.from(random.bytes(random.below(2_000))),
  },
  {
    isForged: true,
    name: 'forge',
    apply(file, random) {
      const at = blockAfter(file, random.below(file.length));
      if (at < 0) return file;
      const field = 4 + random.below(44);
      file[at + field] = random.below(256);
      file.writeUInt32BE(crc32(file.subarray(at, at + 48)), at + 48);
      return file;
    },
  },
  {
    isForged: true,
    name: 'forgePayload',
    apply(file, random) {
      const at = blockAfter(file, random.below(file.length));
      if (at < 0) return file;
      const payload = at + BLOCK_HEADER_BYTES;
      const length = Math.min(file.readUInt32BE(at + 8), file.length - payload);
      if (length === 0) return file;
      const changed = payload + random.below(length);
      file[changed] = random.below(256);
      file.writeUInt32BE(crc32(file.subarray(payload, payload + length)), at + 44);
      file.writeUInt32BE(crc32(file.subarray(at, at + 48)), at + 48);
      return file;
    },
  },
];

/** Where a block begins, from some place on; −1 for nowhere. */
function blockAfter(file: Buffer, from: number): number {
  const magic = Buffer.alloc(4);
  magic.writeUInt32BE(BLOCK_MAGIC);
  const at = file.indexOf(magic, from);
  return at < 0 || at + BLOCK_HEADER_BYTES > file.length ? -1 : at;
}
