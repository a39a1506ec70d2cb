/**
 * A site by chance: access points where they happen to stand on a floor, each on one of a few channels, with
 * one client nearby that it always has something for. The fluid air is held against frames on these.
 */
import { channelFromNumber } from '#protocols/channels.ts';
import { cos, sin } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { openSpace } from './propagation.ts';
import { rulesOf } from './rules.ts';
import type { Flow, PacketNode, PacketScene } from './scene.ts';

const numbers = [36, 40, 44, 48, 52, 56, 60, 64] as const;
const CHANNELS_MIN = 3;
const SIDE_M = { least: 80, most: 200 };
const APART_M = 6;
const CLIENT_M = { least: 2, most: 10 };
const TX_DBM = 20;
/** A floor so full that no place was found so often is enlarged. */
const TRIES = 100;

export interface SiteWish {
  /** Drawn when left out. */
  readonly channels?: number;
}

export interface SiteScene {
  readonly scene: PacketScene;
  readonly standard: '11a' | '11ax';
  readonly sideM: number;
  readonly channels: number;
}

/** Channels that a site may have. */
export const CHANNELS_MAX = numbers.length;

/** `n` access points; the random decides all else: floor, channels, places, 11a or 11ax with MCS 4. */
export function siteScene(n: number, random: Random, wish: SiteWish = {}): SiteScene {
  let sideM = between(SIDE_M, random);
  const drawn = CHANNELS_MIN + random.below(CHANNELS_MAX - CHANNELS_MIN + 1);
  const channels = wish.channels ?? drawn;
  const standard = random.below(2) === 0 ? '11a' : '11ax';
  const points: PacketNode[] = [];
  const clients: PacketNode[] = [];
  const flows: Flow[] = [];
  for (let tries = 0; points.length < n; tries += 1) {
    if (tries === TRIES) {
      sideM *= 1.25;
      tries = 0;
    }
    const [x, y] = [sideM * random.uniform(), sideM * random.uniform()];
    const isTooNear = points.some(
      (one) => (one.x - x) * (one.x - x) + (one.y - y) * (one.y - y) < APART_M * APART_M,
    );
    if (isTooNear) continue;
    tries = 0;
    const number = numbers[random.below(channels)]!;
    const channel = channelFromNumber({ band: '5', number, widthMhz: 20 })!;
    const [metres, angle] = [between(CLIENT_M, random), 2 * Math.PI * random.uniform()];
    const common = { z: 0, txDbm: TX_DBM, channel };
    flows.push({ from: points.length, to: n + points.length });
    points.push({ x, y, ...common });
    clients.push({ x: x + metres * cos(angle), y: y + metres * sin(angle), ...common });
  }
  const rules = rulesOf({
    standard,
    mcs: 4,
    widthMhz: 20,
    usesRts: false,
    band: '5',
    controlMbps: 6,
  });
  const scene = { nodes: [...points, ...clients], flows, rules, space: openSpace('5') };
  return { scene, standard, sideM, channels };
}

function between({ least, most }: { least: number; most: number }, random: Random): number {
  return least + (most - least) * random.uniform();
}
