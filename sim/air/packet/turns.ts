/** The flows of each sender, their queues, and whose turn it is: one after the other, those with nothing to send left out. */
import type { Random } from '#protocols/random.ts';
import { NONE } from './medium-events.ts';
import type { Flow } from './scene.ts';
import { Source, type Traffic } from './traffic.ts';

const saturated: Traffic = { kind: 'saturated' };

export class Turns {
  // By flow.
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly sources: readonly Source[];
  /** It asks for the answer that stayed out before it sends on. */
  readonly owesBar: Uint8Array;
  /** MPDUs of its last frame that the receiver has; the sender learns it from the answer. */
  readonly arrived: Int32Array;
  /** Who is after it: a ring of the flows of one sender. */
  readonly #next: Int32Array;

  // By node.
  /** The flow that has the turn, or had it last. */
  readonly current: Int32Array;

  constructor(
    flows: readonly Flow[],
    payloadBits: readonly number[],
    nodes: number,
    random: Random,
  ) {
    this.from = Int32Array.from(flows, ({ from }) => from);
    this.to = Int32Array.from(flows, ({ to }) => to);
    this.owesBar = new Uint8Array(flows.length);
    this.arrived = new Int32Array(flows.length);
    this.#next = new Int32Array(flows.length);
    this.current = new Int32Array(nodes).fill(NONE);
    this.sources = flows.map(({ from, traffic = saturated }, flow) => {
      this.#join(from, flow);
      return new Source(traffic, payloadBits[flow]!, random.fork(`traffic/${flow}`));
    });
  }

  /** Gives the turn to the next flow of a sender that has something to send; false if none has. */
  pass(node: number): boolean {
    const last = this.current[node]!;
    let flow = last;
    do {
      flow = this.#next[flow]!;
      if (this.owesBar[flow] === 1 || this.sources[flow]!.held > 0) {
        this.current[node] = flow;
        return true;
      }
    } while (flow !== last);
    return false;
  }

  /** One more in its sender's ring, behind those that are there. */
  #join(from: number, flow: number): void {
    const last = this.current[from]!;
    this.#next[flow] = last === NONE ? flow : this.#next[last]!;
    if (last !== NONE) this.#next[last] = flow;
    this.current[from] = flow;
  }
}
