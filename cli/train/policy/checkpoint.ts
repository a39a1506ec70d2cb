/** What was learned from the teacher, kept so that a training that was stopped goes on to the same end. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { shapes } from '#agents/policy-net/weights.ts';
import type { Optima } from './figures.ts';
import type { Imitated, PolicyWish } from './run.ts';

const Checkpoint = z.strictObject({
  seed: z.number(),
  sites: z.number(),
  epochs: z.number(),
  lessons: z.number(),
  dataSha256: z.string(),
  curve: z.array(
    z.strictObject({ stage: z.literal(['teacher', 'reward']), at: z.number(), value: z.number() }),
  ),
  weights: z.record(z.string(), z.string()),
});

const optimaIn = (directory: string) => join(directory, 'policy-optima.json');
const Kept = z.strictObject({ seed: z.number(), worth: z.record(z.string(), z.number()) });

/** What trying all plans found, site by site: it takes long, and does not depend on what was learned. */
export function keptOptima(directory: string, seed: number): Optima {
  const file = optimaIn(directory);
  let worth: Record<string, number> = {};
  try {
    const kept = Kept.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (kept.success && kept.data.seed === seed) worth = kept.data.worth;
  } catch {
    // None yet.
  }
  return {
    of(site, find) {
      const known = worth[site] ?? find();
      worth[site] = known;
      writeFileSync(file, JSON.stringify({ seed, worth }));
      return known;
    },
  };
}

/** All is done: nothing is to be gone on from. */
export function dropCheckpoints(directory: string): void {
  for (const file of [fileIn(directory), optimaIn(directory)]) rmSync(file, { force: true });
}

const fileIn = (directory: string) => join(directory, 'policy-checkpoint.json');

export function writeCheckpoint(
  directory: string,
  { seed, sites, epochs }: PolicyWish,
  { weights, curve, lessons, dataSha256 }: Imitated,
): void {
  const packed = Object.entries(weights).map(([name, values]) => [
    name,
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
  ]);
  const kept = {
    seed,
    sites,
    epochs,
    lessons,
    dataSha256,
    curve,
    weights: Object.fromEntries(packed),
  };
  writeFileSync(fileIn(directory), JSON.stringify(kept));
}

/** Undefined where there is none, or one of another wish: then it begins anew. */
export function readCheckpoint(
  directory: string,
  { seed, sites, epochs }: PolicyWish,
): Imitated | undefined {
  const file = fileIn(directory);
  if (!existsSync(file)) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  const parsed = Checkpoint.safeParse(data);
  if (!parsed.success) return undefined;
  const kept = parsed.data;
  if (kept.seed !== seed || kept.sites !== sites || kept.epochs !== epochs) return undefined;
  const weights: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const bytes = Uint8Array.from(Buffer.from(kept.weights[name] ?? '', 'base64'));
    if (bytes.length !== 4 * shape.reduce((product, size) => product * size, 1)) return undefined;
    weights[name] = new Float32Array(bytes.buffer);
  }
  const { curve, lessons, dataSha256 } = kept;
  return { weights, curve, lessons, dataSha256 };
}
