/**
 * Streams of sweeps, damaged and cut into reads. Whatever comes, each sweep given out is a piece of the
 * stream, byte for byte and in order, and by itself a sweep; every byte is in a sweep, passed over by its
 * length, or counted as skipped; and powers are finite.
 */
import { createRandom } from '#agents/random/philox.ts';
import { binPowers } from '#edge/capture/bin-power.ts';
import { SweepCursor } from '#edge/capture/sweep-cursor.ts';
import { type Sweep, SweepReader } from '#edge/capture/tlv.ts';
import type { Random } from '#protocols/random.ts';

export const what = 'spectrum TLV streams: flipped, cut, inserted, doubled, spliced, lying lengths';

export async function run(seed: number, count: number): Promise<number> {
  const random = createRandom(seed).fork('fuzz/tlv');
  let held = 0;
  for (let stream = 0; stream < count; stream += 1) {
    const counter = random.counter;
    try {
      if (checkReading(damaged(random), random) > 0) held += 1;
    } catch (cause) {
      throw new Error(`TLV stream ${stream} of seed ${seed}, counter ${counter}`, { cause });
    }
  }
  return held;
}

/** Reads a stream both ways; throws where a promise breaks. Returns how many sweeps it held. */
export function checkReading(bytes: Uint8Array, random: Random): number {
  const reader = new SweepReader();
  let from = 0;
  let taken = 0;
  let sweeps = 0;
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const onSweep = (sweep: Sweep) => {
    const at = whole.indexOf(sweep.bytes, from);
    demand(at >= 0, 'a sweep is a piece of the stream');
    demand(isSweep(sweep.bytes), 'a sweep is one by itself');
    for (const segment of sweep.segments) demandFinite(segment, sweep.maxExp);
    from = at + sweep.bytes.length;
    taken += sweep.bytes.length;
    sweeps += 1;
  };
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(400);
    reader.push(bytes.subarray(at, at + size), onSweep);
    at += size;
  }
  reader.end(onSweep);
  const accounted = taken + reader.passedBytes + reader.skippedBytes;
  demand(accounted === bytes.length, 'every byte is accounted for');
  demand(readInPieces(bytes, random) === readInPieces(bytes, null), 'pieces do not matter');
  return sweeps;
}

/** What a cursor finds, as text: in pieces of chance, as a long file is read, or in one. */
function readInPieces(bytes: Uint8Array, random: Random | null): string {
  const cursor = new SweepCursor();
  const powers = new Float32Array(512);
  const found: string[] = [];
  let end = 0;
  let at = 0;
  while (at <= bytes.length) {
    const limit =
      random === null ? bytes.length : Math.min(bytes.length, end + random.below(3_000));
    end = limit;
    cursor.load(bytes.subarray(at, limit), limit - at, limit === bytes.length ? 'last' : 'cut');
    while (cursor.next()) {
      const bins = cursor.powers(powers);
      demand(Number.isFinite(powers[bins - 1]!), 'a power is finite');
      found.push(`${at + cursor.at}-${at + cursor.end}`);
    }
    at += cursor.end;
    if (limit === bytes.length) break;
  }
  const accounted = cursor.sweepBytes + cursor.passedBytes + cursor.skippedBytes;
  demand(accounted === bytes.length, 'every byte is accounted for by the cursor');
  return found.join(' ');
}

const powers = new Float64Array(512);

function demandFinite(segment: Sweep['segments'][number], maxExp: number): void {
  binPowers(segment, maxExp, powers);
  for (let bin = 0; bin < segment.bins.length; bin += 1) {
    if (!Number.isFinite(powers[bin]!)) demand(false, 'a power is finite');
  }
}

