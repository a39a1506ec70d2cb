/**
 * Reads spectral sweeps out of the byte streams of the ath drivers: TLVs one after another,
 * big-endian, without magic or checksum. Type 1 is ath9k HT20, 2 ath9k HT20/40, 3 ath10k, 4 ath11k.
 *
 * A stream may begin or end anywhere and may be damaged. Without a magic number a header is taken
 * for one only when its length fits its type, and for an unknown type only when a plausible header
 * follows it; else reading resumes one byte further on.
 *
 * @see linux/drivers/net/wireless/ath/spectral_common.h, struct fft_sample_ht20, fft_sample_ht20_40,
 * fft_sample_ath10k and fft_sample_ath11k
 */

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
}

export interface Sweep {
  readonly type: 1 | 2 | 3 | 4;
  /** Microseconds of the chip; not a clock: ath9k restarts it at channel changes. */
  readonly tsf: bigint;
  /** As stored: the control channel for type 2. */
  readonly freq1Mhz: number;
  readonly freq2Mhz: number;
  /** As stored: ath10k writes 22, 44 and 88 for 20, 40 and 80 MHz. */
  readonly storedWidthMhz: number;
  /** As stored; 0 for ath11k, whose driver guesses it and whose bins are whole. */
  readonly maxExp: number;
  readonly segments: readonly Segment[];
  /** The bytes it was read from, header included. */
  readonly bytes: Uint8Array;
}

const headerBytes = 3;
const ht20Length = 73;
const ht40Length = 152;
const ath10kHeader = 26;
const ath10kBins = [64, 128, 256];
/** HT40− and HT40+ of enum nl80211_channel_type. */
const ht40Minus = 2;
const ht40Plus = 3;
const mainlineHeader = 19;
const qsdkHeader = 20;

export class SweepReader {
  #tail: Uint8Array = new Uint8Array(0);
  /** Bytes that belonged to nothing readable. */
  skippedBytes = 0;
  /** Well-formed TLVs of types this reader does not know, by type. */
  readonly unknown = new Map<number, number>();

  /** Takes the next bytes; calls `onSweep` for each sweep they complete. */
  push(bytes: Uint8Array, onSweep: (sweep: Sweep) => void): void {
    const data = this.#tail.length === 0 ? bytes : join(this.#tail, bytes);
    let at = 0;
    while (at + headerBytes <= data.length) {
      const length = lengthAt(data, at);
      const end = at + headerBytes + length;
      const type = data[at] as number;
      if (isPlausible(type, length)) {
        if (end > data.length) break;
        const sweep = readSweep(data.subarray(at, end));
        if (sweep === undefined) this.#noteUnknown(type);
        else onSweep(sweep);
        at = end;
      } else if (
        isUnknown(type, length) &&
        end + headerBytes <= data.length &&
        headerAt(data, end)
      ) {
        this.#noteUnknown(type);
        at = end;
      } else {
        this.skippedBytes += 1;
        at += 1;
      }
    }
    this.#tail = new Uint8Array(data.subarray(at));
  }

  /** Ends the stream: what is left over was cut short. Returns how many bytes that were. */
  end(): number {
    const left = this.#tail.length;
    this.skippedBytes += left;
    this.#tail = new Uint8Array(0);
    return left;
  }

  #noteUnknown(type: number): void {
    this.unknown.set(type, (this.unknown.get(type) ?? 0) + 1);
  }
}

/** All sweeps of one piece of bytes. */
export function readSweeps(bytes: Uint8Array): { sweeps: Sweep[]; skippedBytes: number } {
  const reader = new SweepReader();
  const sweeps: Sweep[] = [];
  reader.push(bytes, (sweep) => sweeps.push(sweep));
  reader.end();
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

function lengthAt(data: Uint8Array, at: number): number {
  return ((data[at + 1] as number) << 8) | (data[at + 2] as number);
}

function headerAt(data: Uint8Array, at: number): boolean {
  const type = data[at] as number;
  const length = lengthAt(data, at);
  return isPlausible(type, length) || isUnknown(type, length);
}

function isPlausible(type: number, length: number): boolean {
  switch (type) {
    case 1:
      return length === ht20Length;
    case 2:
      return length === ht40Length;
    case 3:
      return ath10kBins.includes(length - ath10kHeader);
    case 4:
      return isBinCount(length - mainlineHeader) || isBinCount(length - qsdkHeader);
    default:
      return false;
  }
}

function isBinCount(bins: number): boolean {
  return bins >= 16 && bins <= 512 && (bins & (bins - 1)) === 0;
}

/** Types from 5 on come from vendor trees: skipped by length, of at most one 2,048-bin report. */
function isUnknown(type: number, length: number): boolean {
  return type >= 5 && type < 32 && length >= 16 && length <= 4096;
}

/** Undefined for types from 5 on, and for what the driver itself could not fill in. */
function readSweep(bytes: Uint8Array): Sweep | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytes[0]) {
    case 1:
      return readHt20(view, bytes);
    case 2:
      return readHt40(view, bytes);
    case 3:
      return readAth10k(view, bytes);
    case 4:
      return readAth11k(view, bytes);
    default:
      return undefined;
  }
}

