/**
 * How many sweeps are missing, told from the gaps in the chip's time, as no driver counts what its
 * full buffer drops. The chip measures at a steady pace; the pace is learned from the gaps, and a gap
 * of n times the pace hides n − 1 sweeps. A change of frequency, width or bins is a retune, whose gap
 * belongs to nobody; so is one where the chip's time stepped back.
 */
import type { SweepFields } from './sweep-fields.ts';

export interface Loss {
  /** Null where the gaps have no pace that could be told: nothing is known of what is missing. */
  readonly paceUs: number | null;
  /** Sweeps that are missing, estimated, among the gaps judged. */
  readonly lost: number;
  /** Of lost + seen, of the stretches judged; 0 where none was. */
  readonly share: number;
  /** Gaps that a pace was found for. */
  readonly judged: number;
  /** Gaps without a pace: too few, or scattered. */
  readonly unjudged: number;
  /** Gaps of more than `pausePaces`: the scan was stopped or the reader slept; not counted as loss. */
  readonly pauses: number;
  readonly pausedUs: number;
  readonly retunes: number;
  /** How often the chip's time stepped back, or stood, without a retune. */
  readonly stepsBack: number;
}

/** Gaps are judged in blocks, each by its own pace, so that a changed setting changes the pace. */
const blockGaps = 512;
/** Below this many there is nothing to learn a pace from. */
const fewest = 4;
/** Gaps up to so many paces tell whether they are whole numbers of paces; jitter blurs longer ones. */
const toldPaces = 8.5;
/** Manual scans and stops of the scan leave gaps of thousands of paces. */
const pausePaces = 100;
/** Of scattered gaps 40 % lie so near to a whole number of paces by chance. */
const nearPaces = 0.2;
const steadyShare = 0.7;
const wrapUs = 0x1_0000_0000;

export class LossMeter {
  readonly #gaps = new Float64Array(blockGaps);
  #count = 0;
  #tuning = -1;
  /** The last time of either half: a chip that sends 160 MHz as two has two sweeps a measurement. */
  readonly #lastUs = [Number.NaN, Number.NaN];
  #paceUs: number | null = null;
  #lost = 0;
  #judged = 0;
  #unjudged = 0;
  #pauses = 0;
  #pausedUs = 0;
  #retunes = 0;
  #stepsBack = 0;

  note({ type, freq1Mhz, freq2Mhz, storedWidthMhz, tsfUs, first }: SweepFields): void {
    const isSplit = freq2Mhz !== 0;
    const half = isSplit && freq1Mhz === freq2Mhz ? 1 : 0;
    const mhz = isSplit ? freq2Mhz : freq1Mhz;
    const tuning = ((mhz * 256 + storedWidthMhz) * 1024 + first.bins) * 8 + type;
    if (tuning !== this.#tuning) {
      if (this.#tuning >= 0) this.#retunes += 1;
      this.#tuning = tuning;
      this.#lastUs.fill(Number.NaN);
    }
    const before = this.#lastUs[half]!;
    this.#lastUs[half] = tsfUs;
    if (Number.isNaN(before)) return;
    const gap = type === 4 ? wrapped(tsfUs - before) : tsfUs - before;
    if (gap > 0) this.#add(gap);
    else this.#stepsBack += 1;
  }

  /** The estimate so far. */
  report(): Loss {
    const open = judge(this.#gaps.subarray(0, this.#count), this.#paceUs);
    const lost = this.#lost + open.lost;
    const judged = this.#judged + open.judged;
    return {
      paceUs: open.paceUs,
      lost,
      share: judged === 0 ? 0 : lost / (lost + judged),
      judged,
      unjudged: this.#unjudged + open.unjudged,
      pauses: this.#pauses + open.pauses,
      pausedUs: this.#pausedUs + open.pausedUs,
      retunes: this.#retunes,
      stepsBack: this.#stepsBack,
    };
  }

  #add(gap: number): void {
    this.#gaps[this.#count] = gap;
    this.#count += 1;
    if (this.#count < blockGaps) return;
    const block = judge(this.#gaps, this.#paceUs);
    this.#count = 0;
    this.#paceUs = block.paceUs;
    this.#lost += block.lost;
    this.#judged += block.judged;
    this.#unjudged += block.unjudged;
    this.#pauses += block.pauses;
    this.#pausedUs += block.pausedUs;
  }
}

/** The difference of two times of 32 bits, which may have wrapped between them, either way. */
function wrapped(us: number): number {
  const forward = us < 0 ? us + wrapUs : us;
  return forward < wrapUs / 2 ? forward : forward - wrapUs;
}

function judge(gaps: Float64Array, lastPaceUs: number | null) {
  const verdict = { paceUs: lastPaceUs, lost: 0, judged: 0, unjudged: 0, pauses: 0, pausedUs: 0 };
  if (gaps.length >= fewest) verdict.paceUs = paceOf(gaps);
  const { paceUs } = verdict;
  if (paceUs === null) {
    verdict.unjudged = gaps.length;
    return verdict;
  }
  for (const gap of gaps) {
    const paces = Math.max(1, Math.round(gap / paceUs));
    if (paces > pausePaces) {
      verdict.pauses += 1;
      verdict.pausedUs += gap;
    } else {
      verdict.judged += 1;
      verdict.lost += paces - 1;
    }
  }
  return verdict;
}

/**
 * The median of the short gaps, those within a quarter of the tenth percentile: the median of all would
 * double where every second sweep is lost. Null where gaps are not whole numbers of it.
 */
function paceOf(gaps: Float64Array): number | null {
  const sorted = gaps.toSorted();
  const short = sorted[Math.floor(sorted.length / 10)]!;
  const like = sorted.filter((gap) => gap >= short * 0.75 && gap <= short * 1.25);
  const pace = like[Math.floor(like.length / 2)]!;
  let near = 0;
  let told = 0;
  for (const gap of gaps) {
    const paces = gap / pace;
    if (paces > toldPaces) continue;
    told += 1;
    if (Math.abs(paces - Math.max(1, Math.round(paces))) <= nearPaces) near += 1;
  }
  return near >= told * steadyShare ? pace : null;
}
