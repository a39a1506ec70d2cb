/** Takes the pulses out of what a driver tells, and tells what of radar is in them instead. */

import type { DriverEvent } from '#protocols/driver.ts';
import type { EventData } from '#protocols/event.ts';
import type { radarSuspected } from '#protocols/events/radio.ts';
import { PulseDetector } from './detector/pulses/detector.ts';

export type Told =
  | Exclude<DriverEvent, { readonly type: 'pulses' }>
  | ({ readonly type: 'radar.suspected' } & EventData<typeof radarSuspected>);

/** What a driver is opened with. The detector is this radio's own. */
export function watchPulses(tell: (event: Told) => void): (event: DriverEvent) => void {
  const detector = new PulseDetector({
    onRadar(pattern, confidence, { tUs: _, ...evidence }) {
      tell({ type: 'radar.suspected', pattern, confidence, ...evidence, fits: [...evidence.fits] });
    },
  });
  return (event) => {
    if (event.type === 'pulses') detector.push(event.pulses);
    else tell(event);
  };
}
