/**
 * Whether what a node reports can be true beside what the others report. Two radios hear each other
 * over one path, so that the levels at both ends, less the powers that were sent, are alike; and a
 * channel on which a neighbour is heard to send is busy for as long at least. A node that several
 * others contradict, report after report, is put in quarantine: what it reports counts no more, until
 * a person lifts that. One liar among three nodes or more is found; two that agree are not.
 */

import type { Band } from '#protocols/channels.ts';
import type { EventData } from '#protocols/event.ts';
import { quarantineLifted } from '#protocols/events/auditor.ts';
import {
  neighboursMeasured,
  type RadioLegalState,
  stateChanged,
  surveyMeasured,
} from '#protocols/events/radio.ts';
import type { Heard, Hears, Memory, Place } from '../body.ts';

/**
 * Levels of one path may differ by this, dB: each end is within 5 dB of the truth (IEEE 802.11-2020,
 * 20.3.10.6 on received channel power), and antennas do not send quite as they hear.
 */
const PATH_DB_MAX = 15;
/** Who is heard above this is deferred to: the sensitivity of carrier sense (-82 dBm) and 10 dB. */
const DEFERRED_DBM = -72;
/** Of the time: surveys of two radios do not cover the same seconds. */
const SHARE_MAX = 0.4;
/** Two reports are held against each other when no more lies between them: nodes may move. */
const TOGETHER_MS = 30_000;
/** What came of that counts for so long. */
const FRESH_MS = 180_000;
/** So many others contradict it at once, and more of them than not. */
const OTHERS_LEAST = 2;
/** In so many reports one after the other. */
const REPORTS_LEAST = 4;

const prefix = 'witness/';
const levelsKey = (radio: string) => `${prefix}levels/${radio}`;
const powerKey = (radio: string) => `${prefix}power/${radio}`;
const surveyKey = (radio: string) => `${prefix}survey/${radio}`;
const tallyKey = (radio: string) => `${prefix}tally/${radio}`;
/** Kept at both ends, all of a radio together. */
const pairsPrefix = `${prefix}pairs/`;
const pairsKey = (radio: string) => `${pairsPrefix}${radio}`;
const quarantinePrefix = `${prefix}quarantine/`;

interface Levels {
  readonly atMs: number;
  readonly heard: readonly { id: string; rssiDbm: number; band: Band; primaryMhz: number }[];
}
interface Power {
  readonly eirpDbm: number;
  readonly band: Band | null;
}
interface Survey {
  readonly atMs: number;
  readonly busy: number;
  readonly tx: number;
  readonly centerMhz: number;
  readonly widthMhz: number;
}

export interface Quarantine {
  readonly node: string;
  readonly sinceMs: number;
  /** What contradicts it, a line each. */
  readonly why: readonly string[];
}

/** The events whose truth is weighed; in quarantine they count no more. */
const reports: ReadonlySet<string> = new Set([surveyMeasured.name, neighboursMeasured.name]);

/**
 * The same hearing, with a witness: it notes what is needed to weigh reports, and keeps those of nodes
 * in quarantine from whoever notes them.
 */
export function underWitness(hears: readonly Hears[]): Hears[] {
  const guarded = hears.map((one): Hears => {
    const { event, to } = one;
    if (to === 'chart' || !reports.has(event.name)) return one;
    return {
      event,
      to: (heard, place) => {
        if (!isQuarantined(place.memory, heard.source)) to(heard, place);
      },
    };
  });
  return [
    { event: stateChanged, to: notePower },
    { event: neighboursMeasured, to: weighNeighbours },
    { event: surveyMeasured, to: noteSurvey },
    { event: quarantineLifted, to: lift },
    ...guarded,
  ];
}

/** Whether what the node of an address reports counts. */
export function isQuarantined(memory: Memory, address: string): boolean {
  return memory.get(`${quarantinePrefix}${nodeOf(address)}`) !== undefined;
}

