/** Which radios are near enough to each other to matter in any band, and what the way between them takes. */
import type { Point } from '#protocols/air.ts';
import type { Band } from '#protocols/channels.ts';
import { AUDIBLE_DBM } from '#protocols/hearing.ts';
import { placeOf } from '../ascending.ts';
import { distanceM, Grid } from '../geometry.ts';
import { lossDb, reachM } from '../path-loss.ts';
import type { RadioStation } from './station.ts';

/** What distance takes, as ten times its logarithm, and what walls and fading do. */
export interface Way {
  readonly spreadDb: number;
  readonly extraDb: number;
}

type WayOf = (a: RadioStation, b: RadioStation, metres: number) => Way;

const CELL_M = 32;

export class Near {
  readonly #radios: readonly RadioStation[];
  readonly #wayOf: WayOf;
  readonly #grid = new Grid(CELL_M);
  /** The highest EIRP and the band that carries farthest so far: lists reach as far as these. */
  #ceilingDbm = 20;
  #band: Band = '6';

  constructor(radios: readonly RadioStation[], wayOf: WayOf) {
    this.#radios = radios;
    this.#wayOf = wayOf;
  }

  insert(radio: RadioStation): void {
    this.#grid.insert(radio.index, radio.at);
  }

  move(radio: RadioStation, at: Point): void {
    this.#grid.remove(radio.index, radio.at);
    radio.at = at;
    this.#grid.insert(radio.index, at);
  }

  /** Reaches as far as this one can be heard. True when that is farther than before: all lists grow. */
  reachFor({ channel, eirpDbm }: RadioStation): boolean {
    const band = channel?.band ?? this.#band;
    const isFarther = lossDb(band, 0, 0) < lossDb(this.#band, 0, 0);
    if (eirpDbm <= this.#ceilingDbm && !isFarther) return false;
    this.#ceilingDbm = Math.max(this.#ceilingDbm, eirpDbm);
    if (isFarther) this.#band = band;
    return true;
  }

  /** Makes the lists of those that moved anew; no way gains more than `gainDb` over its distance. */
  place(moved: ReadonlySet<number>, gainDb: number): void {
    for (const index of moved) {
      const radio = this.#radios[index]!;
      for (const other of radio.near) {
        if (!moved.has(other)) forget(this.#radios[other]!, index);
      }
      for (const list of [radio.near, radio.nearSpreadDb, radio.nearExtraDb]) list.length = 0;
    }
    const budgetDb = this.#ceilingDbm - AUDIBLE_DBM;
    const reach =
      gainDb === Number.POSITIVE_INFINITY ? gainDb : reachM(this.#band, budgetDb + gainDb);
    for (const index of [...moved].sort((a, b) => a - b)) {
      const radio = this.#radios[index]!;
      const found: number[] = [];
      this.#grid.visit(radio.at, reach, (other) => {
        // Two that both moved are looked at once, by the lower one.
        if (other > index || (other < index && !moved.has(other))) found.push(other);
      });
      for (const other of found.sort((a, b) => a - b)) {
        const there = this.#radios[other]!;
        const metres = distanceM(radio.at, there.at);
        if (metres > reach) continue;
        const way = this.#wayOf(radio, there, metres);
        if (lossDb(this.#band, way.spreadDb, way.extraDb) > budgetDb) continue;
        learn(radio, other, way);
        learn(there, index, way);
      }
    }
  }
}

function learn(radio: RadioStation, other: number, { spreadDb, extraDb }: Way): void {
  const last = radio.near.at(-1);
  const place = last === undefined || last < other ? radio.near.length : placeOf(radio.near, other);
  radio.near.splice(place, 0, other);
  radio.nearSpreadDb.splice(place, 0, spreadDb);
  radio.nearExtraDb.splice(place, 0, extraDb);
}

function forget(radio: RadioStation, other: number): void {
  const place = placeOf(radio.near, other);
  radio.near.splice(place, 1);
  radio.nearSpreadDb.splice(place, 1);
  radio.nearExtraDb.splice(place, 1);
}
