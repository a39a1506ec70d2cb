/**
 * Messages that one frame does not hold. A fragment is a head byte, sixteen bits (six that tell
 * messages apart, five for its place, five for the place of the last one), and its share of the
 * message with a checksum behind: fragments of two messages that bear the same six bits do not pass
 * for one.
 */
import { InputError, type Outcome } from '../errors.ts';
import { headByte, readHead } from './codec.ts';
import { FRAGMENT_NUMBER } from './messages.ts';

export const FRAGMENT_HEAD_BYTES = 3;
/** How many messages of one node can be under way at a time without being taken for another. */
export const FRAGMENT_IDS = 64;
const FRAGMENTS_MAX = 32;
const CHECKSUM_BYTES = 2;

export interface Fragment {
  readonly id: number;
  readonly place: number;
  readonly last: number;
  readonly share: Uint8Array;
}

/**
 * The frames that carry a message: itself where it fits in `frameBytes`, otherwise its fragments, all
 * but the last of one size.
 */
export function framesOf(message: Uint8Array, frameBytes: number, id: number): Uint8Array[] {
  if (message.length <= frameBytes) return [message];
  const shareBytes = frameBytes - FRAGMENT_HEAD_BYTES;
  const whole = new Uint8Array(message.length + CHECKSUM_BYTES);
  whole.set(message);
  new DataView(whole.buffer).setUint16(message.length, crc16(message));
  const count = shareBytes < 1 ? Number.POSITIVE_INFINITY : Math.ceil(whole.length / shareBytes);
  if (count > FRAGMENTS_MAX) {
    throw new InputError(
      `a message of ${message.length} bytes: expected at most ${FRAGMENTS_MAX} frames, ` +
        `frames of ${frameBytes} bytes would take ${count}; take a higher data rate`,
    );
  }
  return Array.from({ length: count }, (_, place) => {
    const share = whole.subarray(place * shareBytes, (place + 1) * shareBytes);
    const frame = new Uint8Array(FRAGMENT_HEAD_BYTES + share.length);
    frame[0] = headByte(FRAGMENT_NUMBER);
    new DataView(frame.buffer).setUint16(
      1,
      ((id % FRAGMENT_IDS) << 10) | (place << 5) | (count - 1),
    );
    frame.set(share, FRAGMENT_HEAD_BYTES);
    return frame;
  });
}

/** Undefined where the frame is no fragment but a message. */
export function readFragment(frame: Uint8Array): Outcome<Fragment, string> | undefined {
  const head = readHead(frame);
  if (!head.ok) return head;
  if (head.value !== FRAGMENT_NUMBER) return undefined;
  if (frame.length <= FRAGMENT_HEAD_BYTES) {
    return {
      ok: false,
      error: `expected a fragment of more than ${FRAGMENT_HEAD_BYTES} bytes, came ${frame.length}`,
    };
  }
  const bits = (frame[1]! << 8) | frame[2]!;
  const fragment = {
    id: bits >> 10,
    place: (bits >> 5) & 31,
    last: bits & 31,
    share: frame.subarray(FRAGMENT_HEAD_BYTES),
  };
  if (fragment.place <= fragment.last) return { ok: true, value: fragment };
  return {
    ok: false,
    error: `expected a fragment of the ${fragment.last + 1} there are, came number ${fragment.place + 1}`,
  };
}

/** Puts the shares of a message together, in order; undefined where the checksum does not hold. */
export function joinShares(shares: readonly Uint8Array[]): Uint8Array | undefined {
  const length = shares.reduce((sum, share) => sum + share.length, 0);
  if (length <= CHECKSUM_BYTES) return undefined;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const share of shares) {
    whole.set(share, offset);
    offset += share.length;
  }
  const message = whole.subarray(0, length - CHECKSUM_BYTES);
  const holds = new DataView(whole.buffer).getUint16(length - CHECKSUM_BYTES) === crc16(message);
  return holds ? message : undefined;
}

/** CRC-16/IBM-3740 (also called CCITT-FALSE): polynomial 0x1021, from 0xffff. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    }
    crc &= 0xffff;
  }
  return crc;
}
