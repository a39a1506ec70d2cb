import { type Emission, phaseOf } from '../emission.ts';
import { masked } from '../shape.ts';

/**
 * GFSK of 1 Mb/s, as wide as a channel: −20 dB at its edges, −40 from 2 MHz on.
 *
 * @see Bluetooth Core 5.4, volume 2, part A, 3.2.1 (transmit spectrum mask)
 */
export const gfsk = masked([
  [0.3, 0],
  [0.5, -20],
  [1.5, -40],
  [2.5, -50],
]);

const SLOT_US = 625;
/** A packet of one slot sends at most this long (part B, 6.5.4.1: DH1). */
const PACKET_US = 366;
const CHANNELS = 79;
const FIRST_MHZ = 2402;

export const bluetooth: Emission = {
  about: 'Bluetooth: a packet in a slot of 625 µs, each on another of 79 channels of 1 MHz',
  source:
    'Bluetooth Core 5.4, volume 2, part B, 2.1 and 2.2.2 (1,600 hops a second), 6.5.4.1 (DH1)',
  usual: { centerMhz: 2441, widthMhz: 79, duty: PACKET_US / SLOT_US },
  put({ duty, mw, chance }, tUs, canvas) {
    const { count, sinceUs } = phaseOf(tUs, SLOT_US);
    if (sinceUs >= PACKET_US) return;
    const share = (duty * SLOT_US) / PACKET_US;
    if (share < 1 && chance.uniform(count, 1) >= share) return;
    canvas.put(gfsk, FIRST_MHZ + chance.below(CHANNELS, count), 1, mw);
  },
};
