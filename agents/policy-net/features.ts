/**
 * What the policy sees of a site: numbers in plain units, made from the reports of its radios alone. Of a
 * radio four of its own, then sixteen of the channel it is on, then sixteen of each channel it may take. Nothing
 * in it depends on where the other radios are tuned, so that it stays true while a plan is thought through.
 */
import { type Channel, overlapMhz, sameChannel, span, type WidthMhz } from '#protocols/channels.ts';
import type { Observation } from '#protocols/environment.ts';
import { dbToRatio, log, log10, pow10 } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { NOISE_FIGURE_DB, noiseDbm, throughputMbps } from '#protocols/rates.ts';

/** Of names, order and meaning below: a model is for one of them. */
export const FEATURE_VERSION = 1;

/** Of a radio. */
export const radioFeatures = ['clients', 'offeredMbps', 'rssiMeanDbm', 'rssiLeastDbm'] as const;

/** Of a radio on a channel. */
export const channelFeatures = [
  'centerMhz',
  'widthMhz',
  'primaryMhz',
  /** Share of the time that the load of all its clients would take, and of the client that wants most. */
  'wantedShare',
  'wantedMostShare',
  /** Share of clients out of reach at that width. */
  'lostShare',
  /**
   * With all, half, a quarter and an eighth of the time for itself: the mean over clients of the logarithm
   * of what each gets over what it asks.
   */
  'fareOfAll',
  'fareOfHalf',
  'fareOfQuarter',
  'fareOfEighth',
  /** Announced utilisation of foreign networks heard there, added up, and how many they are. */
  'foreignShare',
  'foreignHeard',
  /** Share of the time that something keeps it busy which is no frame; 0 where nobody looked. */
  'emittedShare',
  /** Of the noise, over thermal; 0 where nobody looked. */
  'noiseRiseDb',
  /** 1 where it was measured on this very channel, and what its clients then got, told as the fares above. */
  'wasMeasured',
  'fareMeasured',
] as const;

export interface SeenRadio {
  readonly id: string;
  readonly features: readonly number[];
}

/** Who shares the air with whom, on one channel, by place in the list of radios, and how much. */
export type Edge = readonly [one: number, other: number, weight: number];

export interface SeenSite {
  readonly radios: readonly SeenRadio[];
  readonly edges: readonly Edge[];
}

export function see({ reports, options }: Observation): SeenSite {
  const radios = reports.map((report, at) => {
    const { clients, channel } = report;
    const levels = clients.map(({ rssiDbm }) => rssiDbm);
    const features = [
      clients.length,
      clients.reduce((sum, { offeredMbps }) => sum + offeredMbps, 0),
      levels.length === 0 ? -60 : levels.reduce((sum, dbm) => sum + dbm, 0) / levels.length,
      levels.length === 0 ? -60 : Math.min(...levels),
      ...(channel === null ? channelFeatures.map(() => 0) : onChannel(report, channel)),
      ...options[at]!.flatMap((channel) => onChannel(report, channel)),
    ];
    return { id: report.id, features };
  });
  return { radios, edges: edgesOf(reports) };
}

function onChannel(report: RadioReport, channel: Channel): number[] {
  const { wanted, most, lost, fares } = wantedOn(report, channel.widthMhz);
  const block = span(channel);
  let foreign = 0;
  let heard = 0;
  for (const neighbour of report.neighbours) {
    if (neighbour.managed || overlapMhz(span(neighbour.channel), block) === 0) continue;
    foreign += neighbour.load ?? UNKNOWN_LOAD;
    heard += 1;
  }
  let emitted = 0;
  let rise = 0;
  for (const survey of report.survey) {
    if (overlapMhz(span(survey.channel), block) === 0 || survey.activeUs === 0) continue;
    const other = (survey.busyUs - survey.txUs - survey.rxUs) / survey.activeUs;
    emitted = Math.max(emitted, other);
    rise = Math.max(rise, survey.noiseDbm - thermalDbm(survey.channel.widthMhz));
  }
  const { centerMhz, widthMhz, primaryMhz } = channel;
  return [
    centerMhz,
    widthMhz,
    primaryMhz,
    wanted,
    most,
    lost,
    ...fares,
    foreign,
    heard,
    emitted,
    rise,
    ...measuredOn(report, channel),
  ];
}

