import { type Emission, phaseOf } from '../emission.ts';
import { flat } from '../shape.ts';
import { BURST_US, jammingSource } from './jamming.ts';

export const wideJammer: Emission = {
  about: 'Barrage jamming: noise over a whole stretch',
  source: jammingSource,
  usual: { centerMhz: 2442, widthMhz: 80, duty: 1 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const { count } = phaseOf(tUs, BURST_US);
    if (duty < 1 && chance.uniform(count) >= duty) return;
    canvas.put(flat, centerMhz, widthMhz, mw);
  },
};
