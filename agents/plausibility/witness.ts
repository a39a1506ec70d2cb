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
/** A report is held against others no older than this. */
const FRESH_MS = 180_000;
/** So many others contradict it at once, and more of them than not. */
const OTHERS_LEAST = 2;
/** In so many reports one after the other. */
const REPORTS_LEAST = 3;

const prefix = 'witness/';
const levelsKey = (radio: string) => `${prefix}levels/${radio}`;
const powerKey = (radio: string) => `${prefix}power/${radio}`;
const surveyKey = (radio: string) => `${prefix}survey/${radio}`;
const tallyKey = (radio: string) => `${prefix}tally/${radio}`;
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
  const against = contradictions(memory, source, atMs);
  if (against.checked === 0) return;
  const nodes = new Set(against.found.map(({ node }) => node));
  const isContradicted = nodes.size >= OTHERS_LEAST && 2 * against.found.length > against.checked;
  const before = (memory.get(tallyKey(source)) as number | undefined) ?? 0;
  const tally = isContradicted ? before + 1 : 0;
  if (tally !== before) memory.set(tallyKey(source), tally);
  const node = nodeOf(source);
  const key = `${quarantinePrefix}${node}`;
  if (tally < REPORTS_LEAST || memory.get(key) !== undefined) return;
  const why = against.found.slice(0, 5).map(({ what }) => what);
  memory.set(key, { node, sinceMs: atMs, why } satisfies Quarantine);
}

interface Contradictions {
  /** Radios of other nodes that say something about the same. */
  readonly checked: number;
  readonly found: readonly { readonly node: string; readonly what: string }[];
}

function contradictions(memory: Memory, source: string, nowMs: number): Contradictions {
  const mine = memory.get(levelsKey(source)) as Levels;
  const power = memory.get(powerKey(source)) as Power | undefined;
  const found: { node: string; what: string }[] = [];
  let checked = 0;
  if (power === undefined || power.band === null) return { checked, found };
  for (const one of mine.heard) {
    if (one.band !== power.band) continue;
    const theirs = memory.get(levelsKey(one.id)) as Levels | undefined;
    const theirPower = memory.get(powerKey(one.id)) as Power | undefined;
    if (theirs === undefined || theirPower === undefined || theirPower.band !== power.band)
      continue;
    if (Math.abs(nowMs - theirs.atMs) > FRESH_MS) continue;
    const back = theirs.heard.find(({ id }) => id === source);
    if (back === undefined) continue;
    checked += 1;
    const there = one.rssiDbm - theirPower.eirpDbm;
    const here = back.rssiDbm - power.eirpDbm;
    if (Math.abs(there - here) > PATH_DB_MAX) {
      const what = `it hears ${one.id} over ${-round(there)} dB of path, and is heard there over ${-round(here)} dB`;
      found.push({ node: nodeOf(one.id), what });
      continue;
    }
    const fault = surveyContradicts(memory, source, one, nowMs);
    if (fault !== undefined) found.push({ node: nodeOf(one.id), what: fault });
  }
  return { checked, found };
}

function surveyContradicts(
  memory: Memory,
  source: string,
  one: Levels['heard'][number],
  nowMs: number,
): string | undefined {
  if (one.rssiDbm < DEFERRED_DBM) return undefined;
  const mine = memory.get(surveyKey(source)) as Survey | undefined;
  const theirs = memory.get(surveyKey(one.id)) as Survey | undefined;
  if (mine === undefined || theirs === undefined) return undefined;
  if (nowMs - mine.atMs > FRESH_MS || nowMs - theirs.atMs > FRESH_MS) return undefined;
  if (mine.centerMhz !== theirs.centerMhz || mine.widthMhz !== theirs.widthMhz) return undefined;
  if (theirs.tx - mine.busy <= SHARE_MAX) return undefined;
  return `it finds its channel busy ${round(100 * mine.busy)} % of the time, and hears ${one.id}, which sends ${round(100 * theirs.tx)} %, at ${round(one.rssiDbm)} dBm`;
}

const nodeOf = (address: string) => address.split('/')[1] ?? '';

const round = (value: number) => Math.round(value);
