/** Runs that follow one another at one place, joined in time: a frame, a hop, a burst. */
import type { Levels } from './levels.ts';
import type { Runs } from './runs.ts';

/** A sweep may miss it once. */
const missedMax = 1;
const apartMhz = 0.8;
const apartOfWidth = 0.2;
const widthRatioMax = 1.8;
const widthSlackMhz = 1.3;

export interface Pulses {
  readonly count: number;
  readonly fromUs: Float64Array;
  /** From the first sweep to the last that shows it, µs; 0 where only one does. */
  readonly lengthUs: Float64Array;
  /** Sweeps from the first to the last. */
  readonly sweeps: Uint16Array;
  readonly centerMhz: Float32Array;
  readonly widthMhz: Float32Array;
  readonly levelDb: Float32Array;
}

export function pulsesOf({ tUs, sweeps: rows }: Levels, runs: Runs): Pulses {
  const size = Math.max(1, runs.count);
  const first = new Uint16Array(size);
  const last = new Uint16Array(size);
  const members = new Uint16Array(size);
  const centerMhz = new Float32Array(size);
  const widthMhz = new Float32Array(size);
  const levelDb = new Float32Array(size);
  let count = 0;
  let active: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    active = active.filter((pulse) => row - last[pulse]! <= missedMax + 1);
    const before = active.length;
    for (let run = runs.first[row]!; run < runs.first[row + 1]!; run += 1) {
      const center = runs.centerMhz[run]!;
      const width = runs.widthMhz[run]!;
      let best = -1;
      let bestApart = Number.POSITIVE_INFINITY;
      for (let index = 0; index < before; index += 1) {
        const pulse = active[index]!;
        if (last[pulse] === row) continue;
        const apart = Math.abs(center - centerMhz[pulse]!);
        const known = widthMhz[pulse]!;
        if (apart > apartMhz + apartOfWidth * Math.min(width, known)) continue;
        const wider = Math.max(width, known) - widthSlackMhz;
        if (wider > widthRatioMax * Math.min(width, known)) continue;
        if (apart < bestApart) {
          best = pulse;
          bestApart = apart;
        }
      }
      if (best < 0) {
        first[count] = row;
        last[count] = row;
        members[count] = 1;
        centerMhz[count] = center;
        widthMhz[count] = width;
        levelDb[count] = runs.levelDb[run]!;
        active.push(count);
        count += 1;
        continue;
      }
      // The mean of the last few: what drifts is followed.
      const weight = 1 / Math.min(8, members[best]! + 1);
      last[best] = row;
      members[best] = members[best]! + 1;
      centerMhz[best] = centerMhz[best]! + weight * (center - centerMhz[best]!);
      widthMhz[best] = widthMhz[best]! + weight * (width - widthMhz[best]!);
      levelDb[best] = levelDb[best]! + weight * (runs.levelDb[run]! - levelDb[best]!);
    }
  }
  const fromUs = new Float64Array(count);
  const lengthUs = new Float64Array(count);
  const sweeps = new Uint16Array(count);
  for (let pulse = 0; pulse < count; pulse += 1) {
    fromUs[pulse] = tUs[first[pulse]!]!;
    lengthUs[pulse] = tUs[last[pulse]!]! - fromUs[pulse]!;
    sweeps[pulse] = last[pulse]! - first[pulse]! + 1;
  }
  return { count, fromUs, lengthUs, sweeps, centerMhz, widthMhz, levelDb };
}
