/**
 * Whether something is there that the bins hardly show: what always sends, a chip's calibration takes
 * for noise, on that channel alone.
 */
import type { Sweep } from '../../capture/tlv.ts';
import type { NoiseFloor } from '../noise-floor.ts';

/** Deviations over the other channels of the card: 6 dB where those lie within one. */
const raisedScore = 6;

export function isRaised(floor: NoiseFloor, { segments }: Sweep): boolean {
  return floor
    .readings()
    .some(
      ({ lowMhz, score }) =>
        score >= raisedScore && segments.some((segment) => segment.lowMhz === lowMhz),
    );
}
