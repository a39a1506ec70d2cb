/** Pulses by how wide they are: how many, how long, how regular, on how many frequencies. */
import { cos, log10, sin } from '#protocols/math.ts';
import type { Levels } from '../levels.ts';
import type { Pulses } from '../pulses.ts';
import type { Runs } from '../runs.ts';
import { deviationOf, meanOf, type Row } from './row.ts';

/** Up to so many MHz: a hop, Zigbee, a line of an oven or a camera, parts of a frame, a frame, wider ones. */
const kindsMhz = [1.7, 4, 9, 14, 21, 45, 1_000];
/** A slot of Bluetooth, a frame of a phone and its half, a connection's interval. */
const periodsUs = [625, 1_250, 5_000, 10_000];
const lengthsUs = [100, 350, 1_200, 2_800, 4_000, 6_000];
const bandLowMhz = 2_000;
const mhzOfBand = 8_192;

/** Of the narrowest `count` kinds. */
export function addPulseKinds(
  row: Row,
  prefix: string,
  levels: Levels,
  { runs, pulses }: { readonly runs: Runs; readonly pulses: Pulses },
  count = kindsMhz.length,
): void {
  const kindOf = (widthMhz: number) => kindsMhz.findIndex((most) => widthMhz <= most);
  const members: number[][] = kindsMhz.map(() => []);
  for (let pulse = 0; pulse < pulses.count; pulse += 1) {
    members[kindOf(pulses.widthMhz[pulse]!)]!.push(pulse);
  }
  const duty = dutyByKind(levels, runs, kindOf);
  const seconds = Math.max(0.005, levels.tUs[levels.sweeps - 1]! / 1e6);
  kindsMhz.slice(0, count).forEach((_, kind) => {
    const at = (name: string) => `${prefix}${kind}.${name}`;
    const own = members[kind]!;
    const longs = own.map((pulse) => pulses.lengthUs[pulse]!);
    const levelsDb = own.map((pulse) => pulses.levelDb[pulse]! - runs.floorDb);
    row.add(at('duty'), duty[kind]!);
    row.add(at('perSecond'), log10(1 + own.length / seconds));
    row.add(at('length'), log10(1 + meanOf(longs)));
    row.add(at('longest'), log10(1 + longs.reduce((a, b) => Math.max(a, b), 0)));
    row.add(at('level'), meanOf(levelsDb));
    row.add(at('levelSpread'), deviationOf(levelsDb));
    lengthsUs.forEach((most, index) => {
      const least = index === 0 ? -1 : lengthsUs[index - 1]!;
      const share = longs.filter((us) => us > least && us <= most).length;
      row.add(at(`to${most}us`), own.length === 0 ? -1 : share / own.length);
    });
    if (kind < 3) addPlaces(row, at, pulses, own);
    if (kind < 2) addRhythm(row, at, pulses, own);
    if (kind > 2) row.add(at('width'), meanOf(own.map((pulse) => pulses.widthMhz[pulse]!)));
  });
}

/** The share of sweeps with a run of that kind. */
function dutyByKind({ sweeps }: Levels, runs: Runs, kindOf: (mhz: number) => number): number[] {
  const counts = kindsMhz.map(() => 0);
  const lastSweep = kindsMhz.map(() => -1);
  for (let run = 0; run < runs.count; run += 1) {
    const kind = kindOf(runs.widthMhz[run]!);
    if (lastSweep[kind] === runs.sweep[run]) continue;
    lastSweep[kind] = runs.sweep[run]!;
    counts[kind] = counts[kind]! + 1;
  }
  return counts.map((count) => count / sweeps);
}

const perMhz = new Uint16Array(mhzOfBand);

/** On how many frequencies, how far apart, how often on the same. */
function addPlaces(row: Row, at: (name: string) => string, pulses: Pulses, own: readonly number[]) {
  let places = 0;
  let most = 0;
  let moved = 0;
  let previous = Number.NaN;
  let offGrid = 0;
  perMhz.fill(0);
  for (const pulse of own) {
    const mhz = pulses.centerMhz[pulse]!;
    const cell = Math.max(0, Math.min(mhzOfBand - 1, Math.round(mhz) - bandLowMhz));
    if (perMhz[cell] === 0) places += 1;
    perMhz[cell] = perMhz[cell]! + 1;
    if (perMhz[cell]! > most) most = perMhz[cell]!;
    if (Math.abs(mhz - previous) > 1.2) moved += 1;
    previous = mhz;
    const inGrid = (mhz % 5) / 5;
    offGrid += Math.min(inGrid, 1 - inGrid) * 5;
  }
  const count = Math.max(1, own.length);
  row.add(at('places'), log10(1 + places));
  row.add(at('placesShare'), places / count);
  row.add(at('mostOnOne'), most / count);
  row.add(at('moved'), moved / count);
  row.add(at('offGrid'), own.length === 0 ? -1 : offGrid / count);
  row.add(at('centerSpread'), deviationOf(own.map((pulse) => pulses.centerMhz[pulse]!)));
}

/** Whether beginnings keep to a period, and how many have a partner at the same place 5 or 10 ms later. */
function addRhythm(row: Row, at: (name: string) => string, pulses: Pulses, own: readonly number[]) {
  for (const periodUs of periodsUs) {
    let real = 0;
    let imaginary = 0;
    for (const pulse of own) {
      const phase = ((pulses.fromUs[pulse]! % periodUs) / periodUs) * 2 * Math.PI;
      real += cos(phase);
      imaginary += sin(phase);
    }
    const strength = Math.sqrt(real * real + imaginary * imaginary);
    // Of n random phases the sum is about √n long.
    row.add(at(`every${periodUs}us`), own.length < 3 ? -1 : strength / own.length);
    row.add(at(`every${periodUs}usOverChance`), strength / Math.sqrt(own.length + 1));
  }
  for (const apartUs of [5_000, 10_000]) {
    let partners = 0;
    let to = 0;
    for (let index = 0; index < own.length; index += 1) {
      const dueUs = pulses.fromUs[own[index]!]! + apartUs;
      while (to < own.length && pulses.fromUs[own[to]!]! < dueUs - 350) to += 1;
      for (let other = to; other < own.length; other += 1) {
        if (pulses.fromUs[own[other]!]! > dueUs + 350) break;
        const mhz = pulses.centerMhz[own[other]!]! - pulses.centerMhz[own[index]!]!;
        if (Math.abs(mhz) > 0.7) continue;
        partners += 1;
        break;
      }
    }
    row.add(at(`partnerAfter${apartUs}us`), partners / Math.max(1, own.length));
    row.add(at(`partnersAfter${apartUs}us`), log10(1 + partners));
  }
}
