/**
 * Finds radar in the pulses that a chip reports. What it finds is a suspicion, told beside the chip's
 * own event, which alone is the legal trigger. The same pulses always give the same suspicions.
 */
import type { PulseReport, RadarPattern } from '#protocols/air.ts';
import { LongBursts } from './bursts.ts';
import { type Comb, CombSearch } from './comb.ts';
import { PulseRing, SIZE } from './ring.ts';
import { type BurstSignal, pulseSignals, type TrainSignal } from './signals.ts';

export interface RadarEvidence {
  /** When the pulse came that decided it, microseconds of the chip. */
  readonly tUs: number;
  readonly centerMhz: number;
  readonly rssiDbm: number;
  readonly widthUs: number;
  /** Between pulses; of a train whose intervals take turns, their sum. */
  readonly intervalUs: number;
  /** Pulses heard, and how many of that train were due. */
  readonly heard: number;
  readonly due: number;
  /** Every test signal that it fits, the first being the one it is named by. */
  readonly fits: readonly RadarPattern[];
}

/**
 * `confidence` says how well it fits, from 0 to 1; it is no probability. It is the share of the due pulses
 * that were heard, times the share of the pulses alike that belong.
 */
export type OnRadar = (type: RadarPattern, confidence: number, evidence: RadarEvidence) => void;

export interface PulseDetectorOptions {
  readonly onRadar: OnRadar;
  /**
   * Weaker pulses do not count. The rules ask for −64 dBm (47 CFR 15.407(h)(2), EN 301 893 table D.2);
   * 6 dB below is for what a chip's own level is off by.
   */
  readonly weakestDbm?: number;
}

interface Train {
  readonly name: RadarPattern;
  readonly signal: TrainSignal;
  readonly turns: number;
  readonly needed: number;
}

/** What a chip measures beside a pulse's width, as in ring.ts, and beside an interval. */
const WIDTH_US = 1;
const WIDTH_SHARE = 0.1;
const INTERVAL_US = 3;
/** The same radar is not told of again within this time: a channel must be left in it. */
const QUIET_US = 10_000_000;
/** A clock that goes back further than this began anew. */
const RESTART_US = 1_000_000;
/** So many bursts of long pulses within a cycle, where a radar sends 8 at least. */
const BURSTS_NEEDED = 3;
/**
 * So many pulses alike are taken for the neighbour of one: two of the other combs of a train may lie between,
 * and a few that do not belong.
 */
const CANDIDATES = 8;
/** Longer than any train, with the silence before it. */
const HORIZON_US = 600_000;

const trains = Object.entries(pulseSignals)
  .flatMap(([name, signal]) => {
    if (signal.kind !== 'train') return [];
    const [least, most] = signal.turns;
    return Array.from({ length: most - least + 1 }, (_, index): Train => {
      const needed = Math.max(5, Math.ceil(signal.pulses / 2));
      return { name: name as RadarPattern, signal, turns: least + index, needed };
    });
  })
  .toSorted((a, b) => a.turns - b.turns || breadth(a) - breadth(b));

const bursts = Object.entries(pulseSignals).flatMap(([name, signal]) =>
  signal.kind === 'bursts' ? [{ name: name as RadarPattern, signal }] : [],
);
/** All of that kind are one signal under several names. */
const long = bursts[0] as { readonly name: RadarPattern; readonly signal: BurstSignal };

const shortestUs = Math.min(...trains.map(({ signal }) => signal.intervalUs[0])) - INTERVAL_US;
const longestUs =
  Math.max(...trains.map(({ signal, turns }) => signal.intervalUs[1] * turns)) + INTERVAL_US;
const fewest = Math.min(...trains.map(({ needed }) => needed));

export class PulseDetector {
  /** Reports that were no pulses, or came out of order. */
  rejected = 0;
  readonly #onRadar: OnRadar;
  readonly #weakestDbm: number;
  readonly #ring = new PulseRing();
  readonly #agesUs = new Float64Array(SIZE);
  readonly #combs = new CombSearch();
  readonly #bursts = new LongBursts(long.signal);
  #lastUs = Number.NEGATIVE_INFINITY;
  #toldUs = Number.NEGATIVE_INFINITY;

  constructor({ onRadar, weakestDbm = -70 }: PulseDetectorOptions) {
    this.#onRadar = onRadar;
    this.#weakestDbm = weakestDbm;
  }

  /** The radio is on another channel: what came before says nothing of it. */
  reset(): void {
    this.#ring.clear();
    this.#bursts.clear();
    this.#lastUs = Number.NEGATIVE_INFINITY;
    this.#toldUs = Number.NEGATIVE_INFINITY;
  }

