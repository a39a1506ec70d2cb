/**
 * The fields of one sweep, read where they stand: the one place that knows the layouts.
 *
 * @see linux/drivers/net/wireless/ath/spectral_common.h, struct fft_sample_ht20, fft_sample_ht20_40,
 * fft_sample_ath10k and fft_sample_ath11k
 */
import { ath11kShift, headerBytes, type SweepType, sweepTypeOf } from './tlv-framing.ts';

/** A stretch with a level of its own, and where its bins stand. Filled anew for each sweep. */
export class SegmentFields {
  lowMhz = 0;
  highMhz = 0;
  rssiDb = 0;
  noiseDbm = 0;
  maxMagnitude = 0;
  maxIndex = 0;
  /** Offset of the first bin from the beginning of the sweep. */
  binsAt = 0;
  bins = 0;
  /** The bin whose upper bits were lost and whose magnitude is `maxMagnitude`; −1 for none. */
  wrappedBin = -1;
}

/** Filled anew for each sweep; nothing is allocated. */
export class SweepFields {
  type: SweepType = 1;
  freq1Mhz = 0;
  freq2Mhz = 0;
  storedWidthMhz = 0;
  maxExp = 0;
  /** Microseconds of the chip: exact below 2^53; type 4 has the lower 32 bits alone. */
  tsfUs = 0;
  /** 1, or 2 for type 2. */
  segments: 1 | 2 = 1;
  readonly first = new SegmentFields();
  readonly second = new SegmentFields();

  /**
   * Reads the TLV from `at` to `end`. False for an unknown type and for what the driver itself could
   * not fill in: a width that no chip has, no noise floor, a level beyond its scale.
   */
  read(view: DataView, at: number, end: number): boolean {
    const type = sweepTypeOf(view.getUint8(at));
    if (type === undefined) return false;
    this.type = type;
    this.segments = 1;
    this.freq2Mhz = 0;
    this.first.wrappedBin = -1;
    switch (type) {
      case 1:
        return this.#readHt20(view, at);
      case 2:
        return this.#readHt40(view, at);
      case 3:
        return this.#readAth10k(view, at, end);
      case 4:
        return this.#readAth11k(view, at, end);
    }
  }

  /**
   * The 56 bins are the middle of 64 subcarriers over 20 MHz, so that one is 0.3125 MHz wide; two
   * viewers in use spread them over 17.5 or 20 MHz.
   */
  #readHt20(view: DataView, at: number): true {
    const { first } = this;
    this.maxExp = view.getUint8(at + 3) & exponentMask;
    this.freq1Mhz = view.getUint16(at + 4);
    this.storedWidthMhz = 20;
    this.tsfUs = wide(view, at + 12);
    place(first, this.freq1Mhz, (56 * 20) / 64);
    first.rssiDb = view.getInt8(at + 6);
    first.noiseDbm = view.getInt8(at + 7);
    first.maxMagnitude = view.getUint16(at + 8);
    first.maxIndex = view.getUint8(at + 10);
    first.binsAt = 20;
    first.bins = 56;
    return true;
  }

  #readHt40(view: DataView, at: number): boolean {
    const { first, second } = this;
    const channelType = view.getUint8(at + 3);
    if (channelType !== ht40Minus && channelType !== ht40Plus) return false;
    this.segments = 2;
    this.maxExp = view.getUint8(at + 26) & exponentMask;
    this.freq1Mhz = view.getUint16(at + 4);
    this.storedWidthMhz = 40;
    this.tsfUs = wide(view, at + 8);
    const centerMhz = this.freq1Mhz + (channelType === ht40Plus ? 10 : -10);
    place(first, centerMhz - 10, 20);
    place(second, centerMhz + 10, 20);
    first.rssiDb = view.getInt8(at + 6);
    second.rssiDb = view.getInt8(at + 7);
    first.noiseDbm = view.getInt8(at + 16);
    second.noiseDbm = view.getInt8(at + 17);
    first.maxMagnitude = view.getUint16(at + 18);
    second.maxMagnitude = view.getUint16(at + 20);
    first.maxIndex = view.getUint8(at + 22);
    second.maxIndex = view.getUint8(at + 23);
    first.binsAt = 27;
    second.binsAt = 91;
    first.bins = 64;
    second.bins = 64;
    return true;
  }

  #readAth10k(view: DataView, at: number, end: number): boolean {
    const { first } = this;
    this.storedWidthMhz = view.getUint8(at + 3);
    const widthMhz = ath10kWidth(this.storedWidthMhz);
    if (widthMhz === 0) return false;
    this.maxExp = view.getUint8(at + 28) & exponentMask;
    this.freq1Mhz = view.getUint16(at + 4);
    this.freq2Mhz = view.getUint16(at + 6);
    this.tsfUs = wide(view, at + 16);
    place(first, this.freq1Mhz, widthMhz);
    first.rssiDb = view.getUint8(at + 25);
    first.noiseDbm = view.getInt16(at + 8);
    first.maxMagnitude = view.getUint16(at + 10);
    first.maxIndex = view.getInt8(at + 24);
    first.binsAt = 29;
    first.bins = end - at - 29;
    return true;
  }

  /** Bins are the low bytes of whole magnitudes: the exponent, which the driver guesses, shifts none. */
  #readAth11k(view: DataView, at: number, end: number): boolean {
    const { first } = this;
    const shift = ath11kShift(end - at - headerBytes);
    const body = at + shift;
    const widthMhz = view.getUint8(at + 3);
    first.noiseDbm = view.getInt32(body + 18);
    first.rssiDb = view.getUint16(body + 12);
    first.maxMagnitude = view.getUint16(body + 10);
    if (!isAth11kWidth(widthMhz) || first.noiseDbm === 0 || isBeyondChip(first)) return false;
    this.storedWidthMhz = widthMhz;
    this.maxExp = 0;
    this.freq1Mhz = view.getUint16(body + 6);
    this.freq2Mhz = view.getUint16(body + 8);
    this.tsfUs = view.getUint32(body + 14);
    place(first, this.freq1Mhz, widthMhz);
    first.maxIndex = view.getInt8(at + 4);
    first.binsAt = 22 + shift;
    first.bins = end - at - first.binsAt;
    if (first.maxMagnitude > 255 && first.maxMagnitude <= magnitudeMost) {
      first.wrappedBin = wrappedBin(view, at, first);
    }
    return true;
  }
}

