/**
 * What a transform without a window makes of a narrow signal: its power, sin²x/x², reaches into all
 * bins. Recordings of ath9k show it, with skirts that fall as the distance does; newer chips much less.
 */
import { sin } from '#protocols/math.ts';
import type { Canvas } from './canvas.ts';

const REACH = 512;
/** The mean over where in its bin a carrier lies, by distance in bins. */
const kernel = Float64Array.from({ length: REACH }, (_, distance) => {
  const places = 16;
  let sum = 0;
  for (let place = 0; place < places; place += 1) {
    const x = Math.PI * (distance + (place + 0.5) / places - 0.5);
    const wave = sin(x) / x;
    sum += wave * wave;
  }
  return sum / places;
});

/** A bin with less of the sweep's power leaks less than shows. */
const SHARE_AT_LEAST = 0.04;

/** `amount`: 1 without a window, less with one. */
export function leak(canvas: Canvas, amount: number): void {
  if (amount === 0 || (!canvas.hasSignals && !canvas.hasCarriers)) return;
  const { noiseMw, carrierMw } = canvas;
  const bins = noiseMw.length;
  const least = SHARE_AT_LEAST * canvas.sumMw();
  const sources: (readonly [bin: number, mw: number])[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const mw = noiseMw[bin]! + carrierMw[bin]!;
    if (mw > least) sources.push([bin, mw]);
  }
  for (const [source, mw] of sources) {
    for (let bin = 0; bin < bins; bin += 1) {
      if (bin === source) continue;
      noiseMw[bin] = noiseMw[bin]! + mw * amount * kernel[Math.abs(bin - source)]!;
    }
  }
  if (sources.length > 0) canvas.hasSignals = true;
}