/** Of a neighbour that does not announce its load. */
const UNKNOWN_LOAD = 0.2;
const thermalDbm = (widthMhz: number) => noiseDbm(widthMhz, NOISE_FIGURE_DB);

/** The shares of the time that fares are told for. */
const SHARES = [1, 0.5, 0.25, 0.125];
/** Below this a client counts as served this much. */
const FLOOR_MBPS = 0.01;

function wantedOn({ clients }: RadioReport, widthMhz: WidthMhz) {
  let wanted = 0;
  let lost = 0;
  let lostFare = 0;
  const wants: number[] = [];
  for (const { rssiDbm, offeredMbps } of clients) {
    const mbps = throughputMbps(widthMhz, dbToRatio(rssiDbm - thermalDbm(widthMhz)));
    if (mbps === 0) {
      lost += 1;
      lostFare += log(FLOOR_MBPS / Math.max(FLOOR_MBPS, offeredMbps));
      continue;
    }
    wanted += offeredMbps / mbps;
    wants.push(offeredMbps / mbps);
  }
  wants.sort((one, other) => one - other);
  const count = Math.max(1, clients.length);
  const fares = SHARES.map((share) => (lostFare + fareOf(wants, share)) / count);
  return { wanted, most: wants.at(-1) ?? 0, lost: lost / count, fares };
}

/** Time is dealt out alike until each has what it wants; `wants` ascend. */
function fareOf(wants: readonly number[], share: number): number {
  let left = share;
  let sum = 0;
  wants.forEach((want, place) => {
    const level = left / (wants.length - place);
    const time = Math.min(want, level);
    left -= time;
    if (want > time) sum += log(time / want);
  });
  return sum;
}

function measuredOn({ channel: measured, clients }: RadioReport, channel: Channel): number[] {
  if (measured === null || clients.length === 0 || !sameChannel(measured, channel)) return [0, 0];
  let sum = 0;
  for (const { offeredMbps, throughputMbps: got } of clients) {
    const asked = Math.max(FLOOR_MBPS, offeredMbps);
    sum += log(Math.max(FLOOR_MBPS, Math.min(got, asked)) / asked);
  }
  return [1, sum / clients.length];
}

/**
 * Where either hears the other the weight is 0.5 at −82 dBm, where a preamble is noticed, and 1 at −62 dBm.
 * Where neither does but a third hears both, they may be in each other's way unheard: the weight is below
 * zero, of what would arrive if the third stood at a right angle between them.
 */
function edgesOf(reports: readonly RadioReport[]): Edge[] {
  const places = new Map(reports.map(({ id }, at) => [id, at]));
  const levels: Map<number, number>[] = reports.map(() => new Map());
  const note = (at: number, other: number, dbm: number) =>
    levels[at]!.set(other, Math.max(dbm, levels[at]!.get(other) ?? dbm));
  reports.forEach(({ neighbours }, at) => {
    for (const { id, rssiDbm } of neighbours) {
      const other = places.get(id);
      if (other === undefined || other === at) continue;
      note(at, other, rssiDbm);
      note(other, at, rssiDbm);
    }
  });
  const edges: Edge[] = [];
  levels.forEach((heard, at) => {
    const beyond = new Map<number, number>();
    for (const [third, near] of heard) {
      if (third > at) edges.push([at, third, weightOf(near)]);
      for (const [other, far] of levels[third]!) {
        if (other <= at || heard.has(other)) continue;
        const dbm = aroundTheCorner(near, far);
        beyond.set(other, Math.max(dbm, beyond.get(other) ?? dbm));
      }
    }
    for (const [other, dbm] of beyond) edges.push([at, other, -weightOf(dbm)]);
  });
  return edges;
}

function weightOf(dbm: number): number {
  return Math.min(1.5, Math.max(0.05, (dbm + 102) / 40));
}

/** Log-distance loss of exponent 3.5, as indoors (ITU-R P.1238-11, table 2), by Pythagoras. */
function aroundTheCorner(nearDbm: number, farDbm: number): number {
  return -17.5 * log10(pow10(-nearDbm / 17.5) + pow10(-farDbm / 17.5));
}
