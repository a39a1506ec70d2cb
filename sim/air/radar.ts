/** Radars: the pulses they send and from which level on a radio has to notice. */
import type { Point, PulseReport, RadarPattern, Window } from '#protocols/air.ts';
import type { Span } from '#protocols/channels.ts';
import { US_PER_S } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import { type RadarSignal, radarSignals } from './radar-signals.ts';

export interface Radar {
  readonly id: string;
  /** Null: heard everywhere at the power it is given with. */
  readonly at: Point | null;
  readonly centerMhz: number;
  readonly widthMhz: number;
  readonly eirpDbm: number;
  readonly pattern: RadarPattern;
  readonly fromUs: number;
  readonly untilUs: number;
}

/** A pulse as it is sent. */
export interface Pulse {
  readonly tUs: number;
  readonly widthUs: number;
  readonly centerMhz: number;
  /** How far it sweeps; 0 for a plain pulse. */
  readonly chirpMhz: number;
}

/**
 * The weakest radar that must be noticed, dBm at an antenna of 0 dBi: −64 from an EIRP of 200 mW
 * on, −62 below. The texts ask for −64 too where a weaker radio sends 10 dBm/MHz or more, which this
 * leaves out.
 *
 * @see 47 CFR 15.407(h)(2); ETSI EN 301 893, table D.2. Neither text was at hand: not confirmed.
 */
export function detectionThresholdDbm(eirpDbm: number): number {
  return eirpDbm >= 23 ? -64 : -62;
}

/** One burst a second: how often the beam comes round is a choice of ours, no rule says it. */
const BURST_EVERY_US = US_PER_S;

/** Where a radar may be heard: the whole stretch over which it hops, or its own. */
export function radarSpan({ pattern, centerMhz, widthMhz }: Radar): Span {
  const hops = radarSignals[pattern].hops;
  if (hops !== undefined) return { lowMhz: hops.mhz[0] - 0.5, highMhz: hops.mhz[1] + 0.5 };
  return { lowMhz: centerMhz - widthMhz / 2, highMhz: centerMhz + widthMhz / 2 };
}

function isHopping({ pattern }: Radar): boolean {
  return radarSignals[pattern].hops !== undefined;
}

/** For so long a radar that hops is followed to see whether it comes by: some of its rounds. */
const FOLLOWED_US = 3 * BURST_EVERY_US;

/** Where a radio that is tuned there hears it first; undefined when it does not come by. */
export function firstHeardMhz(
  radar: Radar,
  tuned: Span,
  nowUs: number,
  random: Random,
): number | undefined {
  if (!isHopping(radar)) return radar.centerMhz;
  const window = { fromUs: nowUs, untilUs: nowUs + FOLLOWED_US };
  return pulsesOf(radar, window, { rssiDbm: 0, tuned }, random)[0]?.centerMhz;
}

/** What a radio that is tuned to `tuned` reports of a radar, as strong as it arrives. */
export function pulsesOf(
  radar: Radar,
  window: Window,
  { rssiDbm, tuned }: { readonly rssiDbm: number; readonly tuned: Span },
  random: Random,
): PulseReport[] {
  const isHeard = ({ centerMhz }: Pulse) =>
    !isHopping(radar) || (centerMhz >= tuned.lowMhz && centerMhz < tuned.highMhz);
  return sentPulses(radar, window, random)
    .filter(isHeard)
    .map(({ tUs, widthUs, centerMhz, chirpMhz }) => {
      return { tUs, widthUs, rssiDbm, centerMhz, chirp: chirpMhz > 0 };
    });
}

/** The pulses that begin within a window. The same whoever hears them. */
export function sentPulses(radar: Radar, window: Window, random: Random): Pulse[] {
  const signal = radarSignals[radar.pattern];
  const own = random.fork(`radar/${radar.id}`);
  const cycleUs = signal.bursts?.cycleUs ?? BURST_EVERY_US;
  const fromUs = Math.max(window.fromUs, radar.fromUs);
  const untilUs = Math.min(window.untilUs, radar.untilUs);
  const pulses: Pulse[] = [];
  for (
    let cycle = Math.floor((fromUs - radar.fromUs) / cycleUs);
    radar.fromUs + cycle * cycleUs < untilUs;
    cycle += 1
  ) {
    const startUs = radar.fromUs + cycle * cycleUs;
    for (const { tUs, ...pulse } of cycleOf(signal, radar, cycle, own)) {
      const at = Math.round(startUs + tUs);
      if (at >= fromUs && at < untilUs) pulses.push({ tUs: at, ...pulse });
    }
  }
  return pulses;
}

