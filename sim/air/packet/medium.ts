/**
 * What is on the air, and what each radio makes of it, preamble by preamble.
 *
 * What a radio does with a preamble is decided at the end of a window of 4 µs: it takes the strongest
 * that came in the window if that is loud and clear enough, and reads this frame to its end, deaf to
 * all others. Until the window ends its medium counts as idle, so whoever's back-off ends within it
 * sends too. A preamble that is not taken holds the medium while all energy together is above the
 * preamble threshold, and so does energy that is left after a reception; after an own transmission
 * the energy threshold counts. ns-3.37 (`PhyEntity`) keeps the same rules, so the two can be compared.
 *
 * Everything is in typed arrays, and nothing is allocated per event. Times are whole nanoseconds.
 */
import { dbmToMw, dbToRatio, exp } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import type { Contention } from './contention.ts';
import { errorCurve, errorsPerBit } from './errors.ts';
import { type EventHeap, eventOf } from './event-heap.ts';
import type { FrameTable } from './frame-table.ts';
import type { Links } from './links.ts';
import { DETECT, END, HEADER, type MediumListener, NONE } from './medium-events.ts';
import { Preambles } from './preambles.ts';
import type { PacketScene } from './scene.ts';
import type { Survey } from './survey.ts';

const PREAMBLE_WINDOW_NS = 4_000;
/** Of the field of a header that has to be read: IEEE 802.11-2020, 17.3.4. */
const SIGNAL_BITS = 24;
/** Errors from which on a frame is as good as lost: exp(−40). */
const LOST = 40;

/** It is sent at BPSK with rate 1/2. */
const signalCurve = errorCurve(0);

/** In place of whose frame is read: none, but energy holds the medium. */
const HELD = -2;
/** A floor that energy never falls below. */
const NEVER = Number.NEGATIVE_INFINITY;

export interface MediumParts {
  readonly table: FrameTable;
  readonly links: Links;
  /** 1 for radios that send of their own accord, or whose time is counted. */
  readonly minds: Uint8Array;
  readonly survey: Survey | undefined;
}

export class Medium {
  readonly #links: Links;
  readonly #preambles: Preambles;
  readonly #heap: EventHeap;
  readonly #contention: Contention;
  readonly #listener: MediumListener;
  readonly #random: Random;
  readonly #table: FrameTable;
  readonly #survey: Survey | undefined;
  readonly #preambleMw: number;
  readonly #energyMw: number;
  readonly #preambleRatio: number;

  /** 1 for radios that send of their own accord, or whose time is counted. */
  readonly contends: Uint8Array;
  /** 1 for radios to which frames for others matter: they contend, or keep a NAV before they answer an RTS. */
  readonly #heeds: Uint8Array;
  /** 1 for those that wait for their turn. */
  readonly isWanting: Uint8Array;
  /** What it sends or has sent last, by the table of frames. */
  readonly txFrame: Int32Array;
  readonly txTo: Int32Array;
  /** Whose frame it reads. */
  readonly #reading: Int32Array;
  readonly #powerMw: Float64Array;
  /** Energy above which something happens to a radio: bits are lost, or it hears that it is not alone. */
  readonly #alarmMw: Float64Array;
  /** Energy below which something happens: what held it or disturbed it has gone. */
  readonly #floorMw: Float64Array;
  readonly #txStart: Float64Array;
  readonly #signalEnd: Float64Array;
  readonly #readMw: Float64Array;
  readonly #readSince: Float64Array;
  readonly #readErrors: Float64Array;
  /** MPDUs of what it reads that are lost, on average. */
  readonly lostMpdus: Float64Array;
  /** Until when goes on what came on top of the header it reads. */
  readonly #disturbedUntil: Float64Array;
  /** A header of this sender is disturbed somewhere, and will be looked at. */
  readonly #isChecked: Uint8Array;
  /** Set when a preamble came during an own transmission and outlasts it. */
  readonly #heardInTx: Uint8Array;

