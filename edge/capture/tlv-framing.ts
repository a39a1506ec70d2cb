/**
 * Finds the TLVs in a byte stream of the ath drivers, which has no magic number and no checksum.
 *
 * A header is taken for one when its length fits its type and a plausible header follows where it
 * ends. Bytes lost or added inside a sweep move its end, so that such a sweep fails the second test:
 * it is skipped byte by byte until both hold again, and no sweep is made of pieces of two. Any type
 * and many lengths fit an unknown TLV, and small bins look like one: after damage only a known
 * type is taken for a beginning.
 */

/** HT20 of ath9k, HT20/40 of ath9k, ath10k, ath11k. */
export type SweepType = 1 | 2 | 3 | 4;

export const headerBytes = 3;
const ht20Length = 73;
const ht40Length = 152;
const ath10kHeader = 26;
const mainlineHeader = 19;
const qsdkHeader = 20;
/** Of a report of 2,048 bins, the largest that vendor trees write. */
const unknownMost = 4096;
const unknownLeast = 16;
const typeMost = 31;
/** So many unknown TLVs may stand between two sweeps. */
const unknownLinks = 8;

/** A tail that waits for more is shorter than this. */
export const longestTlv = headerBytes + unknownMost;

/**
 * What the end of the bytes at hand means. `cut`: they go on in the next piece, wherever this one
 * ended. `read`: a read of the driver ended, which often is where a sweep ends. `last`: nothing
 * follows.
 */
export type Ending = 'cut' | 'read' | 'last';

export class TlvFraming {
  /** Bytes that belonged to nothing readable. */
  skippedBytes = 0;
  /** Where the TLV at hand begins and ends; `end` is where reading goes on. */
  at = 0;
  end = 0;
  #data: Uint8Array = new Uint8Array(0);
  #limit = 0;
  #ending: Ending = 'last';
  /** Whether `end` is where a TLV ended, or where the stream began. */
  #isInStep = true;

  /** Takes the bytes from 0 to `limit`. What was not read of the bytes before is forgotten. */
  load(data: Uint8Array, limit: number, ending: Ending): void {
    this.#data = data;
    this.#limit = limit;
    this.#ending = ending;
    this.at = 0;
    this.end = 0;
  }

  /** Goes to the next TLV; false where the rest, from `end` on, has to wait for more bytes. */
  next(): boolean {
    const data = this.#data;
    const limit = this.#limit;
    let at = this.end;
    while (at + headerBytes <= limit) {
      const end = at + headerBytes + lengthAt(data, at);
      const isKnown = sweepTypeOf(data[at]!) !== undefined;
      if ((isKnown || this.#isInStep) && fits(data, at)) {
        const answer = this.#isBorneOut(end, isKnown);
        if (answer === 'wait') break;
        if (answer === 'yes') {
          this.#isInStep = true;
          this.at = at;
          this.end = end;
          return true;
        }
      }
      this.#isInStep = false;
      this.skippedBytes += 1;
      at += 1;
    }
    if (this.#ending === 'last') {
      this.skippedBytes += limit - at;
      at = limit;
    }
    this.at = at;
    this.end = at;
    return false;
  }

  /**
   * Whether what stands at the end of a TLV bears it out. Behind a sweep that is the header of a sweep,
   * or of unknown TLVs that lead to one.
   */
  #isBorneOut(end: number, isKnown: boolean): 'yes' | 'no' | 'wait' {
    const data = this.#data;
    const limit = this.#limit;
    let next = end;
    for (let link = 0; link <= unknownLinks; link += 1) {
      if (next + headerBytes > limit) return this.#atLimit(next);
      if (!fits(data, next)) return 'no';
      if (!isKnown || sweepTypeOf(data[next]!) !== undefined) return 'yes';
      next += headerBytes + lengthAt(data, next);
    }
    return 'no';
  }

  /** The same where fewer bytes are left than a header has, or the TLV itself goes on. */
  #atLimit(end: number): 'yes' | 'no' | 'wait' {
    const left = this.#limit - end;
    if (this.#ending === 'cut') return 'wait';
    if (left < 0) return this.#ending === 'last' ? 'no' : 'wait';
    const data = this.#data;
    if (left > 0 && (data[end]! < 1 || data[end]! > typeMost)) return 'no';
    return left < 2 || data[end + 1]! <= unknownMost >> 8 ? 'yes' : 'no';
  }
}

/** The type of a sweep this project reads, undefined for what is only skipped by its length. */
export function sweepTypeOf(type: number): SweepType | undefined {
  return type >= 1 && type <= 4 ? (type as SweepType) : undefined;
}

/**
 * Two layouts share type 4: Qualcomm's own tree (QSDK) puts a byte after the exponent, which shifts
 * the rest. As bins come in powers of two, the length tells them apart.
 */
export function ath11kShift(length: number): 0 | 1 {
  return isBinCount(length - mainlineHeader) ? 0 : 1;
}

function lengthAt(data: Uint8Array, at: number): number {
  return (data[at + 1]! << 8) | data[at + 2]!;
}

/** Whether the length at `at` is one that the type there may have. */
function fits(data: Uint8Array, at: number): boolean {
  const type = data[at]!;
  const length = lengthAt(data, at);
  switch (type) {
    case 1:
      return length === ht20Length;
    case 2:
      return length === ht40Length;
    case 3:
      return (
        length === ath10kHeader + 64 ||
        length === ath10kHeader + 128 ||
        length === ath10kHeader + 256
      );
    case 4:
      return isBinCount(length - mainlineHeader) || isBinCount(length - qsdkHeader);
    default:
      return type > 4 && type <= typeMost && length >= unknownLeast && length <= unknownMost;
  }
}

function isBinCount(bins: number): boolean {
  return bins >= 16 && bins <= 512 && (bins & (bins - 1)) === 0;
}
