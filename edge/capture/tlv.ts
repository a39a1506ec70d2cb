/**
 * Spectral sweeps as objects, out of the byte streams of the ath drivers: for work on some sweeps.
 * All sweeps of a long recording are read without an object each by `SweepCursor`.
 */
import type { Loss } from './loss.ts';
import type { SweepCursor } from './sweep-cursor.ts';
import type { SegmentFields } from './sweep-fields.ts';
import { SweepStream } from './sweep-stream.ts';
import { ath11kShift, headerBytes, type SweepType } from './tlv-framing.ts';

/** One stretch of a sweep that has its own level: all of it, or a half of type 2. */
export interface Segment {
  readonly lowMhz: number;
  readonly highMhz: number;
  /** Decibels over `noiseDbm`. */
  readonly rssiDb: number;
  readonly noiseDbm: number;
  readonly maxMagnitude: number;
  readonly maxIndex: number;
  /** Magnitudes, low to high frequency, each to be shifted left by the sweep's `maxExp`. */
  readonly bins: Uint8Array;
  /** The bin of which only the low byte came; its magnitude is `maxMagnitude` (type 4). */
  readonly wrappedBin?: number;
}

export interface Sweep {
  readonly type: SweepType;
  /** Microseconds of the chip; not a clock: ath9k restarts it at channel changes. */
  readonly tsf: bigint;
  /** As stored: the control channel for type 2. */
  readonly freq1Mhz: number;
  readonly freq2Mhz: number;
  /** As stored: ath10k writes 22, 44 and 88 for 20, 40 and 80 MHz. */
  readonly storedWidthMhz: number;
  /** Of 4 bits, as the drivers keep it; 0 for ath11k, whose driver guesses it and whose bins are whole. */
  readonly maxExp: number;
  readonly segments: readonly Segment[];
  /** The bytes it was read from, header included. */
  readonly bytes: Uint8Array;
}

type OnSweep = (sweep: Sweep) => void;

export class SweepReader {
  readonly #stream = new SweepStream();

  /** What `skippedBytes` says beside what the cursor counts. */
  #correction = 0;

  /** Bytes that belonged to nothing readable; may be set, to count from there. */
  get skippedBytes(): number {
    return this.#stream.cursor.skippedBytes + this.#correction;
  }

  set skippedBytes(bytes: number) {
    this.#correction = bytes - this.#stream.cursor.skippedBytes;
  }

  /** Well-formed TLVs that are no sweep for this reader, by type: unknown ones, or not filled in. */
  get unknown(): ReadonlyMap<number, number> {
    return this.#stream.cursor.unknown;
  }

  /** The bytes of these. */
  get passedBytes(): number {
    return this.#stream.cursor.passedBytes;
  }

  /** What is missing between the sweeps read so far. */
  loss(): Loss {
    return this.#stream.loss.report();
  }

  /** Takes the bytes of the next read; calls `onSweep` for each sweep they complete. */
  push(bytes: Uint8Array, onSweep: OnSweep): void {
    this.#stream.push(bytes, (cursor) => onSweep(sweepOf(cursor)));
  }

  /**
   * Ends the stream. Returns how many bytes of what was left over were skipped, those of sweeps among
   * them that nobody took.
   */
  end(onSweep?: OnSweep): number {
    const before = this.skippedBytes;
    this.#stream.end((cursor) => {
      if (onSweep === undefined) this.#correction += cursor.bytes().length;
      else onSweep(sweepOf(cursor));
    });
    return this.skippedBytes - before;
  }
}

/** All sweeps of one piece of bytes. */
export function readSweeps(bytes: Uint8Array): { sweeps: Sweep[]; skippedBytes: number } {
  const reader = new SweepReader();
  const sweeps: Sweep[] = [];
  const onSweep = (sweep: Sweep) => sweeps.push(sweep);
  reader.push(bytes, onSweep);
  reader.end(onSweep);
  return { sweeps, skippedBytes: reader.skippedBytes };
}

/** Where the frequency of a sweep stands in its bytes. */
export function frequencyOffset(view: DataView): number {
  return view.getUint8(0) === 4 ? 6 + ath11kShift(view.getUint16(1)) : 4;
}

/** The stretch of spectrum a sweep covers. */
export function sweepSpan({ segments }: Sweep): { lowMhz: number; highMhz: number } {
  return {
    lowMhz: (segments[0] as Segment).lowMhz,
    highMhz: (segments.at(-1) as Segment).highMhz,
  };
}

function sweepOf(cursor: SweepCursor): Sweep {
  const { fields } = cursor;
  const bytes = cursor.bytes();
  const { type, freq1Mhz, freq2Mhz, storedWidthMhz, maxExp, first, second } = fields;
  return {
    type,
    tsf: tsfOf(type, bytes),
    freq1Mhz,
    freq2Mhz,
    storedWidthMhz,
    maxExp,
    segments:
      fields.segments === 1
        ? [segmentOf(first, bytes)]
        : [segmentOf(first, bytes), segmentOf(second, bytes)],
    bytes,
  };
}

function segmentOf(
  { binsAt, bins, wrappedBin, ...fields }: SegmentFields,
  bytes: Uint8Array,
): Segment {
  const segment = { ...fields, bins: bytes.subarray(binsAt, binsAt + bins) };
  return wrappedBin < 0 ? segment : { ...segment, wrappedBin };
}

/** All 64 bits, which a number cannot hold. */
export function tsfOf(type: SweepType, bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 4) return BigInt(view.getUint32(14 + ath11kShift(bytes.length - headerBytes)));
  return view.getBigUint64({ 1: 12, 2: 8, 3: 16 }[type]);
}
