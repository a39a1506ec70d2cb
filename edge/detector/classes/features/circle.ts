/** The share of a series' variance that lies at a frequency. */
import { cos, sin } from '#protocols/math.ts';

/** A turn in so many steps. */
const circle = 1024;
const cosines = Float64Array.from({ length: circle }, (_, step) =>
  cos((2 * Math.PI * step) / circle),
);
const sines = Float64Array.from({ length: circle }, (_, step) =>
  sin((2 * Math.PI * step) / circle),
);

/** Of each of several, whose mean is 0 and which are as long as `tUs`. */
export function sharesAt(
  series: readonly Float64Array[],
  tUs: Float64Array,
  hz: number,
): Float64Array {
  const count = series.length;
  const real = new Float64Array(count);
  const imaginary = new Float64Array(count);
  const variance = new Float64Array(count);
  for (let index = 0; index < tUs.length; index += 1) {
    const turns = (tUs[index]! * hz) / 1e6;
    const step = Math.floor((turns - Math.floor(turns)) * circle);
    const across = cosines[step]!;
    const along = sines[step]!;
    for (let one = 0; one < count; one += 1) {
      const value = series[one]![index]!;
      real[one] = real[one]! + value * across;
      imaginary[one] = imaginary[one]! + value * along;
      variance[one] = variance[one]! + value * value;
    }
  }
  return variance.map((sum, one) => {
    if (sum < 1e-9) return 0;
    return (2 * (real[one]! * real[one]! + imaginary[one]! * imaginary[one]!)) / (sum * tUs.length);
  });
}
