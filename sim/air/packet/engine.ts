/**
 * An event-driven CSMA/CA simulation (IEEE 802.11-2020, 10.3 and 10.23.2): back-off, data, answers
 * and what follows when they stay out, over a `Medium`.
 */
import type { Random } from '#protocols/random.ts';
import { Contention } from './contention.ts';
import { EventHeap, eventOf, kindOf, nodeOf } from './event-heap.ts';
import { linksOf } from './links.ts';
import { Medium } from './medium.ts';
import { DETECT, END, HEADER, type MediumListener, NONE } from './medium-events.ts';
import { lossOf } from './propagation.ts';
import { frameKinds, type PacketScene, type Rules } from './scene.ts';
import { Source, type Traffic } from './traffic.ts';

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

const saturated: Traffic = { kind: 'saturated' };

/** What answers a frame, after SIFS. */
const answerTo: readonly number[] = frameKinds.map((kind) =>
  kind === 'data' || kind === 'bar' ? ACK : kind === 'rts' ? CTS : kind === 'cts' ? DATA : NONE,
);

/** A sender that hears its answer begin waits so much beyond its end. */
const SAFEGUARD_NS = 400;

/** All by flow. */
export interface PacketCounts {
  /** MPDUs that arrived. */
  readonly delivered: Float64Array;
  /** Times that a sender took its turn. */
  readonly attempts: Float64Array;
  /** Of those, without an answer. */
  readonly failures: Float64Array;
}

export class PacketEngine implements MediumListener {
  readonly counts: PacketCounts;
  /** By flow. */
  readonly sources: readonly Source[];
  readonly #rules: Rules;
  readonly #heap = new EventHeap();
  readonly #contention: Contention;
  readonly #medium: Medium;
  readonly #random: Random;
  /** How long others keep silent after a frame, by kind. */
  readonly #navNs: readonly number[];
  readonly #lengthNs: readonly number[];

  // By node.
  readonly #sources: (Source | undefined)[];
  readonly #flowOf: Int32Array;
  readonly #peerOf: Int32Array;
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
  /** Asks for the answer that stayed out before it sends on. */
  readonly #owesBar: Uint8Array;
  /** Between its turn and the end of what came of it. */
  readonly #inExchange: Uint8Array;
  /** In the data frame it sent last. */
  readonly #txMpdus: Int32Array;
  /** Of these, what the receiver has; the sender learns it from the answer. */
  readonly #arrived: Int32Array;
  readonly #respondKind: Int8Array;
  readonly #respondTo: Int32Array;

  constructor(scene: PacketScene, random: Random) {
    const { nodes, flows, rules, space } = scene;
    const count = nodes.length;
    this.#rules = rules;
    this.#random = random.fork('mpdus');
    this.#contention = new Contention(rules, count, random.fork('backoff'));
    const errors = random.fork('errors');
    const lossDb = lossOf(nodes, space, random.fork('shadowing'));
    const links = linksOf(nodes, flows, { lossDb, leaks: space.leaks }, rules.radio);
    this.#medium = new Medium(scene, links, this.#heap, this.#contention, this, errors);
    this.#navNs = navOf(rules);
    this.#lengthNs = frameKinds.map((kind) => rules.frames[kind].durationNs);
    this.#sources = nodes.map(() => undefined);
    this.#flowOf = new Int32Array(count).fill(NONE);
    this.#peerOf = new Int32Array(count).fill(NONE);
    this.#answerDue = new Float64Array(count);
    this.#answerWas = new Float64Array(count);
    this.#hasTimeout = new Uint8Array(count);
    this.#navDoubtedUntil = new Float64Array(count);
    this.#isParked = new Uint8Array(count);
    this.#owesBar = new Uint8Array(count);
    this.#inExchange = new Uint8Array(count);
    this.#txMpdus = new Int32Array(count);
    this.#arrived = new Int32Array(count);
    this.#respondKind = new Int8Array(count);
    this.#respondTo = new Int32Array(count);
    const perFlow = () => new Float64Array(flows.length);
    this.counts = { delivered: perFlow(), attempts: perFlow(), failures: perFlow() };
    this.sources = flows.map(({ from, to, traffic = saturated }, flow) => {
      const source = new Source(traffic, rules.payloadBits, random.fork(`traffic/${flow}`));
      this.#flowOf[from] = flow;
      this.#peerOf[from] = to;
      this.#sources[from] = source;
      if (source.isSaturated) this.#backOff(from, 0);
      else this.#heap.push(Math.ceil(source.firstAt()), eventOf(from, ARRIVAL));
      return source;
    });
  }

