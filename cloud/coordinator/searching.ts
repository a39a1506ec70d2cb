/** Planning by search, as the chart's ports do it: a question to the twin at a time, and a plan in the end. */
import type { PortContext } from '#agents/body.ts';
import { BACKUPS, RECORDS as KEPT, STEERING } from '#agents/coordinator.ts';
import { createRandom } from '#agents/random/philox.ts';
import type { LegalChannel } from '#agents/regulation/legal-channels.ts';
import type { PlanInput, PlanMade, Proposed, Search } from '#machines/coordinator-words.ts';
import { sha256OfJson } from '#protocols/canonical-json.ts';
import type { Change, Plan } from '#protocols/events/coordinator.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { isWithin, type SitePolicy } from '#protocols/site-policy.ts';
import type { Outlook } from '#protocols/tools/twin.ts';
import { backupsOf } from './backups.ts';
import { dueNow, noteGlobal } from './cadence.ts';
import { explore } from './explore/explore.ts';
import { measuredSite, reportId } from './measured-site.ts';
import { Picture } from './picture.ts';
import { type DecisionRecord, hashOfRecord, recordOf } from './record.ts';
import { SEARCH_STRATEGY } from './search/decider.ts';
import { refusals } from './search/refusal.ts';
import {
  begin,
  type Decision,
  decideAlone,
  next,
  type RoundOptions,
  type SearchState,
  type Step,
  usualRounds,
} from './search/rounds.ts';
import { steeringOf } from './steering.ts';
import { changesOf } from './told-changes.ts';

export interface Searching {
  readonly policy: SitePolicy;
  readonly legalChannels: (state: RadioLegalState) => readonly LegalChannel[];
}

/** Airs that the twin draws for each question. */
const DRAWS = 16;
/**
 * What fills a channel was seen in its spectrum, of which a twin knows nothing, and clients wait: the model decides, and what
 * is measured afterwards takes back what was wrong.
 */
const quickly = { rounds: 0, thresholdAlone: 0.005 } as const;
/** The plan that somebody waits for. */
const ASKED = 'asked';
/** Decisions that can be made again. */
const RECORDS = 8;

export function beginSearch(
  parts: Searching,
  { baseVersion, radios, wasAsked }: PlanInput,
  context: PortContext,
  planId: string,
): PlanMade {
  const { policy, legalChannels } = parts;
  const nowMs = Math.floor(context.clock.now() / 1_000);
  const picture = new Picture(context.memory, nowMs);
  const urgent = radios === null ? urgentOf(picture) : [];
  const due =
    urgent.length > 0 ? urgent : wasAsked ? radios : dueNow(picture, policy, context.memory);
  context.memory.set(STEERING, steeringOf(picture));
  context.memory.set(BACKUPS, backupsOf({ ...parts, picture, told: new Map() }));
  if (due !== null && due.length === 0) return { atMs: nowMs, proposed: null };
  const site = measuredSite({ picture, policy, radios: due, legalChannels });
  const seed = context.random.fork('plan').uint32();
  const options = { ...optionsOf(policy, nowMs), ...(urgent.length > 0 ? quickly : {}) };
  const record = recordOf(site, seed, options);
  keepRecord(context, planId, record);
  if (wasAsked) context.memory.set(ASKED, planId);
  const step = begin(site, createRandom(seed), options);
  const isRefused = 'decided' in step && step.decided.kind === 'refused';
  if (due === null && !isRefused) noteGlobal(context.memory, nowMs);
  return madeOf(step, { parts, context, planId, round: 0, baseVersion, nowMs });
}

export function weighSearch(
  parts: Searching,
  { search, baseVersion }: { readonly search: Search; readonly baseVersion: number },
  context: PortContext,
): PlanMade {
  const { planId, round, answer } = search;
  const nowMs = Math.floor(context.clock.now() / 1_000);
  // Its own words, as they were before the question.
  const state = search.state as SearchState;
  const record = recordAt(context, planId);
  if (record === undefined) return { atMs: nowMs, proposed: null };
  // The caller's side has parsed what the twin answered by its schema.
  const outlooks = answer?.ok ? (answer.value as { outlooks: readonly Outlook[] }).outlooks : null;
  keepRecord(context, planId, { ...record, outlooks: [...record.outlooks, outlooks] });
  const step = outlooks === null ? { decided: decideAlone(state) } : next(state, outlooks);
  return madeOf(step, { parts, context, planId, round, baseVersion, nowMs });
}

