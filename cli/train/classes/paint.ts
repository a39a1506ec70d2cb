/** Paints a scene as the bytes that a chip's driver hands over, and says what was truly in it. */
import { dbmToMw, ratioToDb } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { type Pulse, sentPulses } from '#sim/air/radar.ts';
import { HT20_MHZ, writeHt20, writeHt40 } from '#sim/air/spectrum/ath9k.ts';
import { ath10kBytes, writeAth10k } from '#sim/air/spectrum/ath10k.ts';
import { sampleBytes, writeSample } from '#sim/air/spectrum/ath11k.ts';
import { Canvas } from '#sim/air/spectrum/canvas.ts';
import { Chance } from '#sim/air/spectrum/chance.ts';
import { turnOf, wifiShape } from '#sim/air/spectrum/emissions/wifi.ts';
import { leak } from '#sim/air/spectrum/leakage.ts';
import { layersOf, type Neighbour, putPulses } from '#sim/air/spectrum/painter.ts';
import type { Drawn, Kind } from './kinds.ts';
import type { Ear } from './setting.ts';

export interface Sent {
  readonly kind: Kind;
  readonly drawn: Drawn;
  /** Its power while it sends over thermal noise of the scanned span. */
  readonly snrDb: number;
}

export interface Present {
  readonly kind: Kind;
  /** In how many sweeps it put power into the span. */
  readonly sweeps: number;
  /** In how many of them it showed: in some bin 3 dB over all else, within reach of 8 bits. Alone: in all. */
  readonly shown: number;
  /** In how many of them it did so by 10 dB. */
  readonly plain: number;
  /** The mean of its power within the span in those sweeps, over thermal noise of the span, dB. */
  readonly snrDb: number;
}

export interface Painted {
  readonly bytes: Uint8Array;
  readonly present: readonly Present[];
}

/** Weaker than this against thermal noise of the span, a sweep does not count as one that holds it. */
const leastOfNoise = 0.3;
/** In a bin in which it shows, it is so many times as strong as all else together; and plainly so. */
const showsOver = 2;
const plainOver = 10;
/** And no weaker against the strongest bin of the sweep: 8 bits hold no more beside noise. */
const reach = 1.6e-3;
/** A radar's burst begins so late in the window at most. */
const radarStartUs = 60_000;

export function paintScene(ear: Ear, sent: readonly Sent[], random: Random): Painted {
  const block = blockOf(ear);
  const spanMhz = block.highMhz - block.lowMhz;
  const thermalMw = dbmToMw(noiseDbm(spanMhz, ear.noiseFigureDb) + ear.gainDb);
  const canvas = new Canvas(block, ear.bins, thermalMw);
  const chance = new Chance(random.fork('ear'));
  const atUs = timesOf(ear, chance, random);
  const listened = sent.map(({ snrDb }) => {
    return { mw: thermalMw * dbmToMw(snrDb), atUs, windowUs: canvas.windowUs };
  });
  const networks = sent.map(({ drawn }, index) => networkOf(drawn, listened[index]!.mw));
  const air = new Networks(networks, new Chance(random.fork('networks')));
  const puts = sent.map(({ drawn }, index) =>
    drawn.what === 'wifi'
      ? air.putOf(index)
      : putOf(drawn, listened[index]!, random.fork(`sender-${index}`)),
  );
  const alone = sent.map(() => new Canvas(block, ear.bins, 0));
  const bytes = new Uint8Array(bytesOf(ear) * ear.sweeps);
  const page = { bytes, view: new DataView(bytes.buffer) };
  const counts = sent.map(() => ({ sweeps: 0, shown: 0, plain: 0, mw: 0 }));
  const isAlone = sent.length === 1;
  const nominalDbm = noiseDbm(spanMhz, 7);
  let climbed = 0;
  for (let sweep = 0, at = 0; sweep < ear.sweeps; sweep += 1) {
    const tUs = atUs[sweep]!;
    canvas.clear();
    air.turn(tUs);
    for (let index = 0; index < puts.length; index += 1) {
      const own = alone[index]!;
      own.clear();
      puts[index]!(tUs, own);
      add(own, canvas);
    }
    for (let index = 0; index < puts.length; index += 1) {
      const mw = alone[index]!.sumMw();
      if (mw < leastOfNoise * thermalMw) continue;
      const count = counts[index]!;
      count.sweeps += 1;
      count.mw += mw;
      const over = isAlone ? plainOver : standsOver(alone[index]!, canvas);
      if (over >= showsOver) count.shown += 1;
      if (over >= plainOver) count.plain += 1;
    }
    for (const { mhz, db } of ear.spurs) canvas.carry(mhz, thermalMw * dbmToMw(db));
    leak(canvas, ear.leakage);
    if (sweep === 0) climbed = ear.noiseFollows * ratioToDb(canvas.sumMw() / thermalMw);
    const noise = Math.max(-110, Math.min(-20, Math.round(nominalDbm + climbed)));
    at = write(ear, canvas, chance.words(sweep)[0]!, noise, tUs, page, at);
  }
  const present = sent.map(({ kind }, index) => {
    const { sweeps, shown, plain, mw } = counts[index]!;
    return { kind, sweeps, shown, plain, snrDb: ratioToDb(mw / Math.max(1, sweeps) / thermalMw) };
  });
  return { bytes, present };
}

