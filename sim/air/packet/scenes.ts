/** Scenes by formula: one cell, and a grid of access points with one client each. */
import { type Channel, channelFromNumber } from '#protocols/channels.ts';
import { cos, sin } from '#protocols/math.ts';
import type { Capture } from './capture.ts';
import type { Standard } from './formats.ts';
import { openSpace } from './propagation.ts';
import { type RuleOptions, rulesOf } from './rules.ts';
import type { Flow, PacketNode, PacketScene, Rules } from './scene.ts';
import { COLOUR_MAX } from './spatial-reuse.ts';

const TX_DBM = 20;
const CELL_RADIUS_M = 5;

/** Channel numbers of a plan, by place; `rr` is round robin. */
export const plans = {
  co: [36],
  rr4: [36, 40, 44, 48],
  rr3: [1, 6, 11],
} as const;
export type Plan = keyof typeof plans;

export function bandOf(plan: Plan): '2.4' | '5' {
  return plan === 'rr3' ? '2.4' : '5';
}

export interface RadioWish {
  readonly standard: Standard;
  readonly mcs: number;
  readonly widthMhz: RuleOptions['widthMhz'];
  readonly usesRts: boolean;
  /** 1 when left out. */
  readonly streams?: number;
  /** The usual one of the standard when left out. */
  readonly guardUs?: number;
}

/** `n` stations on a ring of 5 m that send to the one in the middle. */
export function cellScene(n: number, wish: RadioWish): PacketScene {
  return ringScene(n, rulesOf({ ...wish, band: '5', controlMbps: controlOf(wish, 24) }));
}

/** The same under any rules. */
export function ringScene(n: number, rules: Rules): PacketScene {
  const channel = channelOf('5', 36, rules.widthMhz);
  const at = (x: number, y: number) => ({ x, y, z: 0, txDbm: TX_DBM, channel });
  const nodes: PacketNode[] = [at(0, 0)];
  const flows: Flow[] = [];
  for (let station = 0; station < n; station += 1) {
    const angle = (2 * Math.PI * station) / n;
    nodes.push(at(CELL_RADIUS_M * cos(angle), CELL_RADIUS_M * sin(angle)));
    flows.push({ from: station + 1, to: 0 });
  }
  return { nodes, flows, rules, space: openSpace('5') };
}

export interface GridWish {
  readonly plan: Plan;
  readonly spacingM: number;
  /** Spatial reuse, each access point and its client with a colour; none when left out. */
  readonly obssPdDbm?: number;
  readonly capture?: Capture;
  /** Each client sends to its access point too. */
  readonly hasUplink?: boolean;
}

/**
 * `n` access points on a square grid, each with one client 3 to 5 m away, turned by the golden angle
 * from one to the next; all send to their clients.
 */
export function gridScene(
  n: number,
  { plan, spacingM, obssPdDbm, capture = 'none', hasUplink = false }: GridWish,
  wish: RadioWish,
): PacketScene {
  const band = bandOf(plan);
  const widthMhz = wish.standard === '11a' ? 20 : wish.widthMhz;
  const side = Math.ceil(Math.sqrt(n));
  const channels = plans[plan];
  const points: PacketNode[] = [];
  const clients: PacketNode[] = [];
  const flows: Flow[] = [];
  for (let place = 0; place < n; place += 1) {
    const x = spacingM * (place % side);
    const y = spacingM * Math.floor(place / side);
    const channel = channelOf(band, channels[place % channels.length]!, widthMhz);
    const turns = 0.61803398875 * place;
    const radius = 3 + 2 * (turns - Math.floor(turns));
    const angle = 2.39996322973 * place;
    const reuse = obssPdDbm !== undefined && { colour: 1 + (place % COLOUR_MAX), obssPdDbm };
    const common = { z: 0, txDbm: TX_DBM, channel, ...reuse };
    points.push({ x, y, ...common });
    clients.push({ x: x + radius * cos(angle), y: y + radius * sin(angle), ...common });
    flows.push({ from: place, to: n + place });
  }
  if (hasUplink)
    for (let place = 0; place < n; place += 1) flows.push({ from: n + place, to: place });
  const rules = rulesOf({ ...wish, band, controlMbps: controlOf(wish, 6) });
  return { nodes: [...points, ...clients], flows, rules, space: openSpace(band), capture };
}

/** 80 MHz in 2.4 GHz and the like are not there; the primary alone is what counts then. */
function channelOf(band: '2.4' | '5', number: number, widthMhz: RuleOptions['widthMhz']): Channel {
  return (
    channelFromNumber({ band, number, widthMhz }) ??
    channelFromNumber({ band, number, widthMhz: 20 })!
  );
}

function controlOf({ standard }: RadioWish, ofAx: 6 | 24): 6 | 24 {
  return standard === '11a' ? 6 : ofAx;
}