/**
 * The 56 bins are the middle of 64 subcarriers over 20 MHz, so that one is 0.3125 MHz wide; two
 * viewers in use spread them over 17.5 or 20 MHz.
 */
function readHt20(view: DataView, bytes: Uint8Array): Sweep {
  const freq1Mhz = view.getUint16(4);
  const half = (56 / 2) * (20 / 64);
  return {
    type: 1,
    tsf: view.getBigUint64(12),
    freq1Mhz,
    freq2Mhz: 0,
    storedWidthMhz: 20,
    maxExp: view.getUint8(3),
    bytes,
    segments: [
      {
        lowMhz: freq1Mhz - half,
        highMhz: freq1Mhz + half,
        rssiDb: view.getInt8(6),
        noiseDbm: view.getInt8(7),
        maxMagnitude: view.getUint16(8),
        maxIndex: view.getUint8(10),
        bins: bytes.subarray(20, 76),
      },
    ],
  };
}

function readHt40(view: DataView, bytes: Uint8Array): Sweep | undefined {
  const channelType = view.getUint8(3);
  if (channelType !== ht40Minus && channelType !== ht40Plus) return undefined;
  const freq1Mhz = view.getUint16(4);
  const centerMhz = freq1Mhz + (channelType === ht40Plus ? 10 : -10);
  return {
    type: 2,
    tsf: view.getBigUint64(8),
    freq1Mhz,
    freq2Mhz: 0,
    storedWidthMhz: 40,
    maxExp: view.getUint8(26),
    bytes,
    segments: [
      {
        lowMhz: centerMhz - 20,
        highMhz: centerMhz,
        rssiDb: view.getInt8(6),
        noiseDbm: view.getInt8(16),
        maxMagnitude: view.getUint16(18),
        maxIndex: view.getUint8(22),
        bins: bytes.subarray(27, 91),
      },
      {
        lowMhz: centerMhz,
        highMhz: centerMhz + 20,
        rssiDb: view.getInt8(7),
        noiseDbm: view.getInt8(17),
        maxMagnitude: view.getUint16(20),
        maxIndex: view.getUint8(23),
        bins: bytes.subarray(91, 155),
      },
    ],
  };
}

function readAth10k(view: DataView, bytes: Uint8Array): Sweep | undefined {
  const storedWidthMhz = view.getUint8(3);
  const widthMhz = { 20: 20, 22: 20, 40: 40, 44: 40, 80: 80, 88: 80 }[storedWidthMhz];
  if (widthMhz === undefined) return undefined;
  const freq1Mhz = view.getUint16(4);
  return {
    type: 3,
    tsf: view.getBigUint64(16),
    freq1Mhz,
    freq2Mhz: view.getUint16(6),
    storedWidthMhz,
    maxExp: view.getUint8(28),
    bytes,
    segments: [
      {
        lowMhz: freq1Mhz - widthMhz / 2,
        highMhz: freq1Mhz + widthMhz / 2,
        rssiDb: view.getUint8(25),
        noiseDbm: view.getInt16(8),
        maxMagnitude: view.getUint16(10),
        maxIndex: view.getInt8(24),
        bins: bytes.subarray(29),
      },
    ],
  };
}

/**
 * Two layouts share the type: Qualcomm's own tree (QSDK) puts a byte after the exponent, which shifts
 * the rest. As bins come in powers of two, the length tells them apart.
 */
function ath11kShift(length: number): 0 | 1 {
  return isBinCount(length - mainlineHeader) ? 0 : 1;
}

/** A floor of 0 dBm is none: the driver had no report of it. */
function readAth11k(view: DataView, bytes: Uint8Array): Sweep | undefined {
  const shift = ath11kShift(view.getUint16(1));
  const widthMhz = view.getUint8(3);
  const noiseDbm = view.getInt32(18 + shift);
  if (![20, 40, 80, 160].includes(widthMhz) || noiseDbm === 0) return undefined;
  const freq1Mhz = view.getUint16(6 + shift);
  return {
    type: 4,
    tsf: BigInt(view.getUint32(14 + shift)),
    freq1Mhz,
    freq2Mhz: view.getUint16(8 + shift),
    storedWidthMhz: widthMhz,
    maxExp: 0,
    bytes,
    segments: [
      {
        lowMhz: freq1Mhz - widthMhz / 2,
        highMhz: freq1Mhz + widthMhz / 2,
        rssiDb: view.getUint16(12 + shift),
        noiseDbm,
        maxMagnitude: view.getUint16(10 + shift),
        maxIndex: view.getInt8(4),
        bins: bytes.subarray(22 + shift),
      },
    ],
  };
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
