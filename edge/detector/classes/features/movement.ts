/** How the strongest run moves from sweep to sweep, and whether what is filled follows the mains. */
import { cos, sin } from '#protocols/math.ts';
import type { Levels } from '../levels.ts';
import type { Runs } from '../runs.ts';
import { deviationOf, meanOf, type Row } from './row.ts';

/** Of a run that can be one line: wider ones have no place. */
const lineMhz = 5;
const jumpMhz = 4;
/** Half waves and whole waves of 50 and 60 Hz. */
const mainsHz = [50, 60, 100, 120];
/** Turns that some senders take: a frame of phones and of a jammer's sweeps, half of one of LTE. */
const frameHz = [200];

export function addMovement(row: Row, prefix: string, levels: Levels, runs: Runs): void {
  const { sweeps, tUs } = levels;
  const center = new Float64Array(sweeps).fill(Number.NaN);
  const width = new Float64Array(sweeps);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    let loudest = -1e9;
    for (let run = runs.first[sweep]!; run < runs.first[sweep + 1]!; run += 1) {
      if (runs.widthMhz[run]! > lineMhz || runs.levelDb[run]! < loudest) continue;
      loudest = runs.levelDb[run]!;
      center[sweep] = runs.centerMhz[run]!;
      width[sweep] = runs.widthMhz[run]!;
    }
  }
  const places = center.filter((mhz) => !Number.isNaN(mhz));
  row.add(`${prefix}.share`, places.length / sweeps);
  row.add(`${prefix}.spread`, deviationOf(places));
  row.add(`${prefix}.width`, meanOf(width.filter((mhz) => mhz > 0)));
  let moved = 0;
  let drift = 0;
  let same = 0;
  let steps = 0;
  let turned = 0;
  let previous = 0;
  for (let sweep = 1; sweep < sweeps; sweep += 1) {
    const step = center[sweep]! - center[sweep - 1]!;
    if (Number.isNaN(step)) continue;
    steps += 1;
    moved += Math.min(jumpMhz, Math.abs(step));
    if (Math.abs(step) < 0.05) same += 1;
    if (Math.abs(step) < jumpMhz) drift += step;
    if (step * previous < 0) turned += 1;
    previous = step;
  }
  row.add(`${prefix}.steps`, steps / sweeps);
  row.add(`${prefix}.moved`, moved / Math.max(1, steps));
  row.add(`${prefix}.drift`, drift / Math.max(1, steps));
  row.add(`${prefix}.same`, same / Math.max(1, steps));
  row.add(`${prefix}.turned`, turned / Math.max(1, steps));

  const lines = new Float64Array(sweeps);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    lines[sweep] = Number.isNaN(center[sweep]!) ? 0 : 1;
  }
  const series = { filled: runs.share, level: levels.levelDb, lines };
  for (const hz of [...mainsHz, ...frameHz]) {
    const shares = atFrequency(Object.values(series), tUs, hz);
    for (const [index, name] of Object.keys(series).entries()) {
      row.add(`${prefix}.${name}At${hz}Hz`, shares[index]!);
    }
  }
}

/** A turn in so many steps. */
const circle = 1024;
const cosines = Float64Array.from({ length: circle }, (_, step) =>
  cos((2 * Math.PI * step) / circle),
);
const sines = Float64Array.from({ length: circle }, (_, step) =>
  sin((2 * Math.PI * step) / circle),
);

/** The share of each series' variance that lies at a frequency. */
function atFrequency(
  series: readonly ArrayLike<number>[],
  tUs: Float64Array,
  hz: number,
): Float64Array {
  const means = series.map((values) => meanOf(values));
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
      const value = series[one]![index]! - means[one]!;
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
