import type { Random } from '#protocols/random.ts';
import { type Emission, phaseOf } from '#sim/air/spectrum/emission.ts';
import { bell, flat } from '#sim/air/spectrum/shape.ts';
import { between } from './setting.ts';

/** A line of 625 or 525, and its pulse (ITU-R BT.1700). */
const LINE_US = 64;
const SYNC_US = 4.7;

/**
 * Cameras as they differ: how far the frequency follows the brightness, how narrow the line is that
 * one transform catches, how much of the power lies beside it. All three are choices of ours, wide
 * enough to hold what recordings of one camera show: a line of one to eight bins that moves.
 */
export function cameraOf(random: Random): Emission {
  const deviation = between(0.04, 0.35, random);
  const lineMhz = between(0.05, 2.5, random);
  const beside = between(0.002, 0.12, random);
  const scene = between(0, 1, random);
  return {
    about: 'A wireless video camera of its own kind',
    source: 'ITU-R BT.1700 (line of 64 µs); the rest: choices of ours',
    usual: { centerMhz: 2414, widthMhz: 17, duty: 1 },
    put({ centerMhz, widthMhz, mw, chance }, tUs, canvas) {
      const { count, sinceUs } = phaseOf(tUs, LINE_US);
      const brightness = scene * chance.uniform(count) + (1 - scene) * 0.5;
      const level = sinceUs < SYNC_US ? -0.4 : brightness * 0.7 + 0.15;
      const carrierMhz = centerMhz + (level - 0.3) * deviation * widthMhz;
      const moves = 1 + 3 * chance.uniform(count, 1);
      const isStill = chance.uniform(count, 2) < 0.3;
      if (isStill) canvas.carry(carrierMhz, mw * (1 - beside));
      else canvas.put(bell, carrierMhz, lineMhz * moves, mw * (1 - beside));
      canvas.put(flat, centerMhz, widthMhz, mw * beside);
    },
  };
}
