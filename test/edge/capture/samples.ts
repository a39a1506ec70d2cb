/** Samples as the ath11k driver of the kernel writes them, or Qualcomm's. */
export interface SampleWish {
  readonly bins: number;
  readonly tsfUs: number;
  readonly isQsdk?: boolean;
  readonly freq1Mhz?: number;
  readonly freq2Mhz?: number;
  readonly maxMagnitude?: number;
  readonly maxIndex?: number;
  readonly noiseDbm?: number;
  readonly rssiDb?: number;
  /** The magnitude of a bin, whose low byte is kept; by default something of its place and time. */
  readonly magnitude?: (bin: number) => number;
}

export function ath11kSample(wish: SampleWish): Buffer {
  const { bins, tsfUs, isQsdk = false, freq1Mhz = 5210, freq2Mhz = 0 } = wish;
  const { magnitude = (bin: number) => 1 + ((bin * 31 + tsfUs * 7) % 200) } = wish;
  const shift = isQsdk ? 1 : 0;
  const sample = Buffer.alloc(22 + shift + bins);
  sample.writeUInt8(4, 0);
  sample.writeUInt16BE(sample.length - 3, 1);
  sample.writeUInt8(80, 3);
  sample.writeInt8(wish.maxIndex ?? 0, 4);
  sample.writeUInt16BE(freq1Mhz, 6 + shift);
  sample.writeUInt16BE(freq2Mhz, 8 + shift);
  sample.writeUInt16BE(wish.maxMagnitude ?? 200, 10 + shift);
  sample.writeUInt16BE(wish.rssiDb ?? 20, 12 + shift);
  sample.writeUInt32BE(tsfUs % 2 ** 32, 14 + shift);
  sample.writeInt32BE(wish.noiseDbm ?? -95, 18 + shift);
  for (let bin = 0; bin < bins; bin += 1) sample[22 + shift + bin] = magnitude(bin) & 255;
  return sample;
}
