/** The tables of a card: sites with a known optimum, and sites as the law leaves them. */
import { setImmediate } from 'node:timers/promises';
import type { PolicyNet } from '#agents/policy-net/forward.ts';
import type { Random } from '#protocols/random.ts';
import { FluidEnvironment } from './environment.ts';
import { heuristics } from './heuristics.ts';
import {
  AGAIN,
  bestHeuristic,
  type Estimate,
  estimate,
  gap,
  type Judged,
  judgeSite,
  OPTIMUM,
  POLICY,
  unseenSites,
} from './judge.ts';
import { climbed, optimumOf } from './optimum.ts';
import { drawSite, drawSquare, type SiteSetup } from './site.ts';

export interface Table {
  readonly about: string;
  readonly sites: number;
  /** Loss of utility against the best known: the optimum, or the best of all ways on each site. */
  readonly gaps: readonly { readonly method: string; readonly gap: Estimate }[];
  readonly gapByKind: readonly { readonly kind: string; readonly gap: Estimate }[];
  readonly bestHeuristic: string;
  /** The logarithm of utility over that of the best heuristic. */
  readonly advantage: Estimate;
}

export interface Figures {
  readonly source: 'generated sites, fluid air';
  readonly small: Table;
  readonly crowded: Table;
  readonly free: Table;
}

/** Starts of the climb that stands for the optimum where all plans were not tried. */
const STARTS = 20;

const abouts = {
  small:
    '10 access points anywhere in a square of 30 to 70 m, 4 channels of 20 MHz, against the optimum by trying all plans',
  crowded: `10 access points in flats, offices, warehouses, stadiums and shops, 4 channels of 20 MHz, usual load, against the best climb on the air itself from ${STARTS} starts`,
  free: 'the same kinds with 10, 30 or 60 access points, every legal channel and width of 5 GHz, strangers among them, usual load, against the best of all ways on each site',
} as const;

export async function figuresOf(
  net: PolicyNet,
  random: Random,
  count: number,
  optima: Optima,
  note: (text: string) => void,
): Promise<Figures> {
  const environment = new FluidEnvironment();
  const judge = async (
    name: string,
    sites: number,
    draw: (kind: string, own: Random) => SiteSetup,
    best: ((setup: SiteSetup, at: number) => number) | null,
  ) => {
    const judged: Judged[] = [];
    for (const setup of unseenSites(random.fork(name), sites, draw)) {
      const one = judgeSite(net, environment, setup, setup.random, heuristics);
      const optimum: Record<string, number> =
        best === null ? {} : { [OPTIMUM]: best(setup, judged.length) };
      judged.push({ kind: one.kind, methods: { ...one.methods, ...optimum } });
      note(`${name} sites: judged ${judged.length} of ${sites}`);
      await setImmediate();
    }
    return judged;
  };
  const free = await judge('free', count, drawFree, null);
  const crowded = await judge('crowded', 3 * count, drawCrowded, (setup) =>
    climbed(environment, setup, STARTS, setup.random.fork('climb')),
  );
  const small = await judge('small', count, drawSmall, (setup, at) =>
    optima.of(at, () => optimumOf(environment, setup)),
  );
  return {
    source: 'generated sites, fluid air',
    small: tableOf(abouts.small, small),
    crowded: tableOf(abouts.crowded, crowded),
    free: tableOf(abouts.free, free),
  };
}

function drawSmall(_: string, own: Random): SiteSetup {
  const sideM = 30 + 40 * own.uniform();
  return drawSquare({ aps: 10, sideM, clients: 4, mostMbps: 50, channels: 4 }, own);
}

function drawCrowded(kind: string, own: Random): SiteSetup {
  const wish = {
    kind,
    aps: 10,
    band: '5',
    channels: 4,
    options: 4,
    load: 1,
    strangers: false,
  } as const;
  return drawSite(wish, own);
}

function drawFree(kind: string, own: Random): SiteSetup {
  const aps = [10, 30, 60][own.below(3)]!;
  const wish = {
    kind,
    aps,
    band: '5',
    channels: null,
    options: 64,
    load: 1,
    strangers: true,
  } as const;
  return drawSite(wish, own);
}

/** Optima that were found before a judging was stopped. */
export interface Optima {
  of(site: number, find: () => number): number;
}

export function tableOf(about: string, sites: readonly Judged[]): Table {
  const names = [...heuristics.map(({ name }) => name), POLICY, AGAIN];
  const bestOf = ({ methods }: Judged) => methods[OPTIMUM] ?? Math.max(...Object.values(methods));
  const gapOf = (site: Judged, name: string) => gap(site.methods[name]!, bestOf(site));
  const best = bestHeuristic(sites);
  const kinds = [...new Set(sites.map(({ kind }) => kind))];
  return {
    about,
    sites: sites.length,
    gaps: names.map((method) => ({
      method,
      gap: estimate(sites.map((site) => gapOf(site, method))),
    })),
    gapByKind: kinds.map((kind) => ({
      kind,
      gap: estimate(sites.filter((site) => site.kind === kind).map((site) => gapOf(site, POLICY))),
    })),
    bestHeuristic: best,
    advantage: estimate(sites.map(({ methods }) => methods[POLICY]! - methods[best]!)),
  };
}
