/** What bandits are tried on: arms that give coins, may change on the way, and may be shared by players. */
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { checkData, readNamed } from '#sim/data-file.ts';

const Means = z.array(z.number().min(0).max(1)).min(2).max(1_000);

export const Problem = z
  .strictObject({
    about: z.string().optional(),
    source: z.string().optional().describe('Where it is from'),
    means: Means.describe('Chance of each arm to give 1 rather than 0'),
    changes: z
      .array(z.strictObject({ at: z.number().int().min(1), means: Means }))
      .default([])
      .describe('From which pull on the arms have other means'),
    players: z.number().int().min(1).max(64).default(1).describe('A collision gives them nothing'),
    horizon: z.number().int().min(10).default(10_000),
  })
  .superRefine(({ means, changes, players }, context) => {
    changes.forEach((change, index) => {
      if (change.means.length !== means.length) {
        const message = `expected ${means.length} means as at the start, came ${change.means.length}`;
        context.addIssue({ code: 'custom', path: ['changes', index, 'means'], message });
      }
      if (index > 0 && change.at <= changes[index - 1]!.at) {
        const message = 'expected changes in order of time';
        context.addIssue({ code: 'custom', path: ['changes', index, 'at'], message });
      }
    });
    if (players > means.length) {
      const message = `expected at most as many as arms, ${means.length}, came ${players}`;
      context.addIssue({ code: 'custom', path: ['players'], message });
    }
  });
export type Problem = z.infer<typeof Problem>;

const folder = new URL('./problems/', import.meta.url).pathname;

/** `bernoulli:0.1,0.2,…`, the name of a problem that comes with Airguard, or the path of a file. */
export function problemOf(text: string): Problem {
  const [kind, list] = text.split(':', 2);
  if (kind !== 'bernoulli' || list === undefined) {
    return checkData(Problem, readNamed(folder, text, 'problem'), `problem ${text}`);
  }
  const means = list.split(',').map((mean) => (mean.trim() === '' ? Number.NaN : Number(mean)));
  const parsed = Problem.safeParse({ means });
  if (parsed.success) return parsed.data;
  throw new InputError(
    `--problem: expected bernoulli: with two means or more between 0 and 1, such as bernoulli:0.1,0.5; came '${text}'`,
  );
}