/** HT40− and HT40+ of enum nl80211_channel_type. */
const ht40Minus = 2;
const ht40Plus = 3;
/** What the drivers keep of the exponent, which is of 4 bits. */
const exponentMask = 15;

function place(segment: SegmentFields, centerMhz: number, widthMhz: number): void {
  segment.lowMhz = centerMhz - widthMhz / 2;
  segment.highMhz = centerMhz + widthMhz / 2;
}

/** The driver writes 22, 44 and 88 for 20, 40 and 80 MHz; 0 for a width that no chip has. */
function ath10kWidth(storedMhz: number): number {
  if (storedMhz === 22 || storedMhz === 20) return 20;
  if (storedMhz === 44 || storedMhz === 40) return 40;
  return storedMhz === 88 || storedMhz === 80 ? 80 : 0;
}

function isAth11kWidth(mhz: number): boolean {
  return mhz === 20 || mhz === 40 || mhz === 80 || mhz === 160;
}

/**
 * Fields that are wider than what the chip reports: a power of 10 bits halved (ath11k/spectral.h,
 * SPECTRAL_FFT_REPORT_INFO), a noise floor of 8 with a sign.
 */
function isBeyondChip({ rssiDb, noiseDbm }: SegmentFields): boolean {
  return rssiDb > 511 || noiseDbm < -128 || noiseDbm > 127;
}

/** Of the chip's peak, which has 10 bits; what is larger says nothing. */
const magnitudeMost = 1023;

function wide(view: DataView, at: number): number {
  return view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
}

/**
 * The bin of a peak over 255, found by its index from the middle and its low byte. The index has lost
 * its upper bits too, which leaves two bins of 512; where both or none have that byte it stays unknown.
 */
function wrappedBin(view: DataView, at: number, segment: SegmentFields): number {
  const { binsAt, bins, maxIndex, maxMagnitude } = segment;
  let found = -1;
  for (const lost of [-256, 0, 256]) {
    const bin = bins / 2 + maxIndex + lost;
    if (bin < 0 || bin >= bins) continue;
    if (view.getUint8(at + binsAt + bin) !== (maxMagnitude & 255)) continue;
    if (found >= 0) return -1;
    found = bin;
  }
  return found;
}
