/** Bytes as an ath11k driver gives them, generated: sweeps whose bins are drawn from a seed. */
import type { Random } from '#protocols/random.ts';

const header = 22;

/** One sweep of type 4 in the mainline layout; its time stamp is its number. */
export function sweep(random: Random, number: number, bins = 512): Uint8Array {
  const bytes = new Uint8Array(header + bins);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 4);
  view.setUint16(1, header - 3 + bins);
  view.setUint8(3, 20);
  view.setUint16(6, 5180);
  view.setUint16(12, 20);
  view.setUint32(14, number);
  view.setInt32(18, -96);
  const noise = random.bytes(bins);
  // As on air, most magnitudes are small.
  for (let bin = 0; bin < bins; bin += 1) bytes[header + bin] = (noise[bin] as number) & 15;
  return bytes;
}

/** `count` sweeps as one piece. */
export function sweeps(random: Random, count: number, bins = 512, first = 0): Uint8Array {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => sweep(random, first + index, bins)),
  );
}