  /** In order of time; the calls follow each other. */
  push(pulses: readonly PulseReport[]): void {
    for (const pulse of pulses) this.#take(pulse);
  }

  #take(pulse: PulseReport): void {
    if (!isPulse(pulse)) {
      this.rejected += 1;
      return;
    }
    const { tUs } = pulse;
    if (tUs < this.#lastUs) {
      if (this.#lastUs - tUs < RESTART_US) {
        this.rejected += 1;
        return;
      }
      this.reset();
    }
    this.#lastUs = tUs;
    if (pulse.rssiDbm < this.#weakestDbm) return;
    this.#ring.push(pulse);
    if (tUs - this.#toldUs < QUIET_US) return;
    const isLong = pulse.chirp && fitsWidth(long.signal, pulse.widthUs);
    if (!isLong || !this.#isBurst(pulse)) this.#lookForTrain(pulse);
  }

  #lookForTrain(pulse: PulseReport): void {
    if (!trains.some(({ signal }) => fitsPulse(signal, pulse))) return;
    const ages = this.#agesUs;
    const count = this.#ring.agesOfAlike(HORIZON_US, ages);
    let candidates = 0;
    for (let index = 0; index < count && candidates < CANDIDATES; index += 1) {
      if (count - index < fewest - 1 || ages[index]! > longestUs) return;
      if (ages[index]! < shortestUs) continue;
      candidates += 1;
      const comb = this.#combs.follow(ages, count, index);
      if (comb.teeth < fewest) continue;
      const fitting = trains.filter((train) => fits(train, comb, pulse));
      const [first] = fitting;
      if (first === undefined) continue;
      const heard = heardOf(comb, first.turns);
      this.#tell(pulse, {
        intervalUs: comb.intervalUs,
        heard,
        due: Math.max(heard, comb.slots * first.turns),
        alike: comb.teeth + comb.second + comb.third + comb.stray + comb.before,
        fits: [...new Set(fitting.map(({ name }) => name))],
      });
      return;
    }
  }

  #isBurst(pulse: PulseReport): boolean {
    const heard = this.#bursts.add(pulse);
    if (heard < BURSTS_NEEDED) return false;
    const fits = bursts.map(({ name }) => name);
    const intervalUs = this.#ring.ageUs(1);
    this.#tell(pulse, { intervalUs, heard, due: Math.max(8, heard), alike: heard, fits });
    return true;
  }

  #tell(
    { tUs, centerMhz, rssiDbm, widthUs }: PulseReport,
    found: Pick<RadarEvidence, 'intervalUs' | 'heard' | 'due' | 'fits'> & {
      readonly alike: number;
    },
  ): void {
    const { alike, ...rest } = found;
    this.#toldUs = tUs;
    const confidence = (rest.heard / rest.due) * (rest.heard / alike);
    const [type] = rest.fits as [RadarPattern];
    this.#onRadar(type, confidence, { tUs, centerMhz, rssiDbm, widthUs, ...rest });
  }
}

function isPulse({ tUs, widthUs, rssiDbm, centerMhz }: PulseReport): boolean {
  return Number.isFinite(tUs) && widthUs >= 0 && rssiDbm < 100 && centerMhz > 0;
}

function breadth({ signal: { widthUs, intervalUs } }: Train): number {
  return (widthUs[1] - widthUs[0] + 1) * (intervalUs[1] / intervalUs[0]);
}

function fitsWidth({ widthUs: [least, most] }: { widthUs: readonly [number, number] }, us: number) {
  return us >= least - WIDTH_US - WIDTH_SHARE * least && us <= most + WIDTH_US + WIDTH_SHARE * most;
}

function fitsPulse(signal: TrainSignal, { widthUs, chirp }: PulseReport): boolean {
  return signal.chirp === chirp && fitsWidth(signal, widthUs);
}

function heardOf({ teeth, second, third }: Comb, turns: number): number {
  return teeth + (turns > 1 ? second : 0) + (turns > 2 ? third : 0);
}

/** Half of the fewest pulses must be there, and at most a third as many alike that do not belong. */
function fits({ signal, turns, needed }: Train, comb: Comb, pulse: PulseReport): boolean {
  const [least, most] = signal.intervalUs;
  const { intervalUs, teeth, second, third, stray, before } = comb;
  const heard = heardOf(comb, turns);
  return (
    fitsPulse(signal, pulse) &&
    intervalUs >= least * turns - INTERVAL_US &&
    intervalUs <= most * turns + INTERVAL_US &&
    teeth >= Math.min(needed, 5) &&
    heard >= needed * turns &&
    3 * (teeth + second + third + stray + before - heard) <= heard
  );
}
