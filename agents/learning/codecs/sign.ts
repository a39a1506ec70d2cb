import { type FlCodec, PAYLOAD_BYTES_MAX } from './codec.ts';

/** Of each weight whether it grows; how much is the mean over all. */
export const signCodec: FlCodec = {
  name: 'sign',
  source: 'Karimireddy et al., ICML 2019, algorithm 1 (scaled sign, error feedback)',
  sizeMax: 8 * PAYLOAD_BYTES_MAX,
  encode(change) {
    const payload = new Uint8Array(Math.ceil(change.length / 8));
    let sum = 0;
    for (let at = 0; at < change.length; at += 1) {
      const value = change[at]!;
      sum += Math.abs(value);
      if (value >= 0) payload[at >> 3] = payload[at >> 3]! | (1 << (at & 7));
    }
    return { scale: Math.fround(sum / change.length), seed: 0, payload };
  },
  decode({ scale, payload }, size) {
    if (payload.length !== Math.ceil(size / 8)) return undefined;
    return Float32Array.from({ length: size }, (_, at) =>
      ((payload[at >> 3]! >> (at & 7)) & 1) === 1 ? scale : -scale,
    );
  },
};
