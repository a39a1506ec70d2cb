/**
 * Damages records and batches of vectors. Half of them get a check sum that fits again, so that what
 * lies behind it is reached: then a record that is read must be one, with one encoding.
 */
import { crc32 } from 'node:zlib';
import { createRandom } from '#agents/random/philox.ts';
import { decodeRecord, encodeRecord } from '#agents/telemetry/record-codec.ts';
import { unpackVectors } from '#agents/telemetry/vector-codec.ts';
import type { Random } from '#protocols/random.ts';
import type { TelemetryRecord } from '#protocols/telemetry/record.ts';
import { VECTOR_BYTES } from '#protocols/telemetry/vectors.ts';
import { draftOf } from '../edge/sample-drafts.ts';

export const what = 'records and batches of vectors';

/** Different records to begin from. */
const SAMPLES = 400;

/** Longer than any takes; a loop without end would never come to it. */
const SLOW_MS = 2_000;

export async function run(seed: number, count: number): Promise<number> {
  const random = createRandom(`fuzz records ${seed}`);
  const samples = Array.from({ length: SAMPLES }, (_, index) =>
    encodeRecord({
      version: 1,
      boot: '000001-9f3c01ab',
      seq: index + 1,
      wallUs: 1_790_000_000_000_000 + index,
      monotonicUs: index,
      ...draftOf(index, random),
    } as TelemetryRecord),
  );
  let read = 0;
  for (let index = 0; index < count; index += 1) {
    const origin = samples[random.below(SAMPLES)]!;
    const damaged = damage(origin, samples, random);
    const isResealed = random.below(2) === 0;
    const input = isResealed ? reseal(damaged) : damaged;
    const beganMs = performance.now();
    const isRead = check(input, origin, isResealed, () => `seed ${seed}, input ${index}`);
    if (performance.now() - beganMs > SLOW_MS)
      throw new Error(`seed ${seed}, input ${index}: slow`);
    if (isRead) read += 1;
  }
  return read;
}

function check(
  input: Uint8Array,
  origin: Uint8Array,
  isResealed: boolean,
  where: () => string,
): boolean {
  let decoded: ReturnType<typeof decodeRecord>;
  try {
    decoded = decodeRecord(input);
    if (decoded.ok && decoded.value.type === 'vectors') {
      const unpacked = unpackVectors(decoded.value.body);
      if (unpacked.ok && unpacked.value.length !== decoded.value.body.count * VECTOR_BYTES) {
        throw new Error('vectors were invented');
      }
    }
  } catch (cause) {
    throw new Error(`${where()}: the reader broke: ${hex(input)}`, { cause });
  }
  if (!decoded.ok) return false;
  if (Buffer.compare(encodeRecord(decoded.value), input) !== 0) {
    throw new Error(`${where()}: read what was not written: ${hex(input)}`);
  }
  // Without a new check sum, whatever is read is a record that some node made.
  if (!isResealed && Buffer.compare(origin, input) !== 0) {
    throw new Error(`${where()}: damage was not seen: ${hex(input)}`);
  }
  return true;
}

/** One to four changes of a copy. */
function damage(origin: Uint8Array, samples: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = origin.slice();
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const at = random.below(Math.max(1, bytes.length));
    bytes = mutations[random.below(mutations.length)]!(bytes, at, random, samples);
  }
  return bytes;
}

type Mutation = (
  bytes: Uint8Array,
  at: number,
  random: Random,
  samples: readonly Uint8Array[],
) => Uint8Array;

/** First bytes that CBOR and JSON make much of. */
const telling = [
  0x00, 0x1b, 0x5b, 0x7b, 0x9b, 0xbb, 0xbf, 0xff, 0xd8, 0xf9, 0xfb, 0x22, 0x5c, 0x7d,
];

const mutations: readonly Mutation[] = [
  (bytes, at, random) => with1(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8))),
  (bytes, at, random) => with1(bytes, at, random.below(256)),
  (bytes, at, random) => with1(bytes, at, telling[random.below(telling.length)]!),
  (bytes, at, random) => with1(bytes, at, (bytes[at] ?? 0) + (random.below(2) === 0 ? 1 : 255)),
  (bytes, at) => bytes.slice(0, at),
  (bytes, at) => bytes.slice(at),
  (bytes, at, random) => joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))),
  (bytes, at, random) =>
    joined(bytes.subarray(0, at), random.bytes(1 + random.below(16)), bytes.subarray(at)),
  (bytes, at, random, samples) => {
    const other = samples[random.below(samples.length)]!;
    const from = random.below(other.length);
    return joined(
      bytes.subarray(0, at),
      other.subarray(from, from + 1 + random.below(64)),
      bytes.subarray(at),
    );
  },
];

function with1(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  if (at < bytes.length) bytes[at] = byte;
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The same with the check sum of what it now is, where it still has the place of one. */
function reseal(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0x7b) return resealJson(bytes);
  const at = bytes.length - 6;
  if (at < 1 || bytes[at] !== 9 || bytes[at + 1] !== 0x1a) return bytes;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 2, crc32(bytes.subarray(1, at)));
  return bytes;
}

function resealJson(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8');
  const sum = /"sum":\d+,/;
  const without = text.replace(sum, '');
  return new TextEncoder().encode(text.replace(sum, `"sum":${crc32(without)},`));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 400)).toString('hex');
}
