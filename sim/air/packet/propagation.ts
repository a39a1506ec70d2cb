/** How much weaker a signal arrives: distance, walls, floors, and the slow fading of each link. */
import { hypot, log10, pow10 } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { type Wall, wallLossDb } from '../geometry.ts';
import { fingerprint, Shadowing } from '../path-loss.ts';
import type { PacketNode } from './scene.ts';

export const pathLossNames = ['log-distance', 'tgax-residential', 'tgax-enterprise'] as const;
export type PathLossName = (typeof pathLossNames)[number];

export interface Space {
  readonly pathLoss: PathLossName;
  readonly band: '2.4' | '5';
  readonly walls: readonly Wall[];
  /** Storeys are so far apart; the TGax residential model alone counts them. */
  readonly storeyM: number;
  /** Energy reaches channels beside one's own; without it, channels of other numbers never meet. */
  readonly leaks: boolean;
  /** Standard deviation of log-normal shadowing. */
  readonly shadowingDb: number;
}

/** Log-distance loss, nothing in the way, and nothing of other channels: the scenes by formula, as in ns-3. */
export function openSpace(band: Space['band']): Space {
  return { pathLoss: 'log-distance', band, walls: [], storeyM: 3, leaks: false, shadowingDb: 0 };
}

/** Loss by distance in metres, from 1 m on, and storeys between. */
type Model = (metres: number, storeys: number, band: Space['band']) => number;

/** The carrier of each band, for models that take one. */
const gigahertz = { '2.4': 2.4, '5': 5.25 } as const;
/** Free space at 1 m: 20 log10(f MHz) − 27.55 dB at 2.4 and 5.15 GHz, rounded as in the scenes of ns-3. */
const lossAt1mDb = { '2.4': 40.05, '5': 46.67 } as const;
const EXPONENT = 3.5;

/**
 * Free space up to a breakpoint and an exponent of 3.5 beyond: IEEE 802.11-14/0980r16, TGax
 * simulation scenarios, appendices of scenario 1 (residential, 5 m) and 2 (enterprise, 10 m).
 */
function withBreakpoint(metres: number, breakM: number, band: Space['band']): number {
  const near = 40.05 + 20 * log10(gigahertz[band] / 2.4) + 20 * log10(Math.min(metres, breakM));
  return metres <= breakM ? near : near + 35 * log10(metres / breakM);
}

const models: Readonly<Record<PathLossName, Model>> = {
  'log-distance': (metres, _, band) => lossAt1mDb[band] + 10 * EXPONENT * log10(metres),
  'tgax-residential': (metres, storeys, band) => {
    // 18.3 · F^((F + 2) / (F + 1) − 0.46) dB for F floors.
    const power = (storeys + 2) / (storeys + 1) - 0.46;
    const floorsDb = storeys === 0 ? 0 : 18.3 * pow10(power * log10(storeys));
    return withBreakpoint(metres, 5, band) + floorsDb;
  },
  'tgax-enterprise': (metres, _, band) => withBreakpoint(metres, 10, band),
};

/** What a wall takes where the scene does not say: the same document. */
export const wallDb: Readonly<Record<PathLossName, number>> = {
  'log-distance': 5,
  'tgax-residential': 5,
  'tgax-enterprise': 7,
};

/** Of a sender's signal at a receiver, in dB; by their places in the scene's list. */
export type LossOf = (from: number, to: number) => number;

export function lossOf(nodes: readonly PacketNode[], space: Space, random: Random): LossOf {
  const model = models[space.pathLoss];
  const shadowing = new Shadowing(random, space.shadowingDb);
  const prints = nodes.map(({ id }, place) => fingerprint(id ?? String(place)));
  return (sender, receiver) => {
    const from = nodes[sender]!;
    const to = nodes[receiver]!;
    const metres = Math.max(1, hypot(from.x - to.x, from.y - to.y, from.z - to.z));
    const storeys = Math.round(Math.abs(from.z - to.z) / space.storeyM);
    const shadow =
      space.shadowingDb === 0 ? 0 : shadowing.lossDb(prints[sender]!, prints[receiver]!);
    return model(metres, storeys, space.band) + wallLossDb(space.walls, from, to) + shadow;
  };
}

/** Beyond it everything has lost more than that; infinity where shadowing may carry on. */
export function farthestM({ pathLoss, band, shadowingDb }: Space, budgetDb: number): number {
  if (shadowingDb > 0) return Number.POSITIVE_INFINITY;
  let metres = 1;
  while (models[pathLoss](metres, 0, band) <= budgetDb) metres *= 1.1;
  return metres;
}
