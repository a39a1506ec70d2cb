/**
 * From a city to its neighbourhoods: each is a scenario of one site, with a seed that follows from
 * the run's seed and its own name alone, so that it is the same whatever else the city holds.
 */
import { createRandom } from '#agents/random/philox.ts';
import { InputError } from '#protocols/errors.ts';
import { SiteId } from '#protocols/ids.ts';
import type { City, Scenario } from '../scenario.ts';

export interface Neighbourhood {
  readonly kind: string;
  readonly scenario: Scenario & { readonly generate: NonNullable<Scenario['generate']> };
  readonly seed: number;
  /** Where the zero of its places lies in the city, in metres. */
  readonly origin: { readonly x: number; readonly y: number };
}

/** Sizes from the command line, in place of the scenario's. */
export interface CitySizes {
  /** In all, of each kind in proportion. */
  readonly neighbourhoods?: number | undefined;
  /** Of each neighbourhood. */
  readonly nodes?: number | undefined;
  /** Of each node. */
  readonly radios?: number | undefined;
}

type Kind = City['neighbourhoods'][number];

export function neighbourhoodsOf(
  scenario: Scenario,
  seed: number,
  sizes: CitySizes = {},
): Neighbourhood[] {
  const { city, ...rest } = scenario;
  if (city === undefined) {
    throw new InputError(
      `scenario ${scenario.name} is one site: expected one of neighbourhoods, such as city`,
    );
  }
  const kinds = city.neighbourhoods.map(({ generate, ...kind }) => ({
    ...kind,
    generate: {
      ...generate,
      nodes: sizes.nodes ?? generate.nodes,
      radios: sizes.radios ?? generate.radios,
    },
  }));
  const random = createRandom(seed);
  const placed = placeInRows(inProportion(kinds, sizes.neighbourhoods), city.gapM);
  return placed.map(({ kind, count, origin }) => {
    const site = siteName(scenario, kind.kind, count);
    return {
      kind: kind.kind,
      scenario: { ...rest, site, generate: kind.generate },
      seed: random.fork(`neighbourhood/${site}`).below(Number.MAX_SAFE_INTEGER),
      origin,
    };
  });
}

function siteName({ name, site }: Scenario, kind: string, count: number): SiteId {
  const given = `${site}-${kind}-${String(count).padStart(3, '0')}`;
  const parsed = SiteId.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InputError(
    `scenario ${name}: at site: expected site and kind to make names of at most 63 characters, came '${given}'`,
  );
}

interface Numbered {
  readonly kind: Kind;
  /** From 1 within its kind. */
  readonly count: number;
}

/** Shares that do not come out even go to the largest remainders. */
function inProportion(kinds: readonly Kind[], total: number | undefined): Numbered[] {
  const written = kinds.reduce((sum, { count }) => sum + count, 0);
  const shares = kinds.map(({ count }) => (count * (total ?? written)) / written);
  const counts = shares.map(Math.floor);
  const left = (total ?? written) - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) counts[index] = counts[index]! + 1;
  return kinds.flatMap((kind, index) =>
    Array.from({ length: counts[index]! }, (_, before) => ({ kind, count: before + 1 })),
  );
}

/** One beside the other in rows, until a row is as long as the whole is deep. */
function placeInRows(
  neighbourhoods: readonly Numbered[],
  gapM: number,
): (Numbered & Pick<Neighbourhood, 'origin'>)[] {
  const area = neighbourhoods.reduce((sum, { kind }) => {
    const side = sideM(kind) + gapM;
    return sum + side * side;
  }, 0);
  const rowM = Math.sqrt(area);
  let [x, y, deepestM] = [0, 0, 0];
  return neighbourhoods.map((numbered) => {
    const side = sideM(numbered.kind);
    if (x > 0 && x + side > rowM) {
      y += deepestM + gapM;
      [x, deepestM] = [0, 0];
    }
    // The first node stands half a spacing within the edge.
    const inset = numbered.kind.generate.spacingM / 2;
    const origin = { x: x + inset, y: y + inset };
    x += side + gapM;
    deepestM = Math.max(deepestM, side);
    return { ...numbered, origin };
  });
}

/** Generated nodes stand on a square, each in the middle of its cell. */
function sideM({ generate }: Kind): number {
  return Math.ceil(Math.sqrt(generate.nodes)) * generate.spacingM;
}
