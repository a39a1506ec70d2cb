/** How the strongest run moves from sweep to sweep, and whether what is filled follows the mains. */
import type { Levels } from '../levels.ts';
import type { Runs } from '../runs.ts';
import { sharesAt } from './circle.ts';
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
  const series = {
    filled: centred(runs.share),
    level: centred(levels.levelDb),
    lines: centred(lines),
  };
  for (const hz of [...mainsHz, ...frameHz]) {
    const shares = sharesAt(Object.values(series), tUs, hz);
    for (const [index, name] of Object.keys(series).entries()) {
      row.add(`${prefix}.${name}At${hz}Hz`, shares[index]!);
    }
  }
}

function centred(values: Float32Array | Float64Array): Float64Array {
  const mean = meanOf(values);
  return Float64Array.from(values, (value) => value - mean);
}
