import { type Emission, phaseOf } from '../emission.ts';
import { flat } from '../shape.ts';

/** On or off for so long: a choice of ours, short against a look at the spectrum. */
const SLOT_US = 1_000;

/** What an emitter is taken for that does not say what it is. */
export const block: Emission = {
  about: 'A block of flat noise, on or off for a millisecond at a time',
  source: 'none: a stand-in',
  usual: { centerMhz: 2437, widthMhz: 20, duty: 1 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const { count } = phaseOf(tUs, SLOT_US);
    if (duty < 1 && chance.uniform(count) >= duty) return;
    canvas.put(flat, centerMhz, widthMhz, mw);
  },
};