function add(from: Canvas, to: Canvas): void {
  if (from.hasSignals) {
    to.hasSignals = true;
    for (let bin = 0; bin < to.noiseMw.length; bin += 1) {
      to.noiseMw[bin] = to.noiseMw[bin]! + from.noiseMw[bin]!;
    }
  }
  if (!from.hasCarriers) return;
  to.hasCarriers = true;
  for (let bin = 0; bin < to.carrierMw.length; bin += 1) {
    to.carrierMw[bin] = to.carrierMw[bin]! + from.carrierMw[bin]!;
  }
}

/** How far it stands over all else in its best bin, as a ratio; 0 where 8 bits do not reach it. */
function standsOver(own: Canvas, all: Canvas): number {
  let top = 0;
  let best = 0;
  let bestMw = 0;
  for (let bin = 0; bin < all.noiseMw.length; bin += 1) {
    const whole = all.noiseMw[bin]! + all.carrierMw[bin]!;
    const part = own.noiseMw[bin]! + own.carrierMw[bin]!;
    if (whole > top) top = whole;
    // The rest is at least thermal noise; rounding may make it less.
    const ratio = part / Math.max(whole - part, whole * 1e-9);
    if (ratio <= best) continue;
    best = ratio;
    bestMw = part;
  }
  return bestMw > reach * top ? best : 0;
}

function timesOf({ sweeps, gapUs, jitterUs }: Ear, chance: Chance, random: Random): Float64Array {
  let tUs = 5_000_000 + random.below(1_000_000);
  return Float64Array.from({ length: sweeps }, (_, sweep) => {
    tUs += gapUs + Math.floor(chance.uniform(sweep, 1) * jitterUs);
    return tUs;
  });
}

function blockOf({ format, channel }: Ear) {
  const widthMhz = format === 'ath9k-20' ? HT20_MHZ : channel.widthMhz;
  return { lowMhz: channel.centerMhz - widthMhz / 2, highMhz: channel.centerMhz + widthMhz / 2 };
}

function bytesOf({ format, bins }: Ear): number {
  return { ath11k: sampleBytes(bins), ath10k: ath10kBytes(bins), 'ath9k-20': 76, 'ath9k-40': 155 }[
    format
  ];
}

function write(
  { format, channel }: Ear,
  canvas: Canvas,
  seed: number,
  noise: number,
  tUs: number,
  page: Parameters<typeof writeSample>[3],
  at: number,
): number {
  const { centerMhz, widthMhz } = channel;
  const header = { centerMhz, widthMhz, tUs, noiseDbm: noise };
  const older = { primaryMhz: centerMhz - (format === 'ath9k-40' ? 10 : 0), tUs, noiseDbm: noise };
  if (format === 'ath11k') return writeSample(header, canvas, seed, page, at);
  if (format === 'ath10k') return writeAth10k(header, canvas, seed, page, at);
  if (format === 'ath9k-20') return writeHt20(older, canvas, seed, page, at);
  return writeHt40(older, canvas, seed, page, at);
}

type Put = (tUs: number, canvas: Canvas) => void;

