/**
 * A sender that nobody built: of any width, that stays, hops or runs, without end or in bursts. The
 * autoencoder learns from these what does not belong to noise and Wi-Fi; the senders it is judged on
 * it never meets while it learns.
 */
import { dbmToMw, exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { Chance } from '#sim/air/spectrum/chance.ts';
import { type Emission, phaseOf } from '#sim/air/spectrum/emission.ts';
import type { Sender } from '#sim/air/spectrum/painter.ts';
import { scanned } from '#sim/air/spectrum/painter.ts';
import { bell, flat } from '#sim/air/spectrum/shape.ts';
import { chance, NOISE_FIGURE_DB, pick, type Scene } from './scenes.ts';

const CARRIER_MHZ = 0.05;

/** One, sometimes two of different strength that keep time with each other. */
export function strangersIn(random: Random, { channel }: Scene): Sender[] {
  const block = scanned(channel);
  const bandMhz = block.highMhz - block.lowMhz;
  const noise = noiseDbm(channel.widthMhz, NOISE_FIGURE_DB);
  const count = chance(random, 0.25) ? 2 : 1;
  const timing = timingOf(random);
  const isClose = chance(random, 0.2);
  const strongest = isClose ? 45 + 35 * random.uniform() : 48 * random.uniform() - 3;
  return Array.from({ length: count }, (_, place): Sender => {
    const widthMhz = between(random, 0.02, bandMhz * 3);
    return {
      emission: emissionOf(random, timing, bandMhz),
      centerMhz: block.lowMhz + random.uniform() * bandMhz,
      widthMhz,
      duty: 1,
      mw: dbmToMw(noise + strongest - place * 10 * random.uniform()),
      chance: new Chance(random.fork(`stranger/${place}`)),
    };
  });
}

interface Timing {
  readonly periodUs: number;
  readonly onUs: number;
}

/** Bursts from a fraction of a sweep to longer than a tile; a third never pauses. */
function timingOf(random: Random): Timing {
  const periodUs = between(random, 300, 20_000);
  if (chance(random, 0.35)) return { periodUs, onUs: periodUs };
  return { periodUs, onUs: periodUs * (0.1 + 0.8 * random.uniform()) };
}

function emissionOf(random: Random, { periodUs, onUs }: Timing, bandMhz: number): Emission {
  const shape = pick(random, [flat, bell]);
  const moves = pick(random, ['stays', 'stays', 'hops', 'runs'] as const);
  const reachMhz = bandMhz * between(random, 0.02, 1);
  const offset = {
    stays: () => 0,
    hops: (part: number) => part - 0.5,
    runs: (_: number, since: number) => since - 0.5,
  }[moves];
  return {
    about: 'Anything',
    source: 'none: drawn at random',
    usual: { centerMhz: 0, widthMhz: 1, duty: 1 },
    put({ centerMhz, widthMhz, mw, chance: own }, tUs, canvas) {
      const { count, sinceUs } = phaseOf(tUs, periodUs);
      if (sinceUs >= onUs) return;
      const mhz = centerMhz + reachMhz * offset(own.uniform(count), sinceUs / onUs);
      if (widthMhz < CARRIER_MHZ) canvas.carry(mhz, mw);
      else canvas.put(shape, mhz, widthMhz, mw);
    },
  };
}

/** Logarithmic. */
function between(random: Random, least: number, most: number): number {
  return least * exp(random.uniform() * log(most / least));
}
