import { type Emission, phaseOf } from '../emission.ts';
import { flat } from '../shape.ts';
import { jammingSource } from './jamming.ts';

/** Once over its width. */
const SWEEP_US = 10_000;

export const sweepingJammer: Emission = {
  about: 'Sweep jamming: a carrier that runs over a stretch, again and again',
  source: jammingSource,
  usual: { centerMhz: 2442, widthMhz: 80, duty: 1 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const { count, sinceUs } = phaseOf(tUs, SWEEP_US);
    if (duty < 1 && chance.uniform(count) >= duty) return;
    const mhz = centerMhz + (sinceUs / SWEEP_US - 0.5) * widthMhz;
    const movesMhz = (widthMhz * canvas.windowUs) / SWEEP_US;
    canvas.put(flat, mhz, Math.max(movesMhz, canvas.binMhz), mw);
  },
};
