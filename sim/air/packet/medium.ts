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
import type { Random } from '#protocols/random.ts';
import { Aside } from './aside.ts';
import * as capture from './capture.ts';
import type { Contention } from './contention.ts';
import * as heaps from './event-heap.ts';
import * as events from './medium-events.ts';
import type { Parts } from './parts.ts';
import { Preambles } from './preambles.ts';
import { Receptions } from './receptions.ts';
import type { PacketScene } from './scene.ts';
import { Thresholds } from './thresholds.ts';
import { Transmissions } from './transmissions.ts';

// Once, for V8 folds what a module itself declares, but reads and checks an import at each use.
const { captureRatio } = capture;
const { eventOf } = heaps;
const { DETECT, END, HEADER, NONE } = events;

const PREAMBLE_WINDOW_NS = 4_000;
/** Errors from which on a frame is as good as lost: exp(−40). */
const LOST = 40;

/** In place of whose frame is read: none, but energy holds the medium. */
const HELD = -2;
/** A floor that energy never falls below. */
const NEVER = Number.NEGATIVE_INFINITY;

export class Medium {
  readonly #links: Parts['links'];
  readonly #preambles: Preambles;
  readonly #heap: heaps.EventHeap;
  readonly #contention: Contention;
  readonly #listener: events.MediumListener;
  readonly receptions: Receptions;
  readonly #table: Parts['table'];
  readonly #survey: Parts['survey'];
  readonly #reuse: Parts['reuse'];
  readonly #thresholds: Thresholds;
  readonly #aside: Aside | undefined;
  readonly #contends: Uint8Array;
  readonly #heeds: Uint8Array;
  /** 1 for those that wait for their turn. */
  readonly isWanting: Uint8Array;
  readonly sent: Transmissions;
  /** Whose frame it reads. */
  readonly #reading: Int32Array;
  readonly #powerMw: Float64Array;
  /** Energy above which something happens to a radio: bits are lost, or it hears that it is not alone. */
  readonly #alarmMw: Float64Array;
  /** Energy below which something happens: what held it or disturbed it has gone. */
  readonly #floorMw: Float64Array;
  readonly #signalEnd: Float64Array;
  /** Until when goes on what came on top of the header it reads. */
  readonly #disturbedUntil: Float64Array;
  /** A header of this sender is disturbed somewhere, and will be looked at. */
  readonly #isChecked: Uint8Array;
  /** Set when a preamble came during an own transmission and outlasts it. */
  readonly #heardInTx: Uint8Array;