  constructor(
    scene: PacketScene,
    { table, links, minds, survey }: MediumParts,
    heap: EventHeap,
    contention: Contention,
    listener: MediumListener,
    random: Random,
  ) {
    const { nodes, rules } = scene;
    const { radio } = rules;
    const count = nodes.length;
    this.#table = table;
    this.#survey = survey;
    this.#links = links;
    this.#preambles = new Preambles(count);
    this.#heap = heap;
    this.#contention = contention;
    this.#listener = listener;
    this.#random = random;
    this.#preambleMw = dbmToMw(radio.preambleDbm);
    this.#energyMw = dbmToMw(radio.energyDbm);
    this.#preambleRatio = dbToRatio(radio.preambleSinrDb);
    const numbers = () => new Float64Array(count);
    const integers = () => new Int32Array(count);
    const flags = () => new Uint8Array(count);
    this.contends = minds;
    const usesRts = nodes.some((node) => (node.rules ?? rules).usesRts);
    this.#heeds = usesRts ? flags().fill(1) : minds;
    this.isWanting = flags();
    this.txFrame = integers();
    this.txTo = integers().fill(NONE);
    this.#reading = integers().fill(NONE);
    this.#powerMw = numbers();
    this.#alarmMw = numbers().fill(Number.POSITIVE_INFINITY);
    this.#floorMw = numbers().fill(NEVER);
    this.#txStart = numbers();
    this.#signalEnd = numbers();
    this.#readMw = numbers();
    this.#readSince = numbers();
    this.#readErrors = numbers();
    this.lostMpdus = numbers();
    this.#disturbedUntil = numbers();
    this.#isChecked = flags();
    this.#heardInTx = flags();
    for (let node = 0; node < count; node += 1) this.#idle(node, 0);
  }

  /** Nothing is read and nothing holds the medium. */
  isQuiet(node: number): boolean {
    return this.#reading[node] === NONE;
  }