/** The rules of a sweep, written down a second time and in another way than the reader has them. */
function isSweep(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(1) !== bytes.length - 3) return false;
  switch (view.getUint8(0)) {
    case 1:
      return bytes.length === 76;
    case 2:
      return bytes.length === 155 && [2, 3].includes(view.getUint8(3));
    case 3:
      return (
        [93, 157, 285].includes(bytes.length) && [20, 22, 40, 44, 80, 88].includes(view.getUint8(3))
      );
    case 4: {
      const layout = [16, 32, 64, 128, 256, 512].flatMap((bins) => [22 + bins, 23 + bins]);
      const shift = layout.indexOf(bytes.length) % 2;
      if (shift < 0 || ![20, 40, 80, 160].includes(view.getUint8(3))) return false;
      const noise = view.getInt32(18 + shift);
      return noise !== 0 && noise >= -128 && noise <= 127;
    }
    default:
      return false;
  }
}

/** A stream of some sweeps of all types, and up to four kinds of damage done to it. */
export function damaged(random: Random): Uint8Array {
  let bytes = Buffer.concat(Array.from({ length: 1 + random.below(6) }, () => sampleOf(random)));
  for (let times = random.below(5); times > 0; times -= 1) {
    const damage = damages[random.below(damages.length)]!;
    bytes = Buffer.from(damage(bytes, random));
  }
  return bytes;
}

type Damage = (bytes: Buffer, random: Random) => Uint8Array;

const damages: readonly Damage[] = [
  function flip(bytes, random) {
    for (let times = 1 + random.below(4); times > 0 && bytes.length > 0; times -= 1) {
      const at = random.below(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << random.below(8));
    }
    return bytes;
  },
  function cutOut(bytes, random) {
    const [from, to] = stretch(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function cutOff(bytes, random) {
    const [from, to] = stretch(bytes, random);
    return bytes.subarray(from, to);
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length + 1);
    const more = random.bytes(1 + random.below(40));
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  function double(bytes, random) {
    const [from, to] = stretch(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  function splice(bytes, random) {
    const other = sampleOf(random);
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length))]);
  },
  /** A header that says another length, often one that some type may have. */
  function lie(bytes, random) {
    if (bytes.length < 3) return bytes;
    const at = random.below(3) === 0 ? random.below(bytes.length - 2) : 0;
    const lengths = [73, 152, 90, 154, 282, 35, 36, 531, 532, 4089, 4091, 65_535, 0];
    bytes.writeUInt16BE(lengths[random.below(lengths.length)]!, at + 1);
    return bytes;
  },
];

function stretch(bytes: Buffer, random: Random): [number, number] {
  const from = random.below(bytes.length + 1);
  return [from, from + random.below(bytes.length + 1 - from)];
}

/** A record as some driver writes it, of random bins that are small half of the time. */
export function sampleOf(random: Random): Buffer {
  const type = 1 + random.below(5);
  const lengths = lengthsOf[type]!;
  const length = lengths[random.below(lengths.length)]!;
  const sample = Buffer.from(random.bytes(3 + length));
  if (random.below(2) === 0) for (let at = 3; at < sample.length; at += 1) sample[at]! &= 7;
  sample.writeUInt8(type === 5 ? 5 + random.below(27) : type, 0);
  sample.writeUInt16BE(length, 1);
  if (type === 2) sample[3] = 2 + random.below(2);
  if (type === 3) sample[3] = [22, 44, 88][random.below(3)]!;
  if (type === 4) {
    const shift = length % 2 === 0 ? 1 : 0;
    sample[3] = [20, 40, 80, 160][random.below(4)]!;
    sample.writeUInt16BE(random.below(1024), 10 + shift);
    sample.writeUInt16BE(random.below(512), 12 + shift);
    sample.writeInt32BE(-random.below(129), 18 + shift);
  }
  return sample;
}

const lengthsOf: Readonly<Record<number, readonly number[]>> = {
  1: [73],
  2: [152],
  3: [90, 154, 282],
  4: [35, 51, 83, 147, 275, 36, 52, 84, 148, 276],
  5: [16, 94, 350],
};

function demand(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`broken: ${promise}`);
}
