import { type Emission, phaseOf } from '../emission.ts';
import { bell, flat } from '../shape.ts';

/** A line of PAL and its pulse, the porches included (ITU-R BT.1700, 625 lines). */
const LINE_US = 64;
const SYNC_US = 4.7;
const BLANK_US = 12;

/** Share of the power in the side bands that the picture makes, which reach over the whole width. */
const SIDEBANDS = 0.1;
/** The two sound carriers, at 6.0 and 6.5 MHz, in widths of 17 MHz, and their share of the power. */
const SOUND_MHZ = 6;
const SOUND = 0.01;

/**
 * The frequency follows the brightness: sync at one end, white at the other. A sweep is much shorter
 * than a line, so it shows where the carrier is at that moment, and the side bands of what moves.
 */
export const analogueVideo: Emission = {
  about: 'A wireless video camera: continuous FM of some 17 MHz around a carrier that moves',
  source:
    'ITU-R BT.1700 (line of 64 µs); Carson’s rule with a deviation of 3.5 MHz and 5 MHz of video: 17 MHz',
  usual: { centerMhz: 2414, widthMhz: 17, duty: 1 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const { count, sinceUs } = phaseOf(tUs, LINE_US);
    if (duty < 1 && chance.uniform(count, 1) >= duty) return;
    const deviationMhz = widthMhz * 0.2;
    const brightness = chance.uniform(count) * 0.7 + 0.15;
    const level = sinceUs < SYNC_US ? -0.4 : sinceUs < BLANK_US ? 0 : brightness;
    const carrierMhz = centerMhz + (level - 0.3) * deviationMhz;
    canvas.put(bell, carrierMhz, widthMhz * 0.12, mw * (1 - SIDEBANDS - 2 * SOUND));
    canvas.put(flat, centerMhz, widthMhz, mw * SIDEBANDS);
    canvas.put(bell, carrierMhz - SOUND_MHZ, 0.5, mw * SOUND);
    canvas.put(bell, carrierMhz + SOUND_MHZ, 0.5, mw * SOUND);
  },
};
