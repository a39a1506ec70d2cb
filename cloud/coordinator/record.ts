/**
 * What a decision was made from, as plain data, so that it can be made again to the same answer: reports, what the policy
 * left open, the seed, and what the twin told.
 */
import { createRandom } from '#agents/random/philox.ts';
import { sha256OfJson } from '#protocols/canonical-json.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Outlook } from '#protocols/tools/twin.ts';
import {
  begin,
  type Decision,
  decideAlone,
  next,
  type RoundOptions,
  type Step,
} from './search/rounds.ts';
import type { Choice, Filling, Site } from './site.ts';

export interface DecisionRecord {
  readonly nowMs: number;
  readonly seed: number;
  readonly options: RoundOptions;
  readonly reports: readonly RadioReport[];
  readonly choices: readonly (readonly [radio: string, choices: readonly Choice[]])[];
  readonly minEirpDbm: readonly (readonly [radio: string, dbm: number])[];
  readonly fillings: readonly Filling[];
  readonly follows: readonly (readonly [child: string, parent: string])[];
  /** Round by round; null where the twin did not answer, and the model had to do. */
  readonly outlooks: readonly (readonly Outlook[] | null)[];
}

export function recordOf(site: Site, seed: number, options: RoundOptions): DecisionRecord {
  return {
    nowMs: site.nowMs,
    seed,
    options,
    reports: site.reports,
    choices: [...site.choices],
    minEirpDbm: [...site.minEirpDbm],
    fillings: site.fillings ?? [],
    follows: [...(site.follows ?? [])],
    outlooks: [],
  };
}

export function siteOfRecord(record: DecisionRecord): Site {
  const { nowMs, reports, choices, minEirpDbm, fillings, follows } = record;
  return {
    nowMs,
    reports,
    choices: new Map(choices),
    minEirpDbm: new Map(minEirpDbm),
    fillings,
    follows: new Map(follows),
  };
}

export function hashOfRecord(record: DecisionRecord): string {
  return sha256OfJson(record);
}

/** Makes the decision again. */
export function replay(record: DecisionRecord): Decision {
  let step: Step = begin(siteOfRecord(record), createRandom(record.seed), record.options);
  for (const outlooks of record.outlooks) {
    if ('decided' in step) break;
    step = outlooks === null ? { decided: decideAlone(step.state) } : next(step.state, outlooks);
  }
  if ('decided' in step) return step.decided;
  throw new Error('the record ends before its decision: it lacks what the twin told last');
}
