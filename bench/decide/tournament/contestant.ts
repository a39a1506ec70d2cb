/** Who plays, how often each decides, and what it does between its turns. */
import { baselines } from '#cloud/coordinator/baselines/deciders.ts';
import { shippedDecider } from '#cloud/coordinator/policy/decider.ts';
import { coordinator } from '#cloud/coordinator/search/decider.ts';
import type { Decider } from '#cloud/coordinator/site.ts';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';

export interface Contestant {
  readonly decider: Decider;
  /** Between two of its turns; null: one, when the site begins. */
  readonly everyMs: number | null;
  /** From an interferer or a radar to its answer for the radios that were hit; null: its next turn. */
  readonly reactsMs: { readonly interferer: number | null; readonly radar: number | null };
  /** Keeps radios for an hour away from where something that is no Wi-Fi was found. */
  readonly recalls: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Nobody but the coordinator answers between turns: radios that hear radar go where chance takes them. */
const waits = { interferer: null, radar: null };

/**
 * The turns of each baseline: those under which it did best on sites of other seeds, of once, every hour and
 * every quarter of an hour; TurboCA's are its paper's.
 */
const turnsMs: Readonly<Record<string, number | null>> = {
  static: null,
  random: null,
  'hostapd-acs': null,
  'turbo-ca': 15 * MINUTE_MS,
};

const planner: Contestant = {
  decider: coordinator,
  everyMs: HOUR_MS,
  reactsMs: { interferer: 20_000, radar: 1_000 },
  recalls: true,
};

const others = baselines.map((decider) => ({
  decider,
  everyMs: turnsMs[decider.name] === undefined ? HOUR_MS : turnsMs[decider.name]!,
  reactsMs: waits,
  recalls: decider.name === 'turbo-ca',
}));

/** Whatever its card says: here is where it is measured. */
const learned = shippedDecider();
const policy: Contestant[] =
  learned === undefined
    ? []
    : [{ decider: learned, everyMs: HOUR_MS, reactsMs: waits, recalls: false }];

export const contestants: readonly Contestant[] = [planner, ...policy, ...others];

export function contestantsNamed(text: string | undefined): readonly Contestant[] {
  if (text === undefined) return contestants;
  const names = contestants.map(({ decider }) => decider.name);
  return text.split(',').map((part) => {
    const name = part.trim();
    const found = contestants.find(({ decider }) => decider.name === name);
    if (found !== undefined) return found;
    const near = nearest(name, names);
    const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
    throw new InputError(
      `--strategy: unknown strategy '${name}'${hint}: expected ${names.join(', ')}`,
    );
  });
}

/** For a reader: when it decides. */
export function cadenceOf({ everyMs, reactsMs }: Contestant): string {
  const turns = everyMs === null ? 'once' : `every ${everyMs / MINUTE_MS} min`;
  const { interferer, radar } = reactsMs;
  return interferer === null || radar === null
    ? turns
    : `${turns}; ${interferer / 1_000} s after an interferer, ${radar / 1_000} s after radar`;
}
