/** Which neighbourhoods run together on one thread. Nothing in a result depends on it. */
import type { Neighbourhood } from './neighbourhoods.ts';

/** The heaviest first, each to the shard with the least so far: no shard is left with much more. */
export function dealOut(
  neighbourhoods: readonly Neighbourhood[],
  shards: number,
): Neighbourhood[][] {
  const dealt = Array.from({ length: shards }, () => ({
    weight: 0,
    members: [] as Neighbourhood[],
  }));
  for (const neighbourhood of neighbourhoods.toSorted((a, b) => weightOf(b) - weightOf(a))) {
    const lightest = dealt.reduce((least, one) => (one.weight < least.weight ? one : least));
    lightest.weight += weightOf(neighbourhood);
    lightest.members.push(neighbourhood);
  }
  return dealt.map(({ members }) => members).filter((members) => members.length > 0);
}

/** What happens grows with the number of radios. */
function weightOf({ scenario: { generate } }: Neighbourhood): number {
  return generate.nodes * generate.radios;
}
