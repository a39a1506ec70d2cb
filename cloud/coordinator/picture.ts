/**
 * The interference picture: what the coordinator knows of each radio, kept in its memory as the
 * radios report it, and what follows from it for a channel.
 */
import { type Arm, learn, priorArm } from '#agents/bandits/beta-arm.ts';
import type { Memory } from '#agents/body.ts';
import { type Channel, channelKey, overlapMhz, span } from '#protocols/channels.ts';
import type { EventData } from '#protocols/event.ts';
import type {
  interfererDetected,
  neighboursMeasured,
  RadioLegalState,
  surveyMeasured,
} from '#protocols/events/radio.ts';
import { exp, log } from '#protocols/math.ts';

type Survey = EventData<typeof surveyMeasured>;
type Neighbour = EventData<typeof neighboursMeasured>['neighbours'][number];
type Finding = EventData<typeof interfererDetected>;

/** How one radio fared over one report. */
export interface Sample {
  readonly atMs: number;
  readonly channel: string;
  /** What its clients got of what they asked, as a geometric mean; 1 when nobody asks. */
  readonly utility: number;
  readonly busy: number;
  readonly tx: number;
  readonly clients: number;
}

export interface Filled extends Finding {
  readonly atMs: number;
}

export interface RadioView {
  readonly address: string;
  readonly legal: RadioLegalState;
  readonly samples: readonly Sample[];
  readonly neighbours: readonly Neighbour[];
  readonly filled: readonly Filled[];
  readonly arms: Readonly<Record<string, Arm>>;
  /** The newest report; null before the first. */
  readonly survey: (Survey & { readonly atMs: number }) | null;
  /** Moves that somebody asked for, the last day's. */
  readonly movesAtMs: readonly number[];
  readonly poweredAtMs: number;
  readonly movedAtMs: number;
  /** When it left for where it is: before the silence it owed there. */
  readonly leftAtMs: number;
}

const samplesKept = 18;
const dayMs = 86_400_000;
/** What filled a channel an hour ago is worth another look. */
const filledForMs = 3_600_000;
/** Share of what was learnt that survives each reward: half is gone after about 14. */
const keep = 0.95;
const priorWeight = 4;
/** Preamble-detect threshold: below it two radios do not defer to each other (802.11-2020 17.3.10.6). */
const heardDbm = -82;

export const floorMbps = 0.01;

export function noteState(
  memory: Memory,
  radio: string,
  legal: RadioLegalState,
  atMs: number,
): void {
  const known = memory.get(`radio/${radio}`) as RadioLegalState | undefined;
  const before = known?.channel ?? null;
  if (known !== undefined && known.eirpDbm !== legal.eirpDbm) memory.set(`powered/${radio}`, atMs);
  if (legal.channel !== null) memory.delete(`away/${radio}`);
  else if (before !== null) memory.set(`away/${radio}`, atMs);
  memory.set(`radio/${radio}`, legal);
}

export function noteSurvey(memory: Memory, radio: string, survey: Survey, atMs: number): void {
  const utility = satisfaction(survey.clients);
  const sample: Sample = {
    atMs,
    channel: channelKey(survey.channel),
    utility,
    busy: survey.busy,
    tx: survey.tx,
    clients: survey.clients.length,
  };
  const before = (memory.get(`samples/${radio}`) as readonly Sample[] | undefined) ?? [];
  memory.set(`survey/${radio}`, { ...survey, atMs });
  memory.set(`samples/${radio}`, [...before.slice(1 - samplesKept), sample]);
  if (sample.clients === 0) return;
  const arms = (memory.get(`arms/${radio}`) as Record<string, Arm> | undefined) ?? {};
  const arm = arms[sample.channel] ?? priorArm(utility, priorWeight);
  memory.set(`arms/${radio}`, { ...arms, [sample.channel]: learn(arm, utility, keep) });
}

export function noteNeighbours(memory: Memory, radio: string, heard: readonly Neighbour[]): void {
  memory.set(`heard/${radio}`, heard);
}

export function noteFilled(memory: Memory, radio: string, finding: Finding, atMs: number): void {
  const others = filledOf(memory, radio).filter((known) => overlapMhz(known, finding) === 0);
  memory.set(`filled/${radio}`, [...others, { ...finding, atMs }]);
}

export function noteGone(
  memory: Memory,
  radio: string,
  gone: { readonly lowMhz: number; readonly highMhz: number },
): void {
  memory.set(
    `filled/${radio}`,
    filledOf(memory, radio).filter((known) => overlapMhz(known, gone) === 0),
  );
}

