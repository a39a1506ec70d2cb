import { sin } from '#protocols/math.ts';
import { type Emission, phaseOf } from '../emission.ts';
import { bell, flat } from '../shape.ts';

/** The ends of each burst, when the magnetron starts and stops, spread over tens of megahertz. */
const EDGE_US = 500;
const EDGE_WIDTH_MHZ = 60;
/** What its hum and the movement of the load make of a line within a sweep. */
const LINE_MHZ = 1.5;
/** How far the middle wanders from one burst to the next, as the load turns: a choice of ours. */
const WANDER_MHZ = 3;

interface Supply {
  readonly mainsHz: number;
  /** One tube conducts in every other half wave of the mains; two tubes in both. */
  readonly burstsAPeriod: 1 | 2;
}

/**
 * While the tube conducts, the frequency follows the current, which rises and falls with the half
 * wave: up by the width and back.
 */
function oven(
  { mainsHz, burstsAPeriod }: Supply,
  usual: Emission['usual'],
  about: string,
): Emission {
  const periodUs = 1_000_000 / mainsHz / burstsAPeriod;
  return {
    about,
    source:
      'Kamerman and Erkocevic, PIMRC 1997: a carrier that sweeps, once a mains period, twice with two tubes; NTIA report 94-303: measured ovens, 2,450 to 2,465 MHz, wide bursts at the edges',
    usual,
    put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
      const { count, sinceUs } = phaseOf(tUs, periodUs);
      const burstUs = duty * periodUs;
      if (sinceUs >= burstUs) return;
      if (duty < 1 && (sinceUs < EDGE_US || burstUs - sinceUs < EDGE_US)) {
        canvas.put(flat, centerMhz, EDGE_WIDTH_MHZ, mw);
        return;
      }
      const wander = (chance.uniform(count) * 2 - 1) * WANDER_MHZ;
      const current = sin((Math.PI * sinceUs) / burstUs);
      const sweepMhz = Math.max(0, widthMhz - 2 * WANDER_MHZ);
      canvas.put(bell, centerMhz + wander + (current - 0.5) * sweepMhz, LINE_MHZ, mw);
    },
  };
}

const home = { centerMhz: 2456, widthMhz: 18, duty: 0.45 };

export const microwave = oven(
  { mainsHz: 50, burstsAPeriod: 1 },
  home,
  'A microwave oven at home, on mains of 50 Hz',
);
export const microwave60 = oven(
  { mainsHz: 60, burstsAPeriod: 1 },
  home,
  'The same on mains of 60 Hz',
);
export const microwaveCommercial = oven(
  { mainsHz: 50, burstsAPeriod: 2 },
  { centerMhz: 2450, widthMhz: 50, duty: 0.8 },
  'A microwave oven of a restaurant: two tubes, twice as often and further',
);
