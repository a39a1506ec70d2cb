/**
 * What else sends: where the medium was busy with no frame that known radios can have sent, or the noise
 * lies above the receiver's own, something is there that is no Wi-Fi.
 */
import { type Channel, overlapMhz, type Span, span } from '#protocols/channels.ts';
import { ENERGY_DETECT_DBM } from '#protocols/hearing.ts';
import { dbmToMw, mwToDbm, ratioToDb } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { NOISE_FIGURE_DB, noiseDbm } from '#protocols/rates.ts';
import type { Estimate } from './estimate.ts';

export interface InferredEmitter {
  readonly id: string;
  readonly block: Span;
  readonly duty: Estimate;
  /** Radios that hear it, and how strongly. */
  readonly hearers: readonly string[];
  readonly levelDbm: Estimate;
}

/** Less is an error of surveys: a choice of ours. */
const SHARE_MIN = 0.03;
/** Radios whose busy times differ by more do not hear the same thing: a choice of ours. */
const SHARE_APART = 0.15;
/**
 * What is busy with energy has −62 dBm or more (IEEE 802.11-2020, 17.3.10.6); how much more is not
 * reported. Taken as anywhere in the 20 dB above: the mean and deviation of that.
 */
const STRONG: Estimate = { mean: ENERGY_DETECT_DBM + 10, sigma: 20 / Math.sqrt(12) };
/** A noise reading this far above the receiver's own is something that sends: a choice of ours. */
const NOISE_ABOVE_DB = 3;
/** Receivers of ours: thermal noise and 7 dB, as the airs have it. */
/** Of a level that is a small difference of two noise readings. */
const WEAK_SIGMA_DB = 3;

interface Group {
  block: Span;
  readonly channel: Channel;
  readonly shares: number[];
  readonly hearers: string[];
}

/** `explained`: how much of the time known radios can have kept each busy. */
export function emittersOf(
  reports: readonly RadioReport[],
  explained: ReadonlyMap<string, number>,
): InferredEmitter[] {
  return [...strongOf(reports, explained), ...weakOf(reports)];
}

/** One for each group of radios that are kept from sending alike, in spectrum that all of them share. */
function strongOf(
  reports: readonly RadioReport[],
  explained: ReadonlyMap<string, number>,
): InferredEmitter[] {
  const groups: Group[] = [];
  for (const { id, channel, survey } of reports) {
    const [own] = survey;
    if (channel === null || own === undefined || own.activeUs === 0) continue;
    const received = Math.max(own.rxUs / own.activeUs, explained.get(id)!);
    const share = Math.min(1, (own.busyUs - own.txUs) / own.activeUs - received);
    if (share < SHARE_MIN) continue;
    const block = span(channel);
    const known = groups.find(
      (group) =>
        group.channel.band === channel.band &&
        overlapMhz(group.block, block) > 0 &&
        Math.abs(meanOf(group.shares) - share) <= SHARE_APART,
    );
    if (known === undefined) groups.push({ block, channel, shares: [share], hearers: [id] });
    else {
      known.block = {
        lowMhz: Math.max(known.block.lowMhz, block.lowMhz),
        highMhz: Math.min(known.block.highMhz, block.highMhz),
      };
      known.shares.push(share);
      known.hearers.push(id);
    }
  }
  return groups.map(({ block, shares, hearers }) => {
    const mean = meanOf(shares);
    const squares = shares.reduce((sum, share) => sum + (share - mean) * (share - mean), 0);
    const sigma = Math.max(SHARE_MIN, Math.sqrt(squares / shares.length));
    return { id: `energy/${hearers[0]}`, block, duty: { mean, sigma }, hearers, levelDbm: STRONG };
  });
}

/** Too weak to keep a radio from sending: as much power all the time as its noise has too much. */
function weakOf(reports: readonly RadioReport[]): InferredEmitter[] {
  return reports.flatMap(({ id, channel, survey }) => {
    const [own] = survey;
    if (channel === null || own === undefined) return [];
    const quietDbm = noiseDbm(channel.widthMhz, NOISE_FIGURE_DB);
    if (own.noiseDbm < quietDbm + NOISE_ABOVE_DB) return [];
    const level = mwToDbm(dbmToMw(own.noiseDbm) - dbmToMw(quietDbm));
    return [
      {
        id: `noise/${id}`,
        block: span(channel),
        duty: { mean: 1, sigma: 0 },
        hearers: [id],
        levelDbm: { mean: Math.min(level, ENERGY_DETECT_DBM - 1), sigma: WEAK_SIGMA_DB },
      },
    ];
  });
}

/** Power of an emitter that falls into a receiver's block, relative to all of it; −∞ for none. */
export function insideDb(emitter: Span, receiver: Channel): number {
  const shared = overlapMhz(emitter, span(receiver));
  return ratioToDb(shared / (emitter.highMhz - emitter.lowMhz));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
