/** Every kind of sender that spectra know. */
import type { Emission as EmissionName } from '#protocols/air.ts';
import type { Emission } from '../emission.ts';
import { analogueVideo } from './analogue-video.ts';
import { ble } from './ble.ts';
import { bluetooth } from './bluetooth.ts';
import { dectPhone } from './dect-phone.ts';
import { droneVideo } from './drone-video.ts';
import { fhssPhone } from './fhss-phone.ts';
import { microwave, microwave60, microwaveCommercial } from './microwave.ts';
import { narrowJammer } from './narrow-jammer.ts';
import { sweepingJammer } from './sweeping-jammer.ts';
import { wideJammer } from './wide-jammer.ts';
import { wifi } from './wifi.ts';
import { zigbee } from './zigbee.ts';

export const emissions: Readonly<Record<EmissionName, Emission>> = {
  wifi,
  microwave,
  'microwave-60hz': microwave60,
  'microwave-commercial': microwaveCommercial,
  bluetooth,
  ble,
  zigbee,
  'analogue-video': analogueVideo,
  'fhss-phone': fhssPhone,
  'dect-phone': dectPhone,
  'wide-jammer': wideJammer,
  'narrow-jammer': narrowJammer,
  'sweeping-jammer': sweepingJammer,
  'drone-video': droneVideo,
};