export function noteMoved(memory: Memory, radio: string, atMs: number, isAsked = true): void {
  memory.set(`moved/${radio}`, atMs);
  if (isAsked) {
    const moves = (memory.get(`moves/${radio}`) as readonly number[] | undefined) ?? [];
    memory.set(`moves/${radio}`, [...moves.filter((one) => one > atMs - dayMs), atMs]);
  }
  memory.set(`left/${radio}`, memory.get(`away/${radio}`) ?? atMs);
}

/** Every radio that has reported its state, by address in order. */
export class Picture {
  readonly views: ReadonlyMap<string, RadioView>;
  readonly nowMs: number;

  constructor(memory: Memory, nowMs: number) {
    this.nowMs = nowMs;
    const views = new Map<string, RadioView>();
    const states = [...memory.entries('radio/')].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, legal] of states) {
      const address = key.slice('radio/'.length);
      views.set(address, {
        address,
        legal: legal as RadioLegalState,
        samples: (memory.get(`samples/${address}`) as readonly Sample[] | undefined) ?? [],
        neighbours: (memory.get(`heard/${address}`) as readonly Neighbour[] | undefined) ?? [],
        filled: filledOf(memory, address).filter(({ atMs }) => atMs > nowMs - filledForMs),
        arms: (memory.get(`arms/${address}`) as Record<string, Arm> | undefined) ?? {},
        survey: (memory.get(`survey/${address}`) as RadioView['survey'] | undefined) ?? null,
        movesAtMs: (memory.get(`moves/${address}`) as readonly number[] | undefined) ?? [],
        poweredAtMs: (memory.get(`powered/${address}`) as number | undefined) ?? 0,
        movedAtMs: (memory.get(`moved/${address}`) as number | undefined) ?? 0,
        leftAtMs: (memory.get(`left/${address}`) as number | undefined) ?? 0,
      });
    }
    this.views = views;
  }

  /** Who shares the air with a radio: the radios it hears above the preamble threshold. */
  neighboursOf(view: RadioView): readonly string[] {
    return view.neighbours.filter(({ rssiDbm }) => rssiDbm >= heardDbm).map(({ id }) => id);
  }

  /** Mean utility over the newest reports on its present channel; null when there are none. */
  utilityNow(view: RadioView): number | null {
    const channel = view.legal.channel === null ? '' : channelKey(view.legal.channel);
    const recent = view.samples.filter(
      (sample) => sample.channel === channel && sample.clients > 0,
    );
    return recent.length === 0 ? null : mean(recent.slice(-3).map(({ utility }) => utility));
  }

  /**
   * What share of its clients' demand a radio can expect to serve on a channel: the airtime that
   * the others there leave over, by what its clients need.
   */
  expected(view: RadioView, channel: Channel): number {
    const block = span(channel);
    let free = 1;
    for (const heard of view.neighbours) {
      if (heard.rssiDbm < heardDbm) continue;
      const other = this.views.get(heard.id);
      const theirs = other?.legal.channel ?? heard.channel;
      if (theirs === null || overlapMhz(span(theirs), block) === 0) continue;
      free -= other?.samples.at(-1)?.tx ?? heard.load ?? 0.2;
    }
    free = Math.max(0.05, free);
    for (const finding of view.filled) {
      if (overlapMhz(finding, block) > 0) free *= 1 - finding.duty;
    }
    const last = view.samples.at(-1);
    const need = last === undefined ? 0.3 : last.tx / Math.max(0.1, last.utility);
    return Math.min(1, free / Math.max(0.05, need));
  }

  /** The bandit's belief in a channel: what was learnt there, else what the picture expects. */
  arm(view: RadioView, channel: Channel): Arm {
    return view.arms[channelKey(channel)] ?? priorArm(this.expected(view, channel), priorWeight);
  }

  /** What foreign thing fills a channel of a radio most, if anything does. */
  worstFilled(view: RadioView, channel: Channel): Filled | undefined {
    const block = span(channel);
    return view.filled
      .filter((finding) => overlapMhz(finding, block) > 0)
      .sort((a, b) => b.duty - a.duty)[0];
  }
}

/** Geometric mean over clients of throughput over demand, both floored, throughput capped by demand. */
function satisfaction(clients: Survey['clients']): number {
  if (clients.length === 0) return 1;
  let sum = 0;
  for (const { offeredMbps, throughputMbps } of clients) {
    const asked = Math.max(floorMbps, offeredMbps);
    sum += log(Math.max(floorMbps, Math.min(throughputMbps, asked)) / asked);
  }
  return Math.min(1, exp(sum / clients.length));
}

function filledOf(memory: Memory, radio: string): readonly Filled[] {
  return (memory.get(`filled/${radio}`) as readonly Filled[] | undefined) ?? [];
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
