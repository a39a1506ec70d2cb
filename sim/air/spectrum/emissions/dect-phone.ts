import { type Emission, phaseOf } from '../emission.ts';
import { gfsk } from './bluetooth.ts';
import { CALL_DUTY, callsOf, FRAME_US, isSending } from './phone-frame.ts';

export const dectPhone: Emission = {
  about: 'A cordless phone in the manner of DECT: two bursts of 0.37 ms in 10 ms, on one carrier',
  source: 'ETSI EN 300 175-2, 4.1 (carriers of 1.728 MHz), 4.2 (frame and slots), 5.1 (GFSK)',
  usual: { centerMhz: 2450, widthMhz: 1.728, duty: CALL_DUTY },
  put(heard, tUs, canvas) {
    const { sinceUs } = phaseOf(tUs, FRAME_US);
    for (let call = 0; call < callsOf(heard.duty); call += 1) {
      if (isSending(sinceUs, call)) canvas.put(gfsk, heard.centerMhz, heard.widthMhz, heard.mw);
    }
  },
};
