/** Sites and weights drawn by chance. */
import type { SeenSite } from '#agents/policy-net/features.ts';
import { channelFeatures } from '#agents/policy-net/features.ts';
import { shapes, type Weights } from '#agents/policy-net/weights.ts';
import { createRandom } from '#agents/random/philox.ts';

export function drawnWeights(seed: string): Weights {
  const random = createRandom(seed);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((product, size) => product * size, 1)).map(
        () => random.normal() / 5,
      ),
    ]),
  );
}

/** `options` is the number of channels of every radio. */
export function drawnSite(seed: string, count: number, options: number): SeenSite {
  const random = createRandom(seed);
  const channel = (at: number) =>
    channelFeatures.map((name) => {
      if (name === 'centerMhz' || name === 'primaryMhz') return 5180 + 20 * at;
      return name === 'widthMhz' ? 20 : random.uniform() - (name.startsWith('fare') ? 1 : 0);
    });
  const radios = Array.from({ length: count }, (_, radio) => ({
    id: `ap${radio}/radio-0`,
    features: [
      random.below(9),
      random.uniform() * 90,
      -50 - random.uniform() * 30,
      -60 - random.uniform() * 30,
      ...channel(random.below(options)),
      ...Array.from({ length: options }, (__, at) => channel(at)).flat(),
    ],
  }));
  const edges: [number, number, number][] = [];
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 1; other < count; other += 1) {
      if (random.uniform() < 0.5) edges.push([one, other, 1.5 * random.uniform() - 0.5]);
    }
  }
  return { radios, edges };
}
