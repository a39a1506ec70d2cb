import { type Emission, phaseOf } from '../emission.ts';
import { flat } from '../shape.ts';
import { BURST_US, jammingSource } from './jamming.ts';

/** Below this it is a carrier without modulation. */
const CARRIER_MHZ = 0.01;

export const narrowJammer: Emission = {
  about: 'Spot jamming: a carrier, or noise of the width that is given',
  source: jammingSource,
  usual: { centerMhz: 2437, widthMhz: CARRIER_MHZ, duty: 1 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const { count } = phaseOf(tUs, BURST_US);
    if (duty < 1 && chance.uniform(count) >= duty) return;
    if (widthMhz <= CARRIER_MHZ) canvas.carry(centerMhz, mw);
    else canvas.put(flat, centerMhz, widthMhz, mw);
  },
};