  /** Lets the air run until then, in ns. */
  run(untilNs: number): void {
    const heap = this.#heap;
    const medium = this.#medium;
    while (heap.time <= untilNs) {
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
      else if (kind === NAV_RESET) this.#resetNav(node, now);
      else this.#respond(node, now);
    }
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
    const kind = medium.txKind[from]!;
    const isData = kind === DATA;
    const isOurs = medium.txTo[from] === node;
    // Of an A-MPDU parts can be lost, and one MPDU is enough to know what it was.
    const lost = isData ? this.#lostOf(node, from, isRead) : 0;
    const isKnown = isData ? lost < this.#txMpdus[from]! : isRead;
    rxEnd[node] = end;
    rxFailed[node] = isKnown ? 0 : 1;
    if (!isKnown) return;
    if (!isOurs) {
      const nav = end + this.#navNs[kind]!;
      if (nav > navEnd[node]!) {
        navEnd[node] = nav;
        if (kind === RTS) this.#doubtNav(node, end);
      }
      return;
    }
    if (isData) {
      const flow = this.#flowOf[from]!;
      const { delivered } = this.counts;
      // What comes again because its answer was lost is known already.
      if (this.#arrived[from] === 0) {
        this.#arrived[from] = this.#txMpdus[from]! - lost;
        delivered[flow] = delivered[flow]! + this.#arrived[from]!;
      }
    }
    if (kind === ACK) this.#answered(node, end);
    else if (kind !== RTS || navEnd[node]! <= end) this.#answer(node, from, kind, end);
  }

