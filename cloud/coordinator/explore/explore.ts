/** Trying out what the model is unsure of: in turns, measured, and taken back where it was worse. */
import type { Memory, PortContext } from '#agents/body.ts';
import { sha256OfJson } from '#protocols/canonical-json.ts';
import { describeChannel } from '#protocols/channels.ts';
import type { Change, Plan } from '#protocols/events/coordinator.ts';
import { exp, log } from '#protocols/math.ts';
import { isWithin, type SitePolicy } from '#protocols/site-policy.ts';
import { reportId } from '../measured-site.ts';
import { mean, type Picture, type RadioView } from '../picture.ts';
import { usablePolicy } from '../policy/decider.ts';
import type { DecisionRecord } from '../record.ts';
import { SEARCH_STRATEGY } from '../search/decider.ts';
import { chooseTries, type ExplorationRecord, type Try } from './choose.ts';
import type { Lesson } from './residual.ts';
import { coloursOf, inTurn } from './turns.ts';

const DAY_MS = 86_400_000;
/** Whose clients get so much of what they ask has nothing to find. */
const CONTENT = 0.95;
const LESSONS = 24;
/** Surveys on either side of a try. */
const COMPARED = 6;

export interface Exploring {
  readonly picture: Picture;
  readonly policy: SitePolicy;
  readonly planId: string;
  readonly baseVersion: number;
  /** Of the decision that found nothing better. */
  readonly record: DecisionRecord;
}

/** Null where nobody is in turn, or nothing is worth a try. The turn goes on all the same. */
export function explore(
  { picture, policy, planId, baseVersion, record: decision }: Exploring,
  { memory }: Pick<PortContext, 'memory'>,
): Plan | null {
  if (policy.explorations === 0 || isWithin(policy.busyHours, picture.nowMs, policy)) return null;
  const turn = (memory.get('turn') as number | undefined) ?? 0;
  memory.set('turn', turn + 1);
  const views = inTurn(coloursOf(picture), turn)
    .map((address) => picture.views.get(address)!)
    .filter((view) => mayTry(view, picture, policy, memory));
  if (views.length === 0) return null;
  const { outlooks: _, ...site } = decision;
  const usable = usablePolicy();
  const record: ExplorationRecord = {
    ...site,
    ready: views.map(({ address }) => reportId(address)),
    lessons: views.map(({ address }) => [reportId(address), lessonsOf(memory, address)] as const),
    policyHash: usable?.hash ?? null,
  };
  const tries = chooseTries(record, usable).slice(0, policy.changesAtOnce);
  if (tries.length === 0) return null;
  for (const [old] of [...memory.entries('tries/')]) memory.delete(old);
  memory.set(`tries/${planId}`, { record, tries });
  const changes = tries.flatMap((one, index): Change[] => {
    const view = views.find(({ address }) => reportId(address) === one.radio);
    if (view === undefined) return [];
    memory.set(`tried/${view.address}`, [...triedOf(memory, view, picture.nowMs), picture.nowMs]);
    return [changeOf(one, view, `${planId}-${index}`, turn)];
  });
  const gain = exp(mean(tries.map(({ modelled }) => modelled))) - 1;
  const hoped = exp(mean(tries.map(({ drawn }) => drawn))) - 1;
  return {
    planId,
    baseVersion,
    strategy: SEARCH_STRATEGY,
    changes,
    prospect: {
      by: 'exploration',
      gain: { mean: hoped, low: Math.min(gain, hoped), high: Math.max(gain, hoped) },
      harm: 0,
      alternatives: [],
      recordHash: sha256OfJson(record),
    },
  };
}

/** What was tried and why, as long as it is the newest. */
export function triesAt(
  memory: Memory,
  planId: string,
): { readonly record: ExplorationRecord; readonly tries: readonly Try[] } | undefined {
  return memory.get(`tries/${planId}`) as ReturnType<typeof triesAt>;
}

/** Learns by how much the model was wrong, for the radio and for those around it: a shared reward. */
export function learnFrom(
  memory: Memory,
  picture: Picture,
  planId: string,
  changes: readonly Change[],
): void {
  const tried = triesAt(memory, planId);
  for (const { radio } of changes) {
    const one = tried?.tries.find((other) => other.radio === reportId(radio));
    const view = picture.views.get(radio);
    if (one === undefined || view === undefined) continue;
    const measured = sharedGain(picture, view);
    if (measured === null) continue;
    const lesson: Lesson = { seen: one.seen, residual: measured - one.modelled };
    memory.set(`lessons/${radio}`, [...lessonsOf(memory, radio).slice(1 - LESSONS), lesson]);
  }
}

/** What clients of a radio and of those it hears gained, a client of the site, in logarithms. */
function sharedGain(picture: Picture, view: RadioView): number | null {
  let gained = 0;
  let clients = 0;
  const around = [view, ...picture.neighboursOf(view).flatMap((id) => picture.views.get(id) ?? [])];
  for (const { samples } of around) {
    const told = samples.filter((sample) => sample.clients > 0);
    const before = told.filter(({ atMs }) => atMs <= view.leftAtMs).slice(-COMPARED);
    const after = told.filter(({ atMs }) => atMs > view.movedAtMs).slice(-COMPARED);
    if (before.length === 0 || after.length === 0) continue;
    const logs = (list: typeof told) =>
      mean(list.map(({ utility }) => log(Math.max(0.01, utility))));
    gained += (logs(after) - logs(before)) * after.at(-1)!.clients;
    clients += after.at(-1)!.clients;
  }
  const all = [...picture.views.values()].reduce(
    (sum, { samples }) => sum + (samples.at(-1)?.clients ?? 0),
    0,
  );
  return clients === 0 ? null : gained / Math.max(1, all);
}

function mayTry(view: RadioView, picture: Picture, policy: SitePolicy, memory: Memory): boolean {
  const utility = picture.utilityNow(view);
  if (utility === null || utility >= CONTENT) return false;
  return triedOf(memory, view, picture.nowMs).length < policy.explorations;
}

function triedOf(memory: Memory, { address }: RadioView, nowMs: number): readonly number[] {
  const all = (memory.get(`tried/${address}`) as readonly number[] | undefined) ?? [];
  return all.filter((atMs) => atMs > nowMs - DAY_MS);
}

function lessonsOf(memory: Memory, radio: string): readonly Lesson[] {
  return (memory.get(`lessons/${radio}`) as readonly Lesson[] | undefined) ?? [];
}

function changeOf(one: Try, view: RadioView, changeId: string, turn: number): Change {
  const { to, modelled, drawn, servedBefore } = one;
  const here = describeChannel(view.legal.channel!);
  return {
    changeId,
    radio: view.address,
    from: view.legal.channel,
    to,
    reason: `A try: on ${here} clients get ${percent(servedBefore)} of what they ask, and ${describeChannel(to)} may be worth ${gain(drawn)} to the site, by the model ${gain(modelled)}; it is measured, and taken back where it is worse.`,
    evidence: [`turn ${turn}: nobody who hears it tries anything meanwhile`],
    expectedBefore: servedBefore,
    expectedAfter: servedBefore,
  };
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
const gain = (logs: number) => `${((exp(logs) - 1) * 100).toFixed(1)} %`;
