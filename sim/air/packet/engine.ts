/**
 * An event-driven CSMA/CA simulation (IEEE 802.11-2020, 10.3 and 10.23.2): back-off, data, answers
 * and what follows when they stay out, over a `Medium`.
 */

import type { Random } from '#protocols/random.ts';
import { Contention } from './contention.ts';
import type { PacketCounts } from './counts.ts';
import * as heaps from './event-heap.ts';
import type { FrameTable } from './frame-table.ts';
import { Medium } from './medium.ts';
import type { MediumListener } from './medium-events.ts';
import * as events from './medium-events.ts';
import { type Parts, partsOf } from './parts.ts';
import { frameKinds, type PacketScene, type Rules } from './scene.ts';
import type { Times } from './survey.ts';
import type { Source } from './traffic.ts';
import { Turns } from './turns.ts';

// Once, as in `medium.ts`.
const { eventOf, kindOf, nodeOf, START_NS } = heaps;
const { COLOUR, DETECT, END, HEADER, NONE } = events;

/** Kinds of event beside those of the medium. */
const RESPOND = 3;
const TIMEOUT = 4;
const ACCESS = 5;
const ARRIVAL = 6;
const NAV_RESET = 7;

const DATA = frameKinds.indexOf('data');
const ACK = frameKinds.indexOf('ack');
const RTS = frameKinds.indexOf('rts');
const CTS = frameKinds.indexOf('cts');
const BAR = frameKinds.indexOf('bar');
const KINDS = frameKinds.length;

/** What answers a frame, after SIFS. */
const answerTo: readonly number[] = frameKinds.map((kind) =>
  kind === 'data' || kind === 'bar' ? ACK : kind === 'rts' ? CTS : kind === 'cts' ? DATA : NONE,
);

/** A sender that hears its answer begin waits so much beyond its end. */
const SAFEGUARD_NS = 400;

export class PacketEngine implements MediumListener {
  readonly counts: PacketCounts;
  /** By flow. */
  readonly sources: readonly Source[];
  /** By flow, of an MPDU. */
  readonly payloadBits: readonly number[];
  /** By node. */
  readonly #rules: readonly Rules[];
  readonly #table: FrameTable;
  readonly #parts: Parts;
  #nowNs = START_NS;
  readonly #heap = new heaps.EventHeap();
  readonly #contention: Contention;
  readonly #medium: Medium;
  readonly #random: Random;
  readonly #turns: Turns;

  // By node.
  /** When the answer must have come; 0 when none is waited for. */
  readonly #answerDue: Float64Array;
  /** The same before the frame that is read now began. */
  readonly #answerWas: Float64Array;
  /** An event for it is on its way. */
  readonly #hasTimeout: Uint8Array;
  /** When a NAV that an RTS has set is given up, unless something comes before. */
  readonly #navDoubtedUntil: Float64Array;
  /** Wants to send, and waits for what holds its medium. */
  readonly #isParked: Uint8Array;
  /** Between its turn and the end of what came of it. */
  readonly #inExchange: Uint8Array;
  /** In the data frame it sent last. */
  readonly #txMpdus: Int32Array;
  /** By the table. */
  readonly #respondFrame: Int32Array;
  readonly #respondTo: Int32Array;

