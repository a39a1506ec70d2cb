import { type Emission, phaseOf } from '../emission.ts';
import { gfsk } from './bluetooth.ts';
import { CALL_DUTY, callsOf, FRAME_US, isSending } from './phone-frame.ts';

/** 2,401 to 2,483 MHz in steps as wide as the signal: 75 channels at least are asked for. */
const HOP_CHANNELS = 90;
const HOP_MHZ = 0.9;
const HOP_FIRST_MHZ = 2401;

export const fhssPhone: Emission = {
  about: 'A cordless phone that hops 100 times a second over 2.4 GHz, 0.9 MHz wide',
  source:
    'ETSI EN 300 175-2, 4.2 (frame and slots of DECT, as such phones have them); 47 CFR 15.247(a)(1)(iii) (hopping); their hop set is not public: not confirmed',
  usual: { centerMhz: 2441.5, widthMhz: 81, duty: CALL_DUTY },
  put(heard, tUs, canvas) {
    const { count, sinceUs } = phaseOf(tUs, FRAME_US);
    for (let call = 0; call < callsOf(heard.duty); call += 1) {
      if (!isSending(sinceUs, call)) continue;
      const channel = heard.chance.below(HOP_CHANNELS, count, call);
      canvas.put(gfsk, HOP_FIRST_MHZ + channel * HOP_MHZ, HOP_MHZ, heard.mw);
    }
  },
};