/** What the twin is asked of a plan that was carried out; null where it was not made from a record. */
export function scoreQuestion(
  { policy, legalChannels }: Searching,
  planId: string,
  changes: readonly Change[],
  context: PortContext,
): unknown {
  const record = recordAt(context, planId);
  if (record === undefined || changes.length === 0) return null;
  const picture = new Picture(context.memory, Math.floor(context.clock.now() / 1_000));
  const { reports: now } = measuredSite({ picture, policy, radios: null, legalChannels });
  const onBothSides = (reports: readonly RadioReport[], others: readonly RadioReport[]) => {
    const kept = new Set(others.map(({ id }) => id));
    return reports
      .filter(({ id }) => kept.has(id))
      .map((report) => ({
        ...report,
        neighbours: report.neighbours.filter(({ id, managed }) => !managed || kept.has(id)),
      }));
  };
  const before = onBothSides(record.reports, now);
  const ids = new Set(before.map(({ id }) => id));
  const settings = changes.flatMap(({ radio, to, power }) => {
    const id = reportId(radio);
    const eirpDbm = power?.toDbm ?? picture.views.get(radio)?.legal.eirpDbm;
    return ids.has(id) && eirpDbm !== undefined ? [{ radio: id, channel: to, eirpDbm }] : [];
  });
  if (settings.length === 0) return null;
  const after = onBothSides(now, record.reports);
  const { confidence } = record.options;
  return { before, after, settings, draws: DRAWS, confidence, seed: record.seed };
}

/** Radios whose channel something fills, and those around: the rest of the site can wait. */
function urgentOf(picture: Picture): string[] {
  const found = new Set<string>();
  for (const view of picture.views.values()) {
    const { channel } = view.legal;
    if (channel === null || picture.worstFilled(view, channel) === undefined) continue;
    found.add(view.address);
    for (const near of picture.neighboursOf(view)) if (picture.views.has(near)) found.add(near);
  }
  return [...found];
}

interface Under {
  readonly parts: Searching;
  readonly context: PortContext;
  readonly planId: string;
  readonly round: number;
  readonly baseVersion: number;
  readonly nowMs: number;
}

function madeOf(step: Step, under: Under): PlanMade {
  const { context, planId, round, nowMs } = under;
  const record = recordAt(context, planId)!;
  if ('decided' in step) {
    const { decided } = step;
    if (decided.kind === 'refused') {
      const { code } = decided;
      return { atMs: nowMs, proposed: null, refusal: { code, hint: refusals[code] } };
    }
    if (decided.kind === 'stay') return { atMs: nowMs, proposed: tried(record, under) };
    const plan = planOf(decided, record, under);
    return { atMs: nowMs, proposed: { plan, planHash: sha256OfJson(plan) } };
  }
  const question = {
    reports: record.reports,
    candidates: step.ask,
    draws: DRAWS,
    confidence: record.options.confidence,
    seed: record.seed,
  };
  const search = { planId, round: round + 1, question, state: step.state, answer: null };
  return { atMs: nowMs, proposed: null, search };
}

/** Where nothing is known to be better, and nobody waits for an answer, something may be tried. */
function tried(record: DecisionRecord, under: Under): Proposed | null {
  const { parts, context, planId, baseVersion, nowMs } = under;
  if (context.memory.get(ASKED) === planId) return null;
  const picture = new Picture(context.memory, nowMs);
  const { policy } = parts;
  const plan = explore({ picture, policy, planId, baseVersion, record }, context);
  return plan === null ? null : { plan, planHash: sha256OfJson(plan) };
}

function planOf(
  decided: Extract<Decision, { kind: 'move' }>,
  record: DecisionRecord,
  { parts, context, planId, baseVersion, nowMs }: Under,
): Plan {
  const { best, alternatives, by } = decided;
  const { gain, harm } = best.outlook;
  const picture = new Picture(context.memory, nowMs);
  const changes = changesOf(best, picture, planId);
  const told = new Map(changes.map(({ radio, to }) => [radio, to]));
  return {
    planId,
    baseVersion,
    strategy: SEARCH_STRATEGY,
    changes,
    steering: steeringOf(picture),
    backups: backupsOf({ ...parts, picture, told }),
    prospect: {
      by,
      gain,
      harm,
      alternatives: alternatives.map(({ candidate, outlook }) => ({
        changes: candidate.settings.length,
        gain: outlook.gain,
      })),
      recordHash: hashOfRecord(record),
    },
  };
}

function optionsOf(policy: SitePolicy, nowMs: number): RoundOptions & { confidence: number } {
  const daring = isWithin(policy.busyHours, nowMs, policy) ? 2 : 1;
  return {
    ...usualRounds,
    threshold: daring * policy.threshold,
    thresholdAlone: daring * policy.thresholdWithoutTwin,
    harmMost: policy.harmMost,
    changesMost: policy.changesAtOnce,
    confidence: policy.confidence,
    oneThing: true,
  };
}

function keepRecord({ memory }: PortContext, planId: string, record: DecisionRecord): void {
  const known = ((memory.get(KEPT) as readonly string[] | undefined) ?? []).filter(
    (one) => one !== planId,
  );
  for (const old of known.slice(0, Math.max(0, known.length + 1 - RECORDS))) {
    memory.delete(`record/${old}`);
  }
  memory.set(KEPT, [...known.slice(1 - RECORDS), planId]);
  memory.set(`record/${planId}`, record);
}

export function recordAt({ memory }: Pick<PortContext, 'memory'>, planId: string) {
  return memory.get(`record/${planId}`) as DecisionRecord | undefined;
}