  idle(node: number, now: number): void {
    if (this.#isParked[node] === 0) return;
    this.#isParked[node] = 0;
    this.#heap.push(this.#contention.accessAt(node, now), eventOf(node, ACCESS));
  }

  /** What an RTS announced may not come: then its NAV is void (IEEE 802.11-2020, 10.3.2.4). */
  #doubtNav(node: number, now: number): void {
    const { sifsNs, slotNs, frames } = this.#rules;
    const until = now + 2 * (sifsNs + slotNs) + frames.cts.durationNs + frames.cts.headerNs;
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
  #arrival(node: number, now: number): void {
    const source = this.#sources[node]!;
    source.arrive(now);
    this.#heap.push(Math.ceil(source.nextAt(now)), eventOf(node, ARRIVAL));
    if (this.#inExchange[node] === 1 || this.#medium.isWanting[node] === 1) return;
    // It had nothing to send: with the medium idle and back-off done it need not draw again.
    const isQuiet = this.#medium.isQuiet(node);
    if (isQuiet) this.#contention.freeze(node, now);
    if (this.#contention.isDone(node) && !(isQuiet && this.#contention.isIdle(node, now))) {
      this.#contention.draw(node, now);
    }
    this.#medium.isWanting[node] = 1;
    const at = Math.max(now, this.#contention.accessAt(node, now));
    this.#heap.push(at, eventOf(node, ACCESS));
  }

  #lostOf(node: number, from: number, isRead: boolean): number {
    const mpdus = this.#txMpdus[from]!;
    if (isRead) return 0;
    if (mpdus === 1) return 1;
    const lost = this.#medium.lostMpdus[node]!;
    const whole = Math.floor(lost);
    return Math.min(mpdus, whole + (this.#random.uniform() < lost - whole ? 1 : 0));
  }

  #backOff(node: number, now: number): void {
    this.#contention.draw(node, now);
    this.#inExchange[node] = 0;
    if (this.#owesBar[node] === 0 && this.#sources[node]!.held === 0) return;
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
    this.#contention.freeze(node, now);
    const at = this.#contention.accessAt(node, now);
    if (at > now) {
      this.#heap.postpone(at);
      return;
    }
    this.#heap.pop();
    this.#medium.isWanting[node] = 0;
    this.#inExchange[node] = 1;
    const flow = this.#flowOf[node]!;
    this.counts.attempts[flow] = this.counts.attempts[flow]! + 1;
    const first = this.#rules.usesRts ? RTS : DATA;
    this.#ask(node, this.#owesBar[node] === 1 ? BAR : first, this.#peerOf[node]!, now);
  }

  /** Sends what has to be answered. */
  #ask(node: number, kind: number, to: number, now: number): void {
    this.#send(node, kind, to, now);
    const due = this.#contention.txEnd[node]! + this.#rules.answerTimeoutNs;
    this.#contention.timeoutEnd[node] = due;
    this.#await(node, due);
  }

  #await(node: number, due: number): void {
    this.#answerDue[node] = due;
    if (this.#hasTimeout[node] === 1) return;
    this.#hasTimeout[node] = 1;
    this.#heap.push(due, eventOf(node, TIMEOUT));
  }

  #answer(node: number, to: number, kind: number, now: number): void {
    const answer = answerTo[kind]!;
    if (kind === CTS) {
      if (this.#answerDue[node] === 0) return;
      this.#answerDue[node] = 0;
      this.#contention.timeoutEnd[node] = now;
    }
    this.#respondKind[node] = answer;
    this.#respondTo[node] = to;
    this.#heap.push(now + this.#rules.sifsNs, eventOf(node, RESPOND));
  }

  #respond(node: number, now: number): void {
    const kind = this.#respondKind[node]!;
    const to = this.#respondTo[node]!;
    if (kind === DATA) this.#ask(node, DATA, to, now);
    else this.#send(node, kind, to, now);
  }

  #send(node: number, kind: number, to: number, now: number): void {
    let lengthNs = this.#lengthNs[kind]!;
    if (kind === DATA) {
      const mpdus = Math.min(this.#rules.mpdus, this.#sources[node]!.held);
      this.#txMpdus[node] = mpdus;
      lengthNs = this.#rules.dataNs[mpdus]!;
    }
    this.#medium.send(node, kind, to, now, now + lengthNs);
  }

  #answered(node: number, now: number): void {
    if (this.#answerDue[node] === 0) return;
    this.#answerDue[node] = 0;
    this.#owesBar[node] = 0;
    this.#sources[node]!.take(this.#arrived[node]!, now);
    this.#arrived[node] = 0;
    this.#contention.timeoutEnd[node] = now;
    this.#contention.succeeded(node);
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
    if (this.#rules.resumesAtEnd) timeoutEnd[node] = txEnd[node]!;
    const flow = this.#flowOf[node]!;
    this.counts.failures[flow] = this.counts.failures[flow]! + 1;
    if (this.#rules.mpdus > 1 && this.#medium.txKind[node] !== RTS) this.#owesBar[node] = 1;
    if (this.#contention.failed(node)) {
      this.#sources[node]!.take(1, now);
      this.#arrived[node] = 0;
    }
    this.#backOff(node, now);
  }
}

/** The Duration field of each kind of frame (IEEE 802.11-2020, 9.2.5). */
function navOf({ sifsNs, frames }: Rules): number[] {
  const ack = sifsNs + frames.ack.durationNs;
  const data = sifsNs + frames.data.durationNs + ack;
  const nav = {
    data: ack,
    ack: 0,
    rts: sifsNs + frames.cts.durationNs + data,
    cts: data,
    bar: ack,
  };
  return frameKinds.map((kind) => nav[kind]);
}
