import { type Emission, phaseOf } from '../emission.ts';
import { masked } from '../shape.ts';

/** 601 carriers of 15 kHz in a channel of 10 MHz, twice as many in 20 MHz. */
const ofdm = masked([
  [0.4508, 0],
  [0.48, -20],
  [1, -35],
]);
/** The link to the drone: narrow, between the bursts of the picture. */
const CONTROL_MHZ = 1.4;
const control = masked([
  [0.4, 0],
  [0.5, -20],
  [1, -40],
]);

/** Picture, pause, control: half of a radio frame of LTE. The split is a choice of ours. */
const FRAME_US = 5_000;
const CONTROL_US = 400;
const GUARD_US = 100;

export const droneVideo: Emission = {
  about:
    'The video link of a drone: OFDM of 10 or 20 MHz that takes turns with a narrow control link',
  source:
    'Schiller and others, NDSS 2023, 4 (OFDM of OcuSync: 15 kHz, 600 carriers and DC in 10 MHz, grid of LTE); 3GPP TS 36.211, 4.2 (time division in halves of 5 ms)',
  usual: { centerMhz: 2437, widthMhz: 10, duty: 0.85 },
  put({ centerMhz, widthMhz, duty, mw, chance }, tUs, canvas) {
    const { count, sinceUs } = phaseOf(tUs, FRAME_US);
    const videoUs = Math.max(0, Math.min(FRAME_US, duty * FRAME_US - CONTROL_US));
    if (sinceUs < videoUs) canvas.put(ofdm, centerMhz, widthMhz, mw);
    const controlAt = videoUs + GUARD_US;
    if (sinceUs < controlAt || sinceUs >= controlAt + CONTROL_US) return;
    const offset = (chance.uniform(count) - 0.5) * (widthMhz - CONTROL_MHZ);
    canvas.put(control, centerMhz + offset, CONTROL_MHZ, mw);
  },
};
