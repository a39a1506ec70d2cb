/**
 * The autoencoder at work: from tiles to vectors of 256 bytes and a score. A node without a usable
 * model goes on without it, so that opening one gives an outcome and does not throw.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { openSession, type Session } from '#agents/onnx/session.ts';
import type { Outcome } from '#protocols/errors.ts';
import { ABOUT_VALUES, aboutTile, bandOfTile } from './about-tile.ts';
import { TILE_BINS, TILE_SWEEPS, TILE_VALUES, type Tile } from './tile.ts';
import { Calibration, partsOf, scoreOf } from './tile-score.ts';

export const VECTOR_BYTES = 256;
/** At once: more are no faster each, and take more memory. */
const BATCH = 16;

/** What stands beside a model, in `<model>.json`. */
export const ModelCard = z.object({
  modelSha256: z.string(),
  /** A byte of a vector stands for so much. */
  vectorScale: z.number().positive(),
  calibration: Calibration,
});
export type ModelCard = z.infer<typeof ModelCard>;

export interface TileReading {
  readonly vector: Uint8Array;
  readonly score: number;
  readonly isAnomalous: boolean;
}

/** What the health report says: one line each. */
export interface NoModel {
  readonly code: 'model_missing' | 'model_damaged' | 'model_unfit';
  readonly message: string;
}

export interface Autoencoder {
  readonly card: ModelCard;
  /** In the order of the tiles. Calls may overlap. */
  encode(tiles: readonly Tile[]): Promise<TileReading[]>;
  close(): Promise<void>;
}

/** What a model's outputs are by name, as our training writes them. */
export interface RawReading {
  readonly vector: Float32Array;
  /** Of each sweep, padding included. */
  readonly strangeness: Float32Array;
  /** Mean over the tile, squared, of a model that gives it. */
  readonly plainError: number;
}

/** The model that ships with us. */
export const shippedModel = join(import.meta.dirname, 'models', 'cae.onnx');

export async function openAutoencoder(file: string): Promise<Outcome<Autoencoder, NoModel>> {
  const read = await readModel(file);
  if (!read.ok) return read;
  const { model, card } = read.value;
  const session = await openFitting(model).catch((cause: unknown) => (cause as Error).message);
  if (typeof session === 'string') {
    return fail('model_unfit', `the model ${file} does not run: ${session}; train it again`);
  }
  return {
    ok: true,
    value: {
      card,
      async encode(tiles) {
        const raw = await readTiles(session, tiles);
        return raw.map((one, place) => readingOf(one, tiles[place]!, card));
      },
      close: () => session.close(),
    },
  };
}

/** A session whose inputs are what tiles are made of; throws where they are others. */
export async function openFitting(model: Uint8Array): Promise<Session> {
  const session = await openSession(model);
  const expected = { tile: [-1, 1, TILE_SWEEPS, TILE_BINS], about: [-1, ABOUT_VALUES] };
  for (const [name, shape] of Object.entries(expected)) {
    const came = session.inputs.get(name);
    if (came?.join() === shape.join()) continue;
    await session.close();
    throw new Error(
      `expected an input '${name}' of [${shape}], came ${came ? `[${came}]` : 'none'}`,
    );
  }
  return session;
}

/** Half a megabyte each: one for every call that overlaps others. */
const spares: Float32Array[] = [];

/** What the model itself says of each tile. */
export async function readTiles(session: Session, tiles: readonly Tile[]): Promise<RawReading[]> {
  const readings: RawReading[] = [];
  for (let from = 0; from < tiles.length; from += BATCH) {
    const some = tiles.slice(from, from + BATCH);
    const spare = spares.pop() ?? new Float32Array(BATCH * TILE_VALUES);
    const values = spare.subarray(0, some.length * TILE_VALUES);
    const about = new Float32Array(some.length * ABOUT_VALUES);
    some.forEach((tile, place) => {
      values.set(tile.values, place * TILE_VALUES);
      aboutTile(tile, about, place * ABOUT_VALUES);
    });
    const out = await session.run({
      tile: { data: values, shape: [some.length, 1, TILE_SWEEPS, TILE_BINS] },
      about: { data: about, shape: [some.length, ABOUT_VALUES] },
    });
    spares.push(spare);
    const part = (name: string, place: number, size: number) =>
      out[name]!.data.subarray(place * size, (place + 1) * size);
    some.forEach((tile, place) => {
      readings.push({
        vector: part('vector', place, VECTOR_BYTES),
        strangeness: part('strangeness', place, TILE_SWEEPS),
        plainError:
          'plainError' in out
            ? mean(part('plainError', place, TILE_SWEEPS), tile.sweeps)
            : Number.NaN,
      });
    });
  }
  return readings;
}

function readingOf(
  raw: RawReading,
  tile: Tile,
  { vectorScale, calibration }: ModelCard,
): TileReading {
  const vector = new Uint8Array(VECTOR_BYTES);
  // Rows of padding hold nothing.
  const filled = (VECTOR_BYTES / TILE_SWEEPS) * tile.sweeps;
  for (let at = 0; at < filled; at += 1) {
    vector[at] = Math.min(255, Math.round(raw.vector[at]! / vectorScale));
  }
  const score = scoreOf(partsOf(raw.strangeness, tile.sweeps), calibration);
  return { vector, score, isAnomalous: score > calibration.thresholds[bandOfTile(tile)] };
}

function mean(bySweep: Float32Array, sweeps: number): number {
  let sum = 0;
  for (let sweep = 0; sweep < sweeps; sweep += 1) sum += bySweep[sweep]!;
  return sum / sweeps;
}

async function readModel(
  file: string,
): Promise<Outcome<{ model: Uint8Array; card: ModelCard }, NoModel>> {
  const beside = file.replace(/\.onnx$/, '.json');
  const model = await readFile(file).catch(() => undefined);
  if (model === undefined) {
    return fail('model_missing', `no model at ${file}: give one, or train it: airguard train cae`);
  }
  const text = await readFile(beside, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return fail(
      'model_missing',
      `no card at ${beside}: it is written beside the model in training`,
    );
  }
  const card = ModelCard.safeParse(parsed(text));
  if (!card.success) {
    const [issue] = card.error.issues;
    const where = issue?.path.join('.') || 'the whole';
    return fail('model_damaged', `${beside}: ${where}: ${issue?.message}; train the model again`);
  }
  const hash = createHash('sha256').update(model).digest('hex');
  if (hash !== card.data.modelSha256) {
    const short = (digest: string) => digest.slice(0, 12);
    return fail(
      'model_damaged',
      `${file} has SHA-256 ${short(hash)}…, its card says ${short(card.data.modelSha256)}…: copy both again`,
    );
  }
  return { ok: true, value: { model, card: card.data } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fail(code: NoModel['code'], message: string): { ok: false; error: NoModel } {
  return { ok: false, error: { code, message } };
}