  /** A frame goes out until `end`. */
  send(from: number, frame: number, to: number, now: number, end: number): void {
    const { first, far, foreign, receiver, mw } = this.#links;
    const powers = this.#powerMw;
    const reading = this.#reading;
    const alarms = this.#alarmMw;
    const { txEnd } = this.#contention;
    const preambles = this.#preambles;
    this.#freeze(from, now);
    this.#stand(from, NONE, Number.POSITIVE_INFINITY, NEVER);
    preambles.begin(from);
    if (this.#survey !== undefined) this.#survey.send(from, now);
    this.txFrame[from] = frame;
    this.txTo[from] = to;
    this.#txStart[from] = now;
    txEnd[from] = end;
    this.#heardInTx[from] = 0;
    this.#heap.push(end, eventOf(from, END));
    this.#heap.push(now + PREAMBLE_WINDOW_NS, eventOf(from, DETECT));

    const nearEnd = far[from]!;
    const farEnd = foreign[from]!;
    const lastEnd = first[from + 1]!;
    for (let at = first[from]!; at < nearEnd; at += 1) {
      const node = receiver[at]!;
      const before = powers[node]!;
      const after = before + mw[at]!;
      powers[node] = after;
      if (reading[node]! >= 0) {
        if (after > alarms[node]!) this.#louder(node, before, end, now);
      } else if (txEnd[node]! <= now) preambles.hear(node, from, mw[at]!);
      else if (end > txEnd[node]!) this.#heardInTx[node] = 1;
    }
    for (let at = nearEnd; at < lastEnd; at += 1) {
      const node = receiver[at]!;
      const before = powers[node]!;
      const after = before + mw[at]!;
      powers[node] = after;
      if (after <= alarms[node]!) continue;
      if (reading[node]! >= 0) this.#louder(node, before, end, now);
      else if (at < farEnd) preambles.hear(node, from, mw[at]!);
      else this.#hold(node, this.#energyMw, now);
    }
  }

  /** A frame has been sent. */
  end(from: number, now: number): void {
    const { first, far, receiver, mw, delayNs } = this.#links;
    const powers = this.#powerMw;
    const reading = this.#reading;
    const floors = this.#floorMw;
    const nearEnd = far[from]!;
    const lastEnd = first[from + 1]!;
    for (let at = first[from]!; at < nearEnd; at += 1) {
      const node = receiver[at]!;
      const before = powers[node]!;
      const after = before - mw[at]!;
      powers[node] = after;
      if (after < floors[node]!) {
        if (reading[node] === HELD) this.#release(node, now + delayNs[at]!);
        else this.#quieter(node, before, now);
      }
      if (reading[node] === from) this.#received(node, from, now + delayNs[at]!);
    }
    for (let at = nearEnd; at < lastEnd; at += 1) {
      const node = receiver[at]!;
      const before = powers[node]!;
      const after = before - mw[at]!;
      powers[node] = after;
      if (after >= floors[node]!) continue;
      if (reading[node] === HELD) this.#release(node, now + delayNs[at]!);
      else this.#quieter(node, before, now);
    }
    this.#idle(from, now);
    this.#preambles.forget(from);
    this.#hold(from, this.#heardInTx[from] === 1 ? this.#preambleMw : this.#energyMw, now);
    if (this.#reading[from] === NONE) this.#listener.idle(from, now);
  }

  /** The windows that this sender's preamble opened come to their end. */
  detect(from: number, now: number): void {
    const preambles = this.#preambles;
    const { nodes } = this.#links;
    const { receivers } = preambles;
    const end = from * nodes + preambles.receiverCount[from]!;
    const noiseMw = this.#table.noiseMw[this.txFrame[from]!]!;
    for (let index = from * nodes; index < end; index += 1) {
      const node = receivers[index]!;
      // It has begun to send itself, or reads another.
      if (!preambles.has(node, from)) continue;
      // It will send before the preamble reaches it.
      const isNext = this.isWanting[node] === 1 && this.#reading[node] === NONE;
      if (isNext && this.#contention.accessAt(node, now) <= now) continue;
      const level = preambles.take(node, from);
      if (level === 0) continue;
      const rest = noiseMw + this.#powerMw[node]! - level;
      if (level >= this.#preambleMw && level >= this.#preambleRatio * rest) {
        this.#read(node, from, level, now);
      } else if (this.#contention.txEnd[from]! > this.#disturbedUntil[node]!) {
        this.#hold(node, this.#preambleMw, now);
      }
    }
  }

  /** A disturbed header ends: whoever cannot read it gives the frame up. */
  header(from: number, now: number): void {
    const { receivers, receiverCount } = this.#preambles;
    const begin = from * this.#links.nodes;
    const noiseMw = this.#table.noiseMw[this.txFrame[from]!]!;
    this.#isChecked[from] = 0;
    for (let index = begin; index < begin + receiverCount[from]!; index += 1) {
      const node = receivers[index]!;
      if (this.#reading[node] !== from) continue;
      this.#readErrors[node] = 0;
      this.lostMpdus[node] = 0;
      this.#readSince[node] = now;
      const power = this.#powerMw[node]!;
      if (power <= this.#alarmMw[node]!) continue;
      const level = this.#readMw[node]!;
      const errors = SIGNAL_BITS * errorsPerBit(signalCurve, level / (noiseMw + power - level));
      if (this.#random.uniform() >= exp(-errors)) this.#giveUp(node, from, now);
    }
  }

  #read(node: number, from: number, level: number, now: number): void {
    this.#preambles.forget(node);
    const frame = this.txFrame[from]!;
    const { curves, noiseMw, frames } = this.#table;
    this.#freeze(node, now);
    const alarmMw = level / curves[frame]!.cleanRatio - noiseMw[frame]! + level;
    this.#stand(node, from, alarmMw, NEVER);
    if (this.#survey !== undefined) this.#survey.receive(node, this.#txStart[from]!);
    const { headerNs, signalEndNs } = frames[frame]!;
    const begun = this.#txStart[from]! + headerNs;
    this.#signalEnd[node] = this.#txStart[from]! + signalEndNs;
    this.#readMw[node] = level;
    this.#readSince[node] = now;
    this.#readErrors[node] = 0;
    this.lostMpdus[node] = 0;
    this.#disturbedUntil[node] = 0;
    if (this.#heeds[node] === 0) return;
    const { busyEnd, rxEnd, rxFailed, txEnd } = this.#contention;
    busyEnd[node] = begun;
    rxEnd[node] = txEnd[from]!;
    rxFailed[node] = 0;
    this.#listener.begun(node, begun, txEnd[from]!);
  }

  /** More energy than a radio can read through without loss. */
  #louder(node: number, before: number, end: number, now: number): void {
    if (before > this.#alarmMw[node]!) this.#loseBits(node, before, now);
    this.#readSince[node] = now;
    // Whatever ends from now on makes a difference.
    if (this.#alarmMw[node]! < Number.POSITIVE_INFINITY) {
      this.#floorMw[node] = Number.POSITIVE_INFINITY;
    }
    const due = this.#signalEnd[node]!;
    if (now >= due) return;
    const from = this.#reading[node]!;
    if (now < due - this.#table.frames[this.txFrame[from]!]!.signalNs) {
      const until = Math.max(end, this.#contention.txEnd[from]!);
      if (until > this.#disturbedUntil[node]!) this.#disturbedUntil[node] = until;
    }
    if (this.#isChecked[from] === 1) return;
    this.#isChecked[from] = 1;
    this.#heap.push(due, eventOf(from, HEADER));
  }

  /** Something has ended that disturbed what a radio reads. */
  #quieter(node: number, before: number, now: number): void {
    const alarmMw = this.#alarmMw[node]!;
    if (before > alarmMw) this.#loseBits(node, before, now);
    if (this.#powerMw[node]! <= alarmMw) this.#floorMw[node] = NEVER;
  }

  /** Counts what is lost of a stretch that ends now. */
  #loseBits(node: number, powerMw: number, now: number): void {
    const from = this.#reading[node]!;
    const since = this.#readSince[node]!;
    this.#readSince[node] = now;
    if (this.#heeds[node] === 0 && this.txTo[from] !== node && now > this.#signalEnd[node]!) {
      // It reads what is not for it, and what becomes of that does not matter.
      this.#alarmMw[node] = Number.POSITIVE_INFINITY;
      this.#floorMw[node] = NEVER;
      return;
    }
    const { curves, noiseMw, frames, mpduBits: bitsOf, isData } = this.#table;
    const frame = this.txFrame[from]!;
    const level = this.#readMw[node]!;
    const rate = errorsPerBit(curves[frame]!, level / (noiseMw[frame]! + powerMw - level));
    const bits = ((now - since) * frames[frame]!.rate) / 1e9;
    const errors = this.#readErrors[node]! + bits * rate;
    this.#readErrors[node] = errors;
    const mpduBits = bitsOf[frame]!;
    this.lostMpdus[node] = this.lostMpdus[node]! + (bits / mpduBits) * (1 - exp(-rate * mpduBits));
    if (errors > LOST && isData[frame] === 0) this.#alarmMw[node] = Number.POSITIVE_INFINITY;
  }

  #received(node: number, from: number, end: number): void {
    if (this.#heeds[node] === 0 && this.txTo[from] !== node) {
      this.#idle(node, end);
      this.#preambles.forget(node);
      return;
    }
    const errors = this.#readErrors[node]!;
    const isRead = errors === 0 || this.#random.uniform() < exp(-errors);
    this.#idle(node, end);
    this.#preambles.forget(node);
    this.#listener.received(node, from, isRead, end);
    this.#hold(node, this.#preambleMw, end);
    if (this.#reading[node] === NONE) this.#listener.idle(node, end);
  }

  /**
   * The header was lost. As in ns-3.37, the medium then counts as idle when the disturbance came
   * before the last field of the header, and else as busy until the energy has gone.
   */
  #giveUp(node: number, from: number, now: number): void {
    this.#idle(node, now);
    if (this.contends[node] === 0) return;
    this.#contention.rxEnd[node] = now;
    this.#contention.busyEnd[node] = now;
    this.#listener.gaveUp(node);
    if (this.#disturbedUntil[node]! < this.#contention.txEnd[from]!) {
      this.#hold(node, this.#preambleMw, now);
    }
    if (this.#reading[node] === NONE) this.#listener.idle(node, now);
  }

  /** Keeps the medium busy while all energy together is above a threshold. */
  #hold(node: number, thresholdMw: number, now: number): void {
    if (this.#powerMw[node]! < thresholdMw || this.contends[node] === 0) return;
    this.#freeze(node, now);
    this.#stand(node, HELD, Number.POSITIVE_INFINITY, thresholdMw);
    if (this.#survey !== undefined) this.#survey.hold(node, now);
  }

  #release(node: number, now: number): void {
    this.#idle(node, now);
    this.#contention.busyEnd[node] = now;
    this.#listener.idle(node, now);
  }

  /** Before the medium becomes busy for a radio. */
  #freeze(node: number, now: number): void {
    if (this.contends[node] === 1 && this.#reading[node] === NONE) {
      this.#contention.freeze(node, now);
    }
  }

  /** Reads nothing; one that contends wakes when energy rises to the threshold. */
  #idle(node: number, now: number): void {
    const wakeMw = this.contends[node] === 0 ? Number.POSITIVE_INFINITY : this.#preambleMw;
    this.#stand(node, NONE, wakeMw, NEVER);
    if (this.#survey !== undefined) this.#survey.rest(node, now);
  }

  #stand(node: number, reading: number, alarmMw: number, floorMw: number): void {
    this.#reading[node] = reading;
    this.#alarmMw[node] = alarmMw;
    this.#floorMw[node] = floorMw;
  }
}
