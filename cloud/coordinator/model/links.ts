/**
 * What the ways between radios take, from what they heard of each other. Losses are kept without the first
 * metre, so that where two did not hear each other, what others at the same two places heard serves, in another
 * band too; radios of one node stand at one place.
 */

import { AUDIBLE_DBM, PREAMBLE_DETECT_DBM } from '#protocols/hearing.ts';
import { dbToRatio, log10, pow10 } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { firstMetreDb } from './channel-effects.ts';
import type { Station } from './stations.ts';

/** Loss over distance where nothing is measured: an office floor with walls (ITU-R P.1238-11, table 2). */
const EXPONENT = 3.5;
/**
 * Two that do not hear each other are at least so much farther apart than the threshold says: the mean by which
 * losses that follow a normal law of 8 dB (ITU-R P.1238-11) lie beyond a bound at their middle, √(2/π) × 8.
 */
const BEYOND_DB = 4;

/** For each station its neighbours, from `first[s]` to `first[s + 1]`. */
export interface Links {
  readonly first: Int32Array;
  readonly other: Int32Array;
  /** What is left of a signal on the way, without the first metre. */
  readonly gain: Float64Array;
}

/** `mostDbm`: the most power each station may be told, EIRP. Pairs that can never matter are left out. */
export function linksOf(
  reports: readonly RadioReport[],
  stations: readonly Station[],
  mostDbm: readonly number[],
): Links {
  const places = placesOf(stations);
  const { byPlace: measured, byStation: heard } = measuredLosses(reports, stations, places);
  const metres = measured.map((row) => {
    const far = new Map<number, number>();
    for (const [place, reading] of row) far.set(place, metresOf(meanOf(reading)));
    return far;
  });
  const at = stations.map(({ place }) => place);
  const byPlace: number[][] = measured.map(() => []);
  for (const [index, place] of at.entries()) byPlace[place]!.push(index);
  const first = new Int32Array(stations.length + 1);
  const other: number[] = [];
  const gain: number[] = [];
  const guesses = new Guesses(metres);
  const lossesFrom = stations.map(({ place }, index) => {
    if (byPlace[place]![0] !== index) return undefined;
    return guesses.from(place);
  });
  stations.forEach((station, index) => {
    const row = measured[station.place]!;
    const guess = lossesFrom[byPlace[station.place]![0]!]!;
    const found: { other: number; lossDb: number }[] = [];
    const own = heard[index]!;
    const add = (place: number, guessedDb: number) => {
      for (const one of byPlace[place]!) {
        if (one === index) continue;
        const mate = stations[one]!;
        const bands = station.bands.filter((band) => mate.bands.includes(band));
        if (bands.length === 0) continue;
        const near = Math.min(...bands.map(firstMetreDb));
        const most = Math.max(mostDbm[index]!, mostDbm[one]!);
        const reading = own.get(one);
        const silentDb = place === station.place ? 0 : unheardDb(station, mate);
        const loss = reading === undefined ? Math.max(guessedDb, silentDb) : meanOf(reading);
        if (most - near - loss >= AUDIBLE_DBM) found.push({ other: one, lossDb: loss });
      }
    };
    add(station.place, 0);
    for (const [place, reading] of row) add(place, meanOf(reading));
    for (const [place, lossDb] of guess) add(place, lossDb);
    found.sort((a, b) => a.other - b.other);
    for (const one of found) {
      other.push(one.other);
      gain.push(dbToRatio(-one.lossDb));
    }
    first[index + 1] = other.length;
  });
  return { first, other: Int32Array.from(other), gain: Float64Array.from(gain) };
}

function placesOf(stations: readonly Station[]): number {
  return stations.reduce((most, { place }) => Math.max(most, place + 1), 0);
}

interface Reading {
  sum: number;
  count: number;
}

function meanOf({ sum, count }: Reading): number {
  return sum / count;
}

type Readings = readonly Map<number, Reading>[];

/** What was heard both ways: of each other station, and in all bands together of each other place. */
function measuredLosses(
  reports: readonly RadioReport[],
  stations: readonly Station[],
  places: number,
): { readonly byPlace: Readings; readonly byStation: Readings } {
  const numbers = new Map(stations.map(({ id }, index) => [id, index]));
  const byPlace = Array.from({ length: places }, () => new Map<number, Reading>());
  const byStation = stations.map(() => new Map<number, Reading>());
  for (const { id, neighbours } of reports) {
    const listener = numbers.get(id)!;
    const here = stations[listener]!.place;
    for (const heard of neighbours) {
      const sender = numbers.get(heard.id);
      if (sender === undefined || stations[sender]!.place === here) continue;
      const { place, eirpDbm } = stations[sender]!;
      const lossDb = eirpDbm - heard.rssiDbm - firstMetreDb(heard.channel.band);
      note(byPlace, here, place, lossDb);
      note(byStation, listener, sender, lossDb);
    }
  }
  return { byPlace, byStation };
}

function note(readings: Readings, from: number, to: number, lossDb: number): void {
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    const known = readings[one]!.get(other);
    if (known === undefined) readings[one]!.set(other, { sum: lossDb, count: 1 });
    else {
      known.sum += lossDb;
      known.count += 1;
    }
  }
}

/** The least loss of two of which one listened for the other in vain; −∞ where neither did. */
function unheardDb(a: Station, b: Station): number {
  let least = Number.NEGATIVE_INFINITY;
  for (const [listener, sender] of [
    [a, b],
    [b, a],
  ] as const) {
    const { channel } = sender;
    if (!listener.listens || !sender.isSending || channel === null) continue;
    if (listener.channel?.band !== channel.band) continue;
    const limit = sender.eirpDbm - PREAMBLE_DETECT_DBM - firstMetreDb(channel.band);
    least = Math.max(least, limit + BEYOND_DB);
  }
  return least;
}

/**
 * Between places that have not heard each other, over those that both have heard: two sides of a triangle whose
 * angle nobody knows, so that the squares of the sides add up in the mean.
 */
class Guesses {
  readonly #metres: readonly ReadonlyMap<number, number>[];
  readonly #sum: Float64Array;
  readonly #count: Int32Array;

  constructor(metres: readonly ReadonlyMap<number, number>[]) {
    this.#metres = metres;
    this.#sum = new Float64Array(metres.length);
    this.#count = new Int32Array(metres.length);
  }

  from(place: number): [place: number, lossDb: number][] {
    const direct = this.#metres[place]!;
    const met: number[] = [];
    for (const [over, near] of direct) {
      for (const [far, metres] of this.#metres[over]!) {
        if (far === place || direct.has(far)) continue;
        if (this.#count[far] === 0) met.push(far);
        this.#sum[far] = this.#sum[far]! + near * near + metres * metres;
        this.#count[far] = this.#count[far]! + 1;
      }
    }
    return met.map((far) => {
      const squares = this.#sum[far]! / this.#count[far]!;
      this.#sum[far] = 0;
      this.#count[far] = 0;
      return [far, 5 * EXPONENT * log10(squares)];
    });
  }
}

function metresOf(lossDb: number): number {
  return pow10(Math.max(0, lossDb) / (10 * EXPONENT));
}
