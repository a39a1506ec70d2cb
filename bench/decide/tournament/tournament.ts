/** Every strategy at the same sites: each from a seed, of the kinds and sizes in turns. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as z from 'zod';
import { createRandom } from '#agents/random/philox.ts';
import { InputError } from '#protocols/errors.ts';
import { type GeneratedSite, generateSite } from '#sim/sites/generate.ts';
import { siteKinds } from '#sim/sites/index.ts';
import type { Contestant } from './contestant.ts';
import { play } from './play.ts';

export interface TournamentWish {
  readonly sites: number;
  readonly aps: readonly number[];
  readonly hours: number;
  readonly seed: number;
  readonly contestants: readonly Contestant[];
  /** What was played is kept here, a line each, and not played again. */
  readonly results?: string | undefined;
}

const Means = z.object({
  utilityMbps: z.number(),
  servedShare: z.number(),
  jain: z.number(),
  fifthPercentileMbps: z.number(),
  aggregateMbps: z.number(),
});

/** One strategy at one site. */
const Entry = z.object({
  key: z.string(),
  site: z.number().int(),
  kind: z.string(),
  country: z.string(),
  aps: z.number().int(),
  radios: z.number().int(),
  strategy: z.string(),
  played: z.object({
    busy: Means,
    wholeDay: Means,
    changesPerRadioDay: z.number(),
    powerChangesPerRadioDay: z.number(),
    forced: z.number(),
    refused: z.number(),
    foreignMbps: z.record(z.string(), z.number()),
    recoveries: z
      .array(
        z.object({
          what: z.literal(['interferer', 'radar']),
          atS: z.number(),
          seconds: z.number().nullable(),
        }),
      )
      .readonly(),
    decisions: z.number(),
    cpuMsPerDecision: z.number(),
  }),
});
export type Entry = z.infer<typeof Entry>;

/** Hands over each as it is played; `done` of `all`. */
export function* tournament(
  wish: TournamentWish,
): Generator<{ readonly entry: Entry; readonly done: number; readonly all: number }> {
  const { sites, contestants, results } = wish;
  const known = new Map(keptIn(results).map((entry) => [entry.key, entry]));
  const all = sites * contestants.length;
  let done = 0;
  for (let number = 0; number < sites; number += 1) {
    const site = unseenSite(wish, number);
    const digest = digestOf(site);
    for (const contestant of contestants) {
      const key = `${digest}/${contestant.decider.name}`;
      let entry = known.get(key);
      if (entry === undefined) {
        entry = played(wish, number, site, contestant, key);
        if (results !== undefined) fs.appendFileSync(results, `${JSON.stringify(entry)}\n`);
      }
      done += 1;
      yield { entry: { ...entry, site: number }, done, all };
    }
  }
}

/** Kinds in turns, and sizes in turns of all kinds. */
export function unseenSite({ aps, hours, seed }: TournamentWish, number: number): GeneratedSite {
  const kind = siteKinds[number % siteKinds.length]!.name;
  const size = aps[Math.floor(number / siteKinds.length) % aps.length]!;
  const random = createRandom(seed).fork(`site/${number}`);
  return generateSite({ kind, aps: size, random, hours });
}

function played(
  { seed }: TournamentWish,
  number: number,
  site: GeneratedSite,
  contestant: Contestant,
  key: string,
): Entry {
  const { kind, country, radios } = site;
  const aps = new Set(radios.map(({ id }) => id.split('/')[0])).size;
  const random = createRandom(seed).fork(`play/${number}`);
  return {
    key,
    site: number,
    kind,
    country,
    aps,
    radios: radios.length,
    strategy: contestant.decider.name,
    played: play(site, contestant, random),
  };
}

/** Another site, or another world for it, is another digest; another strategy of the same name is not. */
function digestOf(site: GeneratedSite): string {
  return createHash('sha256').update(JSON.stringify(site)).digest('hex').slice(0, 16);
}

function keptIn(file: string | undefined): Entry[] {
  if (file === undefined) return [];
  const content = contentOf(file);
  const whole = content.slice(0, content.lastIndexOf('\n') + 1);
  // A line that was cut off when the process was is played again.
  if (whole !== content) fs.truncateSync(file, Buffer.byteLength(whole));
  return whole.split('\n').flatMap((line, index) => {
    if (line === '') return [];
    const parsed = Entry.safeParse(jsonOf(line));
    if (parsed.success) return [parsed.data];
    throw new InputError(
      `--results ${file}: line ${index + 1}: expected what this command wrote; take another file`,
    );
  });
}

/** Nothing of a file that is not there yet; one that cannot be written is told before anything is played. */
function contentOf(file: string): string {
  try {
    fs.closeSync(fs.openSync(file, 'a'));
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(
      `--results ${file}: expected a file that can be written: ${message}`,
      'usage',
      { cause },
    );
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
