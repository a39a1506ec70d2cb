import type { Random } from '#protocols/random.ts';
import { type Emission, phaseOf } from '#sim/air/spectrum/emission.ts';
import { gfsk } from '#sim/air/spectrum/emissions/bluetooth.ts';
import { bell, flat } from '#sim/air/spectrum/shape.ts';
import { between, pick } from './setting.ts';

/**
 * What is like nothing that has a name: bursts of any length, pause, width and movement. The trees
 * learn from it that there is more on the air than their classes (outlier exposure: Hendrycks,
 * Mazeika and Dietterich, ICLR 2019). What tests call unknown is none of it.
 */
export function strangeOf(random: Random): Emission {
  const shape = pick([flat, bell, gfsk], random);
  const burstUs =
    pick([150, 300, 700, 1_500, 3_000, 8_000, 15_000], random) * between(0.8, 1.3, random);
  const duty = between(0.08, 0.95, random);
  const everyUs = burstUs / duty;
  const isRegular = random.uniform() < 0.6;
  const movement = pick(['stays', 'stays', 'hops', 'slides', 'alternates'] as const, random);
  const reachMhz = between(3, 30, random);
  const places = 2 + random.below(6);
  const slideMhz = between(-1, 1, random) * reachMhz;
  const otherWidth = between(0.1, 1, random);
  return {
    about: 'Bursts like nothing that has a name',
    source: 'none: drawn',
    usual: { centerMhz: 2440, widthMhz: 4, duty: 1 },
    put({ centerMhz, widthMhz, mw, chance }, tUs, canvas) {
      const { count, sinceUs } = phaseOf(tUs, everyUs);
      const startUs = isRegular ? 0 : chance.uniform(count) * (everyUs - burstUs);
      const inUs = sinceUs - startUs;
      if (inUs < 0 || inUs >= burstUs) return;
      const hop = ((chance.below(places, count, 1) + 0.5) / places - 0.5) * reachMhz;
      const slide = (inUs / burstUs - 0.5) * slideMhz;
      const mhz = centerMhz + (movement === 'hops' ? hop : movement === 'slides' ? slide : 0);
      const isOther = movement === 'alternates' && count % 2 === 1;
      canvas.put(shape, mhz, isOther ? widthMhz * otherWidth : widthMhz, mw);
    },
  };
}
