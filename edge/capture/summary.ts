/**
 * What a recording holds, in figures, and two checksums by which decoders can be compared: **A** over
 * the fields of every sweep, **B** over the power of every bin.
 */
import { createHash } from 'node:crypto';
import { binPowers } from './bin-power.ts';
import { type Loss, LossMeter } from './loss.ts';
import type { SweepCursor } from './sweep-cursor.ts';
import type { SegmentFields } from './sweep-fields.ts';
import { tsfOf } from './tlv.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export interface CaptureSummary {
  readonly bytes: number;
  readonly sweeps: number;
  readonly sweepBytes: number;
  /** Bytes that belonged to nothing readable. */
  readonly skippedBytes: number;
  /** Bytes of well-formed TLVs that are no sweep, and how many there were of each type. */
  readonly passedBytes: number;
  readonly unknown: Readonly<Record<string, number>>;
  readonly types: Readonly<Record<string, number>>;
  readonly frequencies: readonly { readonly mhz: number; readonly sweeps: number }[];
  readonly bins: readonly { readonly bins: number; readonly sweeps: number }[];
  readonly maxExp: Readonly<Record<string, number>>;
  /** Decibels over the noise floor; of the lower half of type 2. Null where no sweep was. */
  readonly rssiDb: Range | null;
  readonly noiseDbm: Range | null;
  /** The same of the upper halves of type 2. */
  readonly upperHalf: { readonly rssiDb: Range; readonly noiseDbm: Range } | null;
  readonly binPowerDbm: Range | null;
  readonly tsfUs: { readonly min: number; readonly max: number; readonly stepsBack: number } | null;
  /** Peaks of which the low byte came alone and whose bin was found (type 4). */
  readonly wrappedPeaks: number;
  /** Segments of zeros, whose bins stand at −200 dBm. */
  readonly silentSegments: number;
  readonly loss: Loss;
  readonly checksums: { readonly A: string; readonly B: string };
}

export class Summariser {
  readonly #types = new Map<number, number>();
  readonly #frequencies = new Map<number, number>();
  readonly #bins = new Map<number, number>();
  readonly #maxExp = new Map<number, number>();
  readonly #halves = [new Half(), new Half()] as const;
  readonly #power = new Spread();
  readonly #tsf = new Spread();
  readonly #loss = new LossMeter();
  readonly #fieldsHash = createHash('sha256');
  readonly #powersHash = createHash('sha256');
  readonly #powers = new Float64Array(512);
  readonly #hundredths = new DataView(new ArrayBuffer(1024));
  #lastTsf = Number.NEGATIVE_INFINITY;
  #stepsBack = 0;
  #wrapped = 0;
  #silent = 0;

  /** Takes the sweep that the cursor stands on. */
  add(cursor: SweepCursor): void {
    const { fields } = cursor;
    const { type, freq1Mhz, maxExp, tsfUs, first, second } = fields;
    const bytes = cursor.bytes();
    count(this.#types, type);
    count(this.#frequencies, freq1Mhz);
    count(this.#bins, cursor.bins);
    count(this.#maxExp, maxExp);
    if (tsfUs < this.#lastTsf) this.#stepsBack += 1;
    this.#lastTsf = tsfUs;
    this.#tsf.add(tsfUs);
    this.#loss.note(fields);
    this.#fieldsHash.update(fieldsLine(cursor, bytes));
    this.#addSegment(first, this.#halves[0], maxExp, bytes);
    if (fields.segments === 2) this.#addSegment(second, this.#halves[1], maxExp, bytes);
  }

  /** The figures of all that was added, and of what the cursor left out. */
  report(cursor: SweepCursor): CaptureSummary {
    const { sweeps, sweepBytes, skippedBytes, passedBytes, unknown } = cursor;
    const tsf = this.#tsf.range();
    const [lower, upperHalf] = this.#halves.map((half) => half.report()) as [HalfRange, HalfRange];
    return {
      bytes: sweepBytes + skippedBytes + passedBytes,
      sweeps,
      sweepBytes,
      skippedBytes,
      passedBytes,
      unknown: Object.fromEntries(unknown),
      types: Object.fromEntries(this.#types),
      frequencies: sorted(this.#frequencies).map(([mhz, seen]) => ({ mhz, sweeps: seen })),
      bins: sorted(this.#bins).map(([bins, seen]) => ({ bins, sweeps: seen })),
      maxExp: Object.fromEntries(sorted(this.#maxExp)),
      rssiDb: lower?.rssiDb ?? null,
      noiseDbm: lower?.noiseDbm ?? null,
      upperHalf,
      binPowerDbm: this.#power.range(),
      tsfUs: tsf && { min: tsf.min, max: tsf.max, stepsBack: this.#stepsBack },
      wrappedPeaks: this.#wrapped,
      silentSegments: this.#silent,
      loss: this.#loss.report(),
      checksums: { A: this.#fieldsHash.digest('hex'), B: this.#powersHash.digest('hex') },
    };
  }

  #addSegment(fields: SegmentFields, half: Half, maxExp: number, bytes: Uint8Array): void {
    const bins = bytes.subarray(fields.binsAt, fields.binsAt + fields.bins);
    half.rssi.add(fields.rssiDb);
    half.noise.add(fields.noiseDbm);
    if (fields.wrappedBin >= 0) this.#wrapped += 1;
    if (bins.every((bin) => bin === 0)) this.#silent += 1;
    binPowers({ ...fields, bins }, maxExp, this.#powers);
    for (let bin = 0; bin < bins.length; bin += 1) {
      const dbm = this.#powers[bin]!;
      this.#power.add(dbm);
      this.#hundredths.setInt16(2 * bin, Math.floor(100 * dbm + 0.5));
    }
    this.#powersHash.update(new Uint8Array(this.#hundredths.buffer, 0, 2 * bins.length));
  }
}

/** Level, noise and peak are those of the lower half of type 2. */
function fieldsLine({ fields, bins }: SweepCursor, bytes: Uint8Array): string {
  const { type, freq1Mhz, freq2Mhz, storedWidthMhz, maxExp, first } = fields;
  const { rssiDb, noiseDbm, maxMagnitude, maxIndex, binsAt } = first;
  const tuned = [type, tsfOf(type, bytes), freq1Mhz, freq2Mhz, storedWidthMhz];
  const measured = [rssiDb, noiseDbm, maxMagnitude, maxIndex, maxExp, bins];
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + binsAt, bins).toString('hex');
  return `${[...tuned, ...measured, hex].join(',')}\n`;
}

class Spread {
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #count = 0;

  add(value: number): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#sum += value;
    this.#count += 1;
  }

  range(): Range | null {
    if (this.#count === 0) return null;
    return { min: this.#min, max: this.#max, mean: this.#sum / this.#count };
  }
}

type HalfRange = CaptureSummary['upperHalf'];

class Half {
  readonly rssi = new Spread();
  readonly noise = new Spread();

  report(): HalfRange {
    const [rssiDb, noiseDbm] = [this.rssi.range(), this.noise.range()];
    return rssiDb && noiseDbm && { rssiDb, noiseDbm };
  }
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<number, number>): [number, number][] {
  return [...counts].sort(([one], [other]) => one - other);
}