  constructor(
    scene: PacketScene,
    { table, links, asideLinks, roles, survey, reuse }: Parts,
    heap: heaps.EventHeap,
    contention: Contention,
    listener: events.MediumListener,
    random: Random,
  ) {
    const count = scene.nodes.length;
    this.#table = table;
    this.#survey = survey;
    this.#reuse = reuse;
    this.#thresholds = new Thresholds(scene);
    this.#links = links;
    this.#preambles = new Preambles(count);
    this.#heap = heap;
    this.#contention = contention;
    this.#listener = listener;
    this.receptions = new Receptions(count, table, random);
    const numbers = () => new Float64Array(count);
    const flags = () => new Uint8Array(count);
    this.#contends = roles.contends;
    this.#heeds = roles.heeds;
    this.isWanting = flags();
    this.sent = new Transmissions(count, table, heap, reuse);
    this.#reading = new Int32Array(count).fill(NONE);
    this.#powerMw = numbers();
    this.#alarmMw = numbers().fill(Number.POSITIVE_INFINITY);
    this.#floorMw = numbers().fill(NEVER);
    this.#signalEnd = numbers();
    this.#disturbedUntil = numbers();
    this.#isChecked = flags();
    this.#heardInTx = flags();
    const [reading, powerMw] = [this.#reading, this.#powerMw];
    const readers = { reading, powerMw, alarmMw: this.#alarmMw, floorMw: this.#floorMw };
    this.#aside = asideLinks && new Aside(asideLinks, table, this.sent, this.receptions, readers);
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
    this.sent.begin(from, frame, to, now);
    txEnd[from] = end;
    this.#heardInTx[from] = 0;
    this.#heap.push(end, eventOf(from, END));
    this.#heap.push(now + PREAMBLE_WINDOW_NS, eventOf(from, DETECT));
    const gain = this.sent.gain[from]!;

    this.#aside?.shift(from, 1, now);
    const nearEnd = far[from]!;
    const farEnd = foreign[from]!;
    const lastEnd = first[from + 1]!;
    for (let at = first[from]!; at < nearEnd; at += 1) {
      const node = receiver[at]!;
      const before = powers[node]!;
      const after = before + mw[at]! * gain;
      powers[node] = after;
      if (reading[node]! >= 0) {
        if (after <= alarms[node]!) continue;
        if (this.#thresholds.captureNs > 0 && this.#captures(node, mw[at]! * gain, now)) {
          preambles.hear(node, from, mw[at]! * gain);
        } else this.#louder(node, before, end, now);
      } else if (txEnd[node]! <= now) preambles.hear(node, from, mw[at]! * gain);
      else if (end > txEnd[node]!) this.#heardInTx[node] = 1;
    }
    for (let at = nearEnd; at < lastEnd; at += 1) {
      const node = receiver[at]!;
      const before = powers[node]!;
      const after = before + mw[at]! * gain;
      powers[node] = after;
      if (after <= alarms[node]!) continue;
      if (reading[node]! >= 0) this.#louder(node, before, end, now);
      else if (at < farEnd) preambles.hear(node, from, mw[at]! * gain);
      else this.#hold(node, this.#thresholds.energyMw, now);
    }
  }

  /** A frame has been sent. */
  end(from: number, now: number): void {
    const { first, far, receiver, mw, delayNs } = this.#links;
    const powers = this.#powerMw;
    const reading = this.#reading;
    const floors = this.#floorMw;
    const gain = this.sent.gain[from]!;
    const nearEnd = far[from]!;
    const lastEnd = first[from + 1]!;
    for (let at = first[from]!; at < nearEnd; at += 1) {
      const node = receiver[at]!;
      const before = powers[node]!;
      const after = before - mw[at]! * gain;
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
      const after = before - mw[at]! * gain;
      powers[node] = after;
      if (after >= floors[node]!) continue;
      if (reading[node] === HELD) this.#release(node, now + delayNs[at]!);
      else this.#quieter(node, before, now);
    }
    this.#aside?.shift(from, -1, now);
    this.#idle(from, now);
    this.#preambles.forget(from);
    const { preambleMw, energyMw } = this.#thresholds;
    this.#hold(from, this.#heardInTx[from] === 1 ? preambleMw : energyMw, now);
    if (this.#reading[from] === NONE) this.#listener.idle(from, now);
  }

  /** The windows that this sender's preamble opened come to their end. */
  detect(from: number, now: number): void {
    const preambles = this.#preambles;
    const { nodes } = this.#links;
    const { receivers } = preambles;
    const end = from * nodes + preambles.receiverCount[from]!;
    const noiseMw = this.#table.noiseMw[this.sent.frame[from]!]!;
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
      if (level >= this.#thresholds.preambleMw && level >= this.#thresholds.preambleRatio * rest) {
        this.#read(node, from, level, now);
      } else if (this.#contention.txEnd[from]! > this.#disturbedUntil[node]!) {
        this.#hold(node, this.#thresholds.preambleMw, now);
      }
    }
  }

  /** A disturbed header ends: whoever cannot read it gives the frame up. */
  header(from: number, now: number): void {
    const { receivers, receiverCount } = this.#preambles;
    const begin = from * this.#links.nodes;
    const { receptions } = this;
    this.#isChecked[from] = 0;
    for (let index = begin; index < begin + receiverCount[from]!; index += 1) {
      const node = receivers[index]!;
      if (this.#reading[node] !== from) continue;
      receptions.begin(node, now);
      const power = this.#powerMw[node]!;
      if (power <= this.#alarmMw[node]!) continue;
      if (!receptions.isHeaderRead(node, this.sent.frame[from]!, power))
        this.#giveUp(node, from, now);
    }
  }

  /** The colour of a frame has been read: other networks may leave it and reuse its time. */
  colour(from: number, now: number): void {
    const reuse = this.#reuse!;
    const { receivers, receiverCount } = this.#preambles;
    const begin = from * this.#links.nodes;
    for (let index = begin; index < begin + receiverCount[from]!; index += 1) {
      const node = receivers[index]!;
      if (this.#reading[node] !== from) continue;
      if (!reuse.ignores(node, from, this.receptions.levelMw[node]!)) continue;
      if (this.isWanting[node] === 1) reuse.restrict(node, Number.POSITIVE_INFINITY);
      else reuse.restrict(node, this.#contention.txEnd[from]!);
      this.#drop(node, now);
      this.#hold(node, this.#thresholds.energyMw, now);
      if (this.#reading[node] === NONE) this.#listener.idle(node, now);
    }
  }

  /** It goes over to a stronger frame that begins, and is free to hear it. */
  #captures(node: number, mw: number, now: number): boolean {
    const age = now - this.sent.start[this.#reading[node]!]! - PREAMBLE_WINDOW_NS;
    const least = captureRatio * this.receptions.levelMw[node]!;
    if (age > this.#thresholds.captureNs || mw <= least) return false;
    this.#drop(node, now);
    this.#listener.idle(node, now);
    return true;
  }

  /** What it reads is nothing to it any more. */
  #drop(node: number, now: number): void {
    this.#idle(node, now);
    if (this.#contends[node] === 0) return;
    this.#contention.rxEnd[node] = now;
    this.#contention.busyEnd[node] = now;
    this.#listener.gaveUp(node);
  }

  #read(node: number, from: number, level: number, now: number): void {
    this.#preambles.forget(node);
    const frame = this.sent.frame[from]!;
    const { curves, noiseMw, frames } = this.#table;
    this.#freeze(node, now);
    const cleanMw = level / curves[frame]!.cleanRatio - noiseMw[frame]! + level;
    const alarmMw = cleanMw - this.receptions.besideMw(node, frame);
    this.#stand(node, from, alarmMw, NEVER);
    if (this.#survey !== undefined) this.#survey.receive(node, this.sent.start[from]!);
    const { headerNs, signalEndNs } = frames[frame]!;
    const begun = this.sent.start[from]! + headerNs;
    this.#signalEnd[node] = this.sent.start[from]! + signalEndNs;
    this.receptions.levelMw[node] = level;
    this.receptions.begin(node, now);
    this.#disturbedUntil[node] = 0;
    if (this.#powerMw[node]! > alarmMw) {
      // It was not alone from the first.
      this.#floorMw[node] = Number.POSITIVE_INFINITY;
      this.#checkHeader(from, this.#signalEnd[node]!);
    }
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
    this.receptions.since[node] = now;
    // Whatever ends from now on makes a difference.
    if (this.#alarmMw[node]! < Number.POSITIVE_INFINITY) {
      this.#floorMw[node] = Number.POSITIVE_INFINITY;
    }
    const due = this.#signalEnd[node]!;
    if (now >= due) return;
    const from = this.#reading[node]!;
    this.#checkHeader(from, due);
    if (now < due - this.#table.frames[this.sent.frame[from]!]!.signalNs) {
      const until = Math.max(end, this.#contention.txEnd[from]!);
      if (until > this.#disturbedUntil[node]!) this.#disturbedUntil[node] = until;
    }
  }

  #checkHeader(from: number, due: number): void {
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
    if (this.#heeds[node] === 0 && this.sent.to[from] !== node && now > this.#signalEnd[node]!) {
      // It reads what is not for it, and what becomes of that does not matter.
      this.#alarmMw[node] = Number.POSITIVE_INFINITY;
      this.#floorMw[node] = NEVER;
      return;
    }
    const frame = this.sent.frame[from]!;
    const errors = this.receptions.lose(node, frame, powerMw, now);
    if (errors > LOST && this.#table.isData[frame] === 0 && this.#thresholds.captureNs === 0)
      this.#alarmMw[node] = Number.POSITIVE_INFINITY;
  }

  #received(node: number, from: number, end: number): void {
    if (this.#heeds[node] === 0 && this.sent.to[from] !== node) {
      this.#idle(node, end);
      this.#preambles.forget(node);
      return;
    }
    const isRead = this.receptions.isRead(node);
    this.#idle(node, end);
    this.#preambles.forget(node);
    this.#listener.received(node, from, isRead, end);
    this.#hold(node, this.#thresholds.preambleMw, end);
    if (this.#reading[node] === NONE) this.#listener.idle(node, end);
  }

  /**
   * The header was lost. As in ns-3.37, the medium then counts as idle when the disturbance came
   * before the last field of the header, and else as busy until the energy has gone.
   */
  #giveUp(node: number, from: number, now: number): void {
    this.#drop(node, now);
    if (this.#contends[node] === 0) return;
    if (this.#disturbedUntil[node]! < this.#contention.txEnd[from]!) {
      this.#hold(node, this.#thresholds.preambleMw, now);
    }
    if (this.#reading[node] === NONE) this.#listener.idle(node, now);
  }

  /** Keeps the medium busy while all energy together is above a threshold. */
  #hold(node: number, thresholdMw: number, now: number): void {
    if (this.#powerMw[node]! < thresholdMw || this.#contends[node] === 0) return;
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
    if (this.#contends[node] === 1 && this.#reading[node] === NONE) {
      this.#contention.freeze(node, now);
    }
  }

  /** Reads nothing; one that contends wakes when energy rises to the threshold. */
  #idle(node: number, now: number): void {
    const contends = this.#contends[node] === 1;
    const wakeMw = contends ? this.#thresholds.preambleMw : Number.POSITIVE_INFINITY;
    this.#stand(node, NONE, wakeMw, NEVER);
    if (this.#survey !== undefined) this.#survey.rest(node, now);
  }

  #stand(node: number, reading: number, alarmMw: number, floorMw: number): void {
    this.#reading[node] = reading;
    this.#alarmMw[node] = alarmMw;
    this.#floorMw[node] = floorMw;
  }
}
