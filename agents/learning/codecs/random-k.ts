import { createRandom } from '../../random/philox.ts';
import { type FlCodec, PAYLOAD_BYTES_MAX } from './codec.ts';

const LEVELS = 127;

/**
 * Some of the weights, in 8 bits each. Which ones follows from the seed, so no places are sent. Nodes of
 * one round take the same, or a median over nodes would be of nothing.
 */
export const randomKCodec: FlCodec = {
  name: 'random-k',
  source: 'Konečný et al., arXiv:1610.05492, section 3 (random mask), with 8 bits a weight',
  sizeMax: Number.POSITIVE_INFINITY,
  encode(change, seed) {
    const places = placesOf(seed, change.length);
    let largest = 0;
    for (const place of places) largest = Math.max(largest, Math.abs(change[place]!));
    const scale = Math.fround(largest / LEVELS);
    const payload = new Uint8Array(places.length);
    places.forEach((place, at) => {
      const steps = scale === 0 ? 0 : Math.round(change[place]! / scale);
      payload[at] = Math.max(-LEVELS, Math.min(LEVELS, steps)) & 0xff;
    });
    return { scale, seed, payload };
  },
  decode({ scale, seed, payload }, size) {
    const places = placesOf(seed, size);
    if (payload.length !== places.length) return undefined;
    const change = new Float32Array(size);
    places.forEach((place, at) => {
      change[place] = ((payload[at]! << 24) >> 24) * scale;
    });
    return change;
  },
};

/** Without repetition: the first of a shuffle (Fisher and Yates). */
function placesOf(seed: number, size: number): Uint32Array {
  const random = createRandom(seed).fork('places');
  const order = Uint32Array.from({ length: size }, (_, place) => place);
  const count = Math.min(size, PAYLOAD_BYTES_MAX);
  for (let at = 0; at < count; at += 1) {
    const other = at + random.below(size - at);
    const kept = order[at]!;
    order[at] = order[other]!;
    order[other] = kept;
  }
  return order.subarray(0, count);
}