/** The pulses of a cycle, from its beginning. No burst is longer than a cycle. */
function cycleOf(signal: RadarSignal, radar: Radar, cycle: number, own: Random): Pulse[] {
  const drawn = own.fork(String(cycle));
  if (signal.hops !== undefined) return hopped(signal, signal.hops, drawn);
  // What a radar is does not change; only a signal of many bursts draws each anew.
  if (signal.bursts === undefined) return burstOf(signal, radar.centerMhz, own.fork('train'));
  const { count, cycleUs } = signal.bursts;
  const bursts = between(count, drawn);
  const partUs = cycleUs / bursts;
  return Array.from({ length: bursts }, (_, index) => {
    const burst = burstOf(signal, radar.centerMhz, drawn);
    const lengthUs = burst.at(-1)!.tUs + burst.at(-1)!.widthUs;
    const startUs = index * partUs + drawn.below(Math.floor(partUs - lengthUs));
    return burst.map((pulse) => ({ ...pulse, tUs: startUs + pulse.tUs }));
  }).flat();
}

function burstOf(signal: RadarSignal, centerMhz: number, random: Random): Pulse[] {
  const widthUs = fraction(signal.widthUs, random);
  const chirpMhz = signal.chirpMhz === undefined ? 0 : between(signal.chirpMhz, random);
  // Of the pulses of one burst of many, each gap is drawn; else one interval holds, or a few in turn.
  const intervals = intervalsOf(signal, random);
  const pulses = countOf(signal, intervals, random);
  const { long } = signal;
  const blankUs = long === undefined ? 0 : fraction(long.blankUs, random);
  const longUs = long === undefined ? 0 : fraction(long.widthUs, random);
  const sweepMhz = long === undefined ? 0 : fraction(long.chirpMhz, random);
  const burst: Pulse[] = [];
  let tUs = 0;
  for (let pulse = 0; pulse < pulses; pulse += 1) {
    burst.push({ tUs, widthUs, centerMhz, chirpMhz });
    if (long !== undefined) {
      const after = tUs + widthUs + blankUs;
      burst.push({ tUs: after, widthUs: longUs, centerMhz, chirpMhz: sweepMhz });
    }
    tUs +=
      signal.bursts === undefined
        ? intervals[pulse % intervals.length]!
        : between(signal.intervalUs!, random);
  }
  return burst;
}

function intervalsOf(signal: RadarSignal, random: Random): number[] {
  const { intervalUs, perSecond, eitherPerSecond, staggered } = signal;
  if (eitherPerSecond !== undefined) return [US_PER_S / eitherPerSecond[random.below(2)]!];
  if (intervalUs !== undefined) return [between(intervalUs, random)];
  const [least, most] = perSecond!;
  if (staggered === undefined) return [US_PER_S / between([least, most], random)];
  const count = between(staggered.count, random);
  const apart = Array.from({ length: count - 1 }, () => between(staggered.apartPerSecond, random));
  const wide = apart.reduce((sum, step) => sum + step, 0);
  let rate = between([least, Math.max(least, most - wide)], random);
  const intervals = [US_PER_S / rate];
  for (const step of apart) {
    rate = Math.min(most, rate + step);
    intervals.push(US_PER_S / rate);
  }
  return intervals;
}

function countOf({ pulses, dwellUs }: RadarSignal, intervals: readonly number[], random: Random) {
  if (dwellUs !== undefined) return Math.ceil(dwellUs / intervals[0]!);
  return between(pulses!, random) * intervals.length;
}

function hopped(
  { widthUs, intervalUs }: RadarSignal,
  { pulses, count, mhz: [lowest, highest] }: NonNullable<RadarSignal['hops']>,
  random: Random,
): Pulse[] {
  const left = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
  const [everyUs] = intervalUs!;
  return Array.from({ length: count }, (_, hop) => {
    const [centerMhz] = left.splice(random.below(left.length), 1) as [number];
    return Array.from({ length: pulses }, (_one, pulse) => {
      const tUs = (hop * pulses + pulse) * everyUs;
      return { tUs, widthUs: widthUs[0], centerMhz, chirpMhz: 0 };
    });
  }).flat();
}

/** A whole number. */
function between([least, most]: readonly [number, number], random: Random): number {
  return least === most ? least : least + random.below(most - least + 1);
}

/** In tenths. */
function fraction([least, most]: readonly [number, number], random: Random): number {
  return least === most ? least : least + random.below(Math.round((most - least) * 10) + 1) / 10;
}