function networkOf(drawn: Drawn, mw: number): Neighbour | undefined {
  if (drawn.what !== 'wifi') return undefined;
  const { centerMhz, widthMhz, frameUs, share } = drawn;
  const band = centerMhz < 3_000 ? '2.4' : '5';
  return { channel: { band, primaryMhz: centerMhz, centerMhz, widthMhz }, mw, frameUs, share };
}

/** The networks of a scene: as many as fit in take turns, as they hear each other. */
class Networks {
  readonly #chance: Chance;
  readonly #networks: readonly (Neighbour | undefined)[];
  readonly #layers: Neighbour[][];
  readonly #sending = new Set<Neighbour>();

  constructor(networks: readonly (Neighbour | undefined)[], chance: Chance) {
    this.#networks = networks;
    this.#layers = layersOf(networks.filter((network) => network !== undefined));
    this.#chance = chance;
  }

  turn(tUs: number): void {
    this.#sending.clear();
    this.#layers.forEach((members, layer) => {
      const member = turnOf(members, tUs, this.#chance, layer);
      if (member >= 0) this.#sending.add(members[member]!);
    });
  }

  putOf(index: number): Put {
    const network = this.#networks[index]!;
    const { channel, mw } = network;
    return (_, canvas) => {
      if (!this.#sending.has(network)) return;
      canvas.put(wifiShape(channel.widthMhz), channel.centerMhz, channel.widthMhz, mw);
    };
  }
}

/** When a sender is listened to, and how strong it is. */
interface Listened {
  readonly mw: number;
  readonly atUs: Float64Array;
  readonly windowUs: number;
}

function putOf(
  drawn: Exclude<Drawn, { what: 'wifi' }>,
  { mw, atUs, windowUs }: Listened,
  random: Random,
): Put {
  if (drawn.what === 'sender') {
    const heard = { ...drawn.setting, mw, chance: new Chance(random) };
    return (tUs, canvas) => drawn.emission.put(heard, tUs, canvas);
  }
  const pulses = caughtBurst(drawn, atUs, windowUs, random);
  return (tUs, canvas) => putNear(pulses, mw, tUs, canvas);
}

/**
 * Most bursts fall between sweeps: one is drawn again until three sweeps hold a pulse of it, or for so
 * many times.
 */
const triesMax = 60;
const caughtAtLeast = 3;

function caughtBurst(
  drawn: Extract<Drawn, { what: 'radar' }>,
  atUs: Float64Array,
  windowUs: number,
  random: Random,
): Pulse[] {
  const startUs = atUs[0]!;
  const untilUs = atUs[atUs.length - 1]! + windowUs;
  let pulses: Pulse[] = [];
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const own = random.fork(`try-${attempt}`);
    const fromUs =
      startUs + own.below(Math.max(1, Math.floor(Math.min(radarStartUs, untilUs - startUs))));
    const { pattern, centerMhz } = drawn;
    const radar = { id: 'radar', at: null, centerMhz, widthMhz: 1, eirpDbm: 0, pattern };
    const window = { fromUs, untilUs };
    pulses = sentPulses({ ...radar, ...window }, window, own);
    let caught = 0;
    for (const tUs of atUs) if (overlaps(pulses, tUs, windowUs)) caught += 1;
    if (caught >= caughtAtLeast) break;
  }
  return pulses;
}

function overlaps(pulses: readonly Pulse[], tUs: number, windowUs: number): boolean {
  for (let index = firstFrom(pulses, tUs - longestUs); index < pulses.length; index += 1) {
    const pulse = pulses[index]!;
    if (pulse.tUs > tUs + windowUs) return false;
    if (pulse.tUs + pulse.widthUs > tUs) return true;
  }
  return false;
}

/** No pulse of a test signal is longer. */
const longestUs = 110;

/** The first pulse at that time or later: they are in order. */
function firstFrom(pulses: readonly Pulse[], tUs: number): number {
  let low = 0;
  let high = pulses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pulses[middle]!.tUs < tUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function putNear(pulses: readonly Pulse[], mw: number, tUs: number, canvas: Canvas): void {
  const first = firstFrom(pulses, tUs - longestUs);
  let end = first;
  while (end < pulses.length && pulses[end]!.tUs <= tUs + canvas.windowUs) end += 1;
  if (end > first) putPulses({ mw, pulses: pulses.slice(first, end) }, tUs, canvas);
}
