import { type Emission, phaseOf } from '../emission.ts';
import { masked } from '../shape.ts';

/**
 * Offset QPSK with half sines at 2 Mchip/s: a main lobe of 2 MHz at −10 dB and 3 MHz at its feet.
 *
 * @see IEEE 802.15.4-2020, 12.2.6 (half-sine), 12.3.2 (−20 dBr from 3.5 MHz on)
 */
const oqpsk = masked([
  [0.25, -1],
  [0.5, -9],
  [0.75, -24],
  [1.25, -30],
  [2.5, -45],
]);

/** 133 bytes at 250 kb/s, header of the PHY included (IEEE 802.15.4-2020, 11.3 and 12.1). */
const FRAME_US = 4_256;

export const zigbee: Emission = {
  about: 'Zigbee: O-QPSK of 2 MHz in bursts of up to 4.3 ms, on one channel',
  source: 'IEEE 802.15.4-2020, 12.1 to 12.3',
  usual: { centerMhz: 2425, widthMhz: 2, duty: 0.1 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const everyUs = FRAME_US / Math.max(duty, 1e-6);
    const { count, sinceUs } = phaseOf(tUs, everyUs);
    const startUs = chance.uniform(count) * (everyUs - FRAME_US);
    if (sinceUs < startUs || sinceUs >= startUs + FRAME_US) return;
    canvas.put(oqpsk, centerMhz, widthMhz, mw);
  },
};
