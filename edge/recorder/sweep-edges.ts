/**
 * Follows a stream of sweeps from header to header, without looking into them, so that blocks can be
 * cut between two. It only ever says where to cut: bytes it cannot follow are recorded all the same.
 *
 * @see linux/drivers/net/wireless/ath/spectral_common.h, enum ath_fft_sample_type, struct fft_sample_tlv
 */

const headerBytes = 3;
/** Lengths behind the header by type: ath9k has one each, ath10k and ath11k one for each bin count. */
const lengths: Readonly<Record<number, readonly number[]>> = {
  1: [73],
  2: [152],
  3: [64, 128, 256].map((bins) => 26 + bins),
  4: [16, 32, 64, 128, 256, 512].flatMap((bins) => [19 + bins, 20 + bins]),
};
/** Types of vendors' drivers, of at most one report of 2,048 bins. */
const vendorTypes = { least: 5, most: 31, leastBytes: 16, mostBytes: 4096 };

export class SweepEdges {
  /** Bytes until the sweep that is passing by ends. */
  #left = 0;
  readonly #header = new Uint8Array(headerBytes);
  #headerFilled = 0;
  #isLost = false;

  /** True when the next byte is the first of a sweep, as far as the stream could be followed. */
  get isBetween(): boolean {
    return !this.#isLost && this.#left === 0 && this.#headerFilled === 0;
  }

  /** Passes over `data`; returns behind which of its bytes the last sweep ended, 0 for none. */
  pass(data: Uint8Array): number {
    let at = 0;
    let edge = 0;
    while (at < data.length) {
      if (this.#isLost) {
        const found = beginning(data, at);
        if (found < 0) return edge;
        this.#isLost = false;
        at = found;
        edge = found;
      }
      if (this.#left > 0) {
        const step = Math.min(this.#left, data.length - at);
        this.#left -= step;
        at += step;
        if (this.#left === 0) edge = at;
        continue;
      }
      this.#header[this.#headerFilled] = data[at] as number;
      this.#headerFilled += 1;
      at += 1;
      if (this.#headerFilled < headerBytes) continue;
      this.#headerFilled = 0;
      this.#left = bodyBytes(this.#header, 0);
      this.#isLost = this.#left < 0;
      if (this.#isLost) this.#left = 0;
    }
    return edge;
  }

  /** What follows does not join on to what passed; it is taken to begin with a sweep. */
  restart(): void {
    this.#left = 0;
    this.#headerFilled = 0;
    this.#isLost = false;
  }
}

/** The length behind a header, or −1 where the bytes are none. */
function bodyBytes(data: Uint8Array, at: number): number {
  const type = data[at] as number;
  const length = ((data[at + 1] as number) << 8) | (data[at + 2] as number);
  if (lengths[type]?.includes(length)) return length;
  const { least, most, leastBytes, mostBytes } = vendorTypes;
  const isVendor = type >= least && type <= most && length >= leastBytes && length <= mostBytes;
  return isVendor ? length : -1;
}

/** Where a header stands that another follows; −1 for nowhere. One alone may be chance. */
function beginning(data: Uint8Array, from: number): number {
  for (let at = from; at + headerBytes <= data.length; at += 1) {
    const length = bodyBytes(data, at);
    const next = at + headerBytes + length;
    if (length < 0 || next + headerBytes > data.length) continue;
    if (bodyBytes(data, next) >= 0) return at;
  }
  return -1;
}