export function quarantines(memory: Memory): Quarantine[] {
  return [...memory.entries(quarantinePrefix)]
    .map(([, value]) => value as Quarantine)
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

/** Its reports count again, and are weighed from the beginning. */
export function release(memory: Memory, node: string): boolean {
  const key = `${quarantinePrefix}${node}`;
  const was = memory.get(key) !== undefined;
  memory.delete(key);
  for (const [tally] of [...memory.entries(tallyKey(''))]) {
    if (nodeOf(tally.slice(tallyKey('').length)) === node) memory.delete(tally);
  }
  for (const [key, pairs] of [...memory.entries(pairsPrefix)]) {
    if (nodeOf(key.slice(pairsPrefix.length)) === node) memory.delete(key);
    else memory.set(key, without(pairs as readonly Pair[], node));
  }
  return was;
}

function lift({ data }: Heard, { memory }: Place): void {
  release(memory, (data as EventData<typeof quarantineLifted>).node);
}

function notePower({ source, data }: Heard, { memory }: Place): void {
  const { eirpDbm, channel, silent } = data as RadioLegalState;
  const power: Power = { eirpDbm, band: channel === null || silent ? null : channel.band };
  memory.set(powerKey(source), power);
}

function noteSurvey({ source, data, atMs }: Heard, { memory }: Place): void {
  const { busy, tx, channel } = data as EventData<typeof surveyMeasured>;
  const { centerMhz, widthMhz } = channel;
  memory.set(surveyKey(source), { atMs, busy, tx, centerMhz, widthMhz } satisfies Survey);
}

function weighNeighbours({ source, data, atMs }: Heard, { memory }: Place): void {
  const { neighbours } = data as EventData<typeof neighboursMeasured>;
  const heard = neighbours
    .filter(({ managed, id }) => managed && nodeOf(id) !== nodeOf(source))
    .map(({ id, rssiDbm, channel: { band, primaryMhz } }) => ({ id, rssiDbm, band, primaryMhz }));
  memory.set(levelsKey(source), { atMs, heard } satisfies Levels);
  weighPairs(memory, source, atMs);
  const fresh = pairsOf(memory, source).filter((pair) => Math.abs(atMs - pair.atMs) <= FRESH_MS);
  const against = fresh.filter(({ what }) => what !== null);
  const nodes = new Set(against.map(({ peer }) => nodeOf(peer)));
  const isContradicted = nodes.size >= OTHERS_LEAST && 2 * against.length > fresh.length;
  const before = (memory.get(tallyKey(source)) as number | undefined) ?? 0;
  const tally = isContradicted ? before + 1 : 0;
  if (tally !== before) memory.set(tallyKey(source), tally);
  const node = nodeOf(source);
  const key = `${quarantinePrefix}${node}`;
  if (tally < REPORTS_LEAST || memory.get(key) !== undefined) return;
  const why = against.slice(0, 5).map(({ what }) => what!);
  memory.set(key, { node, sinceMs: atMs, why } satisfies Quarantine);
}

/** Two radios that say something about the same. */
interface Pair {
  readonly peer: string;
  readonly atMs: number;
  /** What does not fit; null where all does. */
  readonly what: string | null;
}

function pairsOf(memory: Memory, radio: string): readonly Pair[] {
  return (memory.get(pairsKey(radio)) as readonly Pair[] | undefined) ?? [];
}

/** The newest of each peer; what is long past is let go. */
function notePair(memory: Memory, radio: string, pair: Pair): void {
  const others = pairsOf(memory, radio).filter(
    ({ peer, atMs }) => peer !== pair.peer && pair.atMs - atMs <= FRESH_MS,
  );
  memory.set(pairsKey(radio), [...others, pair]);
}

const without = (pairs: readonly Pair[], node: string) =>
  pairs.filter(({ peer }) => nodeOf(peer) !== node);

function weighPairs(memory: Memory, source: string, atMs: number): void {
  const mine = memory.get(levelsKey(source)) as Levels;
  const power = memory.get(powerKey(source)) as Power | undefined;
  if (power === undefined || power.band === null) return;
  for (const one of mine.heard) {
    if (one.band !== power.band) continue;
    const theirs = memory.get(levelsKey(one.id)) as Levels | undefined;
    const theirPower = memory.get(powerKey(one.id)) as Power | undefined;
    if (theirs === undefined || theirPower?.band !== power.band) continue;
    if (Math.abs(atMs - theirs.atMs) > TOGETHER_MS) continue;
    const back = theirs.heard.find(({ id }) => id === source);
    if (back === undefined) continue;
    const there = one.rssiDbm - theirPower.eirpDbm;
    const here = back.rssiDbm - power.eirpDbm;
    const what =
      Math.abs(there - here) > PATH_DB_MAX
        ? `${source} hears ${one.id} over ${-round(there)} dB of path, and is heard there over ${-round(here)} dB`
        : (surveyContradicts(memory, source, one, atMs) ??
          surveyContradicts(memory, one.id, back, atMs));
    notePair(memory, source, { peer: one.id, atMs, what });
    notePair(memory, one.id, { peer: source, atMs, what });
  }
}

function surveyContradicts(
  memory: Memory,
  source: string,
  one: Levels['heard'][number],
  nowMs: number,
): string | null {
  if (one.rssiDbm < DEFERRED_DBM) return null;
  const mine = memory.get(surveyKey(source)) as Survey | undefined;
  const theirs = memory.get(surveyKey(one.id)) as Survey | undefined;
  if (mine === undefined || theirs === undefined) return null;
  if (nowMs - mine.atMs > TOGETHER_MS || nowMs - theirs.atMs > TOGETHER_MS) return null;
  if (mine.centerMhz !== theirs.centerMhz || mine.widthMhz !== theirs.widthMhz) return null;
  if (theirs.tx - mine.busy <= SHARE_MAX) return null;
  return `${source} finds its channel busy ${round(100 * mine.busy)} % of the time, and hears ${one.id}, which sends ${round(100 * theirs.tx)} %, at ${round(one.rssiDbm)} dBm`;
}

const nodeOf = (address: string) => address.split('/')[1] ?? '';

const round = (value: number) => Math.round(value);
