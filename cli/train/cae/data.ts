/**
 * Tiles to learn from, a function of the seed: half of them normal, half with a stranger in them, and
 * what these would be without it. Kept as bytes, 0.4 dB a step.
 */
import { createHash } from 'node:crypto';
import { ABOUT_VALUES, aboutTile } from '#edge/detector/about-tile.ts';
import {
  HIGHEST_DB,
  LOWEST_DB,
  TILE_BINS,
  TILE_SWEEPS,
  TILE_VALUES,
  type Tile,
  VALUE_DB,
} from '#edge/detector/tile.ts';
import type { Random } from '#protocols/random.ts';
import { SHARED, STRETCHES } from './network.ts';
import { drawNow, paint } from './paint.ts';
import { normalScene } from './scenes.ts';
import { strangersIn } from './stranger.ts';

/** Steps of a tile's value that a byte holds. */
const STEPS = (255 * VALUE_DB) / (HIGHEST_DB - LOWEST_DB);
/** A stranger shows where so many values rise by so much, 5 dB; else the tile counts as normal. */
const RISE = 0.25;
const RISEN = 3;

export interface Batch {
  readonly tile: Float32Array;
  /** Mean and variance of the bins of each stretch, without strangers. */
  readonly target: Float32Array;
  readonly scatter: Float32Array;
  /** By sweep, like the last: 1 where there is one. */
  readonly mask: Float32Array;
  readonly about: Float32Array;
  /** 1 where a stranger shows. */
  readonly strange: Float32Array;
}

export function emptyBatch(size: number): Batch {
  return {
    tile: new Float32Array(size * TILE_VALUES),
    target: new Float32Array((size * TILE_VALUES) / SHARED),
    scatter: new Float32Array((size * TILE_VALUES) / SHARED),
    mask: new Float32Array(size * TILE_SWEEPS),
    about: new Float32Array(size * ABOUT_VALUES),
    strange: new Float32Array(size * TILE_SWEEPS),
  };
}

interface Example {
  readonly tile: Uint8Array;
  readonly target: Uint8Array;
  readonly about: Float32Array;
  readonly sweeps: number;
  readonly strange: Uint8Array;
}

export class Examples {
  readonly count: number;
  readonly #examples: Example[] = [];
  readonly #hash = createHash('sha256');

  constructor(count: number) {
    this.count = count;
  }

  get made(): number {
    return this.#examples.length;
  }

  /** Paints the next ones. */
  make(random: Random, more: number): void {
    const end = Math.min(this.count, this.made + more);
    while (this.made < end) this.#examples.push(this.#paint(random.fork(String(this.made))));
  }

  /** SHA-256 of all sweeps, as the driver would have given them. */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Mirrored and turned back in time at will: what is Wi-Fi stays so, what is strange too. */
  fill(batch: Batch, chosen: Uint32Array, random: Random): void {
    batch.mask.fill(0);
    for (let place = 0; place < chosen.length; place += 1) {
      const example = this.#examples[chosen[place]!]!;
      const turns = random.uint32();
      const isMirrored = (turns & 1) === 1;
      const isReversed = (turns & 2) === 2;
      const { sweeps, strange } = example;
      const row = place * TILE_SWEEPS;
      for (let sweep = 0; sweep < TILE_SWEEPS; sweep += 1) {
        const real = sweep % sweeps;
        const from = isReversed ? sweeps - 1 - real : real;
        copyRow(example, from, isMirrored, batch, row + sweep);
        batch.strange[row + sweep] = strange[from]!;
      }
      batch.mask.fill(1, row, row + sweeps);
      batch.about.set(example.about, place * ABOUT_VALUES);
    }
  }

  #paint(random: Random): Example {
    const scene = normalScene(random);
    const nowUs = drawNow(random);
    const normal = paint(random, scene, nowUs);
    this.#hash.update(normal.bytes);
    const about = new Float32Array(ABOUT_VALUES);
    aboutTile(normal.tile, about);
    const target = bytesOf(normal.tile);
    const { sweeps } = normal.tile;
    const strange = new Uint8Array(TILE_SWEEPS);
    const example = { tile: target, target, about, sweeps, strange };
    if (this.made % 2 === 0) return example;
    // The same noise is drawn, so that what differs is the stranger alone.
    const senders = strangersIn(random.fork('strangers'), scene);
    const other = paint(random, scene, nowUs, { senders, echoes: [] });
    this.#hash.update(other.bytes);
    for (let sweep = 0; sweep < sweeps; sweep += 1) {
      let risen = 0;
      for (let at = sweep * TILE_BINS; at < (sweep + 1) * TILE_BINS; at += 1) {
        if (other.tile.values[at]! - normal.tile.values[at]! > RISE) risen += 1;
      }
      strange[sweep] = risen < RISEN ? 0 : 1;
    }
    return { ...example, tile: bytesOf(other.tile) };
  }
}

function copyRow(
  { tile, target }: Example,
  sweep: number,
  isMirrored: boolean,
  batch: Batch,
  row: number,
): void {
  const from = sweep * TILE_BINS;
  const to = row * TILE_BINS;
  const step = isMirrored ? -1 : 1;
  let at = isMirrored ? from + TILE_BINS - 1 : from;
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    let sum = 0;
    let squares = 0;
    for (let bin = 0; bin < SHARED; bin += 1, at += step) {
      batch.tile[to + stretch * SHARED + bin] = tile[at]! / STEPS;
      const value = target[at]! / STEPS;
      sum += value;
      squares += value * value;
    }
    const mean = sum / SHARED;
    batch.target[row * STRETCHES + stretch] = mean;
    batch.scatter[row * STRETCHES + stretch] = squares / SHARED - mean * mean;
  }
}

function bytesOf({ values }: Tile): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(value * STEPS));
}