  /** Counts the time of the radios that are asked about, by their places in the scene's list. */
  constructor(scene: PacketScene, random: Random, asked: readonly number[] = []) {
    const { flows } = scene;
    const count = scene.nodes.length;
    const parts = partsOf(scene, random.fork('shadowing'), asked);
    const { rules, table } = parts;
    this.#parts = parts;
    this.#rules = rules;
    this.#table = table;
    this.#random = random.fork('mpdus');
    this.#contention = new Contention(rules, flows.length, random.fork('backoff'));
    const errors = random.fork('errors');
    this.#medium = new Medium(scene, parts, this.#heap, this.#contention, this, errors);
    this.#answerDue = new Float64Array(count);
    this.#answerWas = new Float64Array(count);
    this.#hasTimeout = new Uint8Array(count);
    this.#navDoubtedUntil = new Float64Array(count);
    this.#isParked = new Uint8Array(count);
    this.#inExchange = new Uint8Array(count);
    this.#txMpdus = new Int32Array(count);
    this.#respondFrame = new Int32Array(count);
    this.#respondTo = new Int32Array(count);
    const perFlow = () => new Float64Array(flows.length);
    this.counts = { delivered: perFlow(), attempts: perFlow(), failures: perFlow() };
    this.payloadBits = table.payloadBits;
    this.#turns = new Turns(flows, table.payloadBits, count, random);
    this.sources = this.#turns.sources;
    flows.forEach(({ from }, flow) => {
      const source = this.sources[flow]!;
      if (!source.isSaturated) {
        this.#heap.push(START_NS + Math.ceil(source.firstAt()), eventOf(flow, ARRIVAL));
      } else if (this.#medium.isWanting[from] === 0) this.#backOff(from, START_NS);
    });
  }

  /** What a radio that was asked about did so far; undefined of others. */
  times(node: number): Times | undefined {
    return this.#parts.survey?.times(node, this.#nowNs);
  }

  /** Energy that is no frame goes out from a radio, from the time that the air has come to on. */
  emit(node: number, untilNs: number): void {
    this.#medium.send(node, 0, NONE, this.#nowNs, START_NS + untilNs);
  }

  /** Lets the air run until then, in ns. */
  run(untilNs: number): void {
    const heap = this.#heap;
    const medium = this.#medium;
    const until = START_NS + untilNs;
    while (heap.time <= until) {
      const now = heap.time;
      const event = heap.what;
      const node = nodeOf(event);
      const kind = kindOf(event);
      if (kind === ACCESS) {
        this.#access(node, now);
        continue;
      }
      if (kind === TIMEOUT) {
        this.#timeout(node, now);
        continue;
      }
      heap.pop();
      if (kind === END) medium.end(node, now);
      else if (kind === DETECT) medium.detect(node, now);
      else if (kind === HEADER) medium.header(node, now);
      else if (kind === ARRIVAL) this.#arrival(node, now);
      else if (kind === COLOUR) medium.colour(node, now);
      else if (kind === NAV_RESET) this.#resetNav(node, now);
      else this.#respond(node, now);
    }
    this.#nowNs = until;
  }

  // What the medium tells.

  begun(node: number, headerEnd: number, end: number): void {
    const due = this.#answerDue[node]!;
    this.#answerWas[node] = 0;
    if (this.#navDoubtedUntil[node]! >= headerEnd) this.#navDoubtedUntil[node] = 0;
    if (due < headerEnd) return;
    this.#answerWas[node] = due;
    this.#contention.timeoutEnd[node] = headerEnd;
    this.#await(node, end + SAFEGUARD_NS);
  }

  gaveUp(node: number): void {
    const due = this.#answerWas[node]!;
    if (due === 0) return;
    this.#contention.timeoutEnd[node] = due;
    // Sooner than the event that is on its way.
    this.#hasTimeout[node] = 0;
    this.#await(node, due);
  }

  received(node: number, from: number, isRead: boolean, end: number): void {
    const medium = this.#medium;
    const { rxEnd, rxFailed, navEnd } = this.#contention;
    const frame = medium.sent.frame[from]!;
    const kind = frame % KINDS;
    const isData = kind === DATA;
    const isOurs = medium.sent.to[from] === node;
    // Of an A-MPDU parts can be lost, and one MPDU is enough to know what it was.
    const lost = isData ? this.#lostOf(node, from, isRead) : 0;
    const isKnown = isData
      ? lost < this.#txMpdus[from]! && this.#table.canRead(node, from, frame)
      : isRead;
    rxEnd[node] = end;
    rxFailed[node] = isKnown ? 0 : 1;
    if (!isKnown) return;
    if (!isOurs) {
      const nav = end + this.#table.navNs[frame]!;
      if (nav > navEnd[node]!) {
        navEnd[node] = nav;
        if (kind === RTS) this.#doubtNav(node, frame, end);
      }
      return;
    }
    if (isData) {
      const flow = this.#turns.current[from]!;
      const { delivered } = this.counts;
      // What comes again because its answer was lost is known already.
      if (this.#turns.arrived[flow] === 0) {
        this.#turns.arrived[flow] = this.#txMpdus[from]! - lost;
        delivered[flow] = delivered[flow]! + this.#turns.arrived[flow]!;
      }
    }
    if (kind === ACK) this.#answered(node, end);
    else if (kind !== RTS || navEnd[node]! <= end) this.#answer(node, from, frame, end);
  }

  idle(node: number, now: number): void {
    if (this.#isParked[node] === 0) return;
    this.#isParked[node] = 0;
    this.#heap.push(this.#contention.accessAt(node, now), eventOf(node, ACCESS));
  }

  /** What an RTS announced may not come: then its NAV is void (IEEE 802.11-2020, 10.3.2.4). */
  #doubtNav(node: number, rts: number, now: number): void {
    const { sifsNs, slotNs } = this.#rules[node]!;
    const { durationNs, headerNs } = this.#table.frames[rts - RTS + CTS]!;
    const until = now + 2 * (sifsNs + slotNs) + durationNs + headerNs;
    this.#navDoubtedUntil[node] = until;
    this.#heap.push(until, eventOf(node, NAV_RESET));
  }

  #resetNav(node: number, now: number): void {
    if (this.#navDoubtedUntil[node] !== now) return;
    this.#contention.navEnd[node] = now;
    // What it waits for may have come nearer.
    if (this.#medium.isWanting[node] === 0 || this.#isParked[node] === 1) return;
    const at = Math.max(now, this.#contention.accessAt(node, now));
    this.#heap.push(at, eventOf(node, ACCESS));
  }

  // Frame exchanges.

  /** A packet has come to a sender. */
  #arrival(flow: number, now: number): void {
    const node = this.#turns.from[flow]!;
    const source = this.sources[flow]!;
    source.arrive(now);
    this.#heap.push(Math.ceil(source.nextAt(now)), eventOf(flow, ARRIVAL));
    if (this.#inExchange[node] === 1 || this.#medium.isWanting[node] === 1) return;
    // It had nothing to send: with the medium idle and back-off done it need not draw again.
    const isQuiet = this.#medium.isQuiet(node);
    if (isQuiet) this.#contention.freeze(node, now);
    if (this.#contention.isDone(node) && !(isQuiet && this.#contention.isIdle(node, now))) {
      this.#contention.draw(node, now);
    }
    this.#turns.pass(node);
    this.#medium.isWanting[node] = 1;
    const at = Math.max(now, this.#contention.accessAt(node, now));
    this.#heap.push(at, eventOf(node, ACCESS));
  }

  #lostOf(node: number, from: number, isRead: boolean): number {
    const mpdus = this.#txMpdus[from]!;
    if (isRead) return 0;
    if (mpdus === 1) return 1;
    const lost = this.#medium.receptions.lostMpdus[node]!;
    const whole = Math.floor(lost);
    return Math.min(mpdus, whole + (this.#random.uniform() < lost - whole ? 1 : 0));
  }

  #backOff(node: number, now: number): void {
    this.#contention.draw(node, now);
    this.#inExchange[node] = 0;
    this.#parts.reuse?.endTurn(node);
    if (!this.#turns.pass(node)) return;
    this.#medium.isWanting[node] = 1;
    const at = Math.max(now, this.#contention.accessAt(node, now));
    this.#heap.push(at, eventOf(node, ACCESS));
  }

  /** The next event: back-off may have ended, if nothing has come in between. */
  #access(node: number, now: number): void {
    if (this.#medium.isWanting[node] === 0) {
      this.#heap.pop();
      return;
    }
    if (!this.#medium.isQuiet(node)) {
      this.#heap.pop();
      this.#isParked[node] = 1;
      return;
    }
    const at = this.#contention.accessAt(node, now);
    if (at > now) {
      this.#heap.postpone(at);
      return;
    }
    if (!this.#isWide(node, now)) {
      this.#contention.draw(node, now);
      this.#heap.postpone(this.#contention.accessAt(node, now));
      return;
    }
    this.#heap.pop();
    this.#medium.isWanting[node] = 0;
    this.#inExchange[node] = 1;
    const flow = this.#turns.current[node]!;
    this.counts.attempts[flow] = this.counts.attempts[flow]! + 1;
    const first = this.#rules[node]!.usesRts ? RTS : DATA;
    this.#ask(node, this.#turns.owesBar[flow] === 1 ? BAR : first, now);
  }

  /** All of the channel that its frame needs has been idle. */
  #isWide(node: number, now: number): boolean {
    const { bonding } = this.#parts;
    if (bonding === undefined) return true;
    const widthMhz = this.#table.widthMhz[this.#table.ofFlow[this.#turns.current[node]!]!]!;
    return bonding.isIdle(node, widthMhz, now, this.#medium.sent.start, this.#contention.txEnd);
  }

  /** Sends what has to be answered, of the flow that has the turn. */
  #ask(node: number, kind: number, now: number): void {
    const flow = this.#turns.current[node]!;
    this.#send(node, this.#table.ofFlow[flow]! + kind, this.#turns.to[flow]!, now);
    const due = this.#contention.txEnd[node]! + this.#rules[node]!.answerTimeoutNs;
    this.#contention.timeoutEnd[node] = due;
    this.#await(node, due);
  }

  #await(node: number, due: number): void {
    this.#answerDue[node] = due;
    if (this.#hasTimeout[node] === 1) return;
    this.#hasTimeout[node] = 1;
    this.#heap.push(due, eventOf(node, TIMEOUT));
  }

  #answer(node: number, to: number, frame: number, now: number): void {
    const kind = frame % KINDS;
    if (kind === CTS) {
      if (this.#answerDue[node] === 0) return;
      this.#answerDue[node] = 0;
      this.#contention.timeoutEnd[node] = now;
    }
    this.#respondFrame[node] = frame - kind + answerTo[kind]!;
    this.#respondTo[node] = to;
    this.#heap.push(now + this.#rules[node]!.sifsNs, eventOf(node, RESPOND));
  }

  #respond(node: number, now: number): void {
    const frame = this.#respondFrame[node]!;
    if (frame % KINDS === DATA) this.#ask(node, DATA, now);
    else this.#send(node, frame, this.#respondTo[node]!, now);
  }

  #send(node: number, frame: number, to: number, now: number): void {
    const { lengthNs, isData, mpdus: mpdusOf, dataNs } = this.#table;
    let length = lengthNs[frame]!;
    if (isData[frame] === 1) {
      const mpdus = Math.min(mpdusOf[frame]!, this.sources[this.#turns.current[node]!]!.held);
      this.#txMpdus[node] = mpdus;
      length = dataNs[frame]![mpdus]!;
    }
    this.#medium.send(node, frame, to, now, now + length);
  }

  #answered(node: number, now: number): void {
    if (this.#answerDue[node] === 0) return;
    const flow = this.#turns.current[node]!;
    this.#answerDue[node] = 0;
    this.#turns.owesBar[flow] = 0;
    this.sources[flow]!.take(this.#turns.arrived[flow]!, now);
    this.#turns.arrived[flow] = 0;
    this.#contention.timeoutEnd[node] = now;
    this.#contention.succeeded(node, flow);
    this.#backOff(node, now);
  }

  #timeout(node: number, now: number): void {
    const due = this.#answerDue[node]!;
    if (due > now) {
      this.#heap.postpone(due);
      return;
    }
    this.#heap.pop();
    this.#hasTimeout[node] = 0;
    if (due === 0) return;
    this.#answerDue[node] = 0;
    const { txEnd, timeoutEnd } = this.#contention;
    if (this.#rules[node]!.resumesAtEnd) timeoutEnd[node] = txEnd[node]!;
    const flow = this.#turns.current[node]!;
    const frame = this.#medium.sent.frame[node]!;
    this.counts.failures[flow] = this.counts.failures[flow]! + 1;
    if (this.#table.mpdus[frame]! > 1 && frame % KINDS !== RTS) this.#turns.owesBar[flow] = 1;
    if (this.#contention.failed(node, flow, this.#table.attempts[frame]!)) {
      this.sources[flow]!.take(1, now);
      this.#turns.arrived[flow] = 0;
    }
    this.#backOff(node, now);
  }
}
