/**
 * Frame capture: a radio that reads one frame goes over to a stronger one. Preamble capture is that of
 * ns-3's `SimpleFrameCaptureModel`; capture at any time is what chips of 802.11a were seen to do (J. Lee
 * et al., An experimental study on the capture effect in 802.11a networks, WiNTECH 2007).
 */
import { dbToRatio } from '#protocols/math.ts';

export const captures = ['none', 'preamble', 'any'] as const;
export type Capture = (typeof captures)[number];

/** How much stronger the newcomer is than what is read. */
export const captureRatio = dbToRatio(5);

/** How long after its preamble was read a frame can be left for another. */
export const captureWindowNs: Readonly<Record<Capture, number>> = {
  none: 0,
  preamble: 16_000,
  any: Number.POSITIVE_INFINITY,
};
