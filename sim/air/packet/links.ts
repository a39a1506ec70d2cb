/**
 * Who hears whom how strongly: for each sender its receivers, in two lists side by side in typed
 * arrays. `near` receivers may decode what they hear; `far` ones only have more noise of it. What
 * arrives weaker than the receivers' sensitivity is left out.
 */
import { dbmToMw, hypot } from '#protocols/math.ts';
import type { LossOf } from './propagation.ts';
import type { Flow, PacketNode } from './scene.ts';

/**
 * Who only listens reads what is strong beside its surroundings: what is so far below the weakest
 * preamble makes no difference to it, or less than a decibel.
 */
const LISTENER_DB = 6;

/** Metres a nanosecond. */
const LIGHT_M_PER_NS = 0.299_792_458;

export interface Links {
  readonly nodes: number;
  /** Receivers of sender `s`: from `first[s]`, near ones before `near[s]`, far ones before `first[s + 1]`. */
  readonly first: Int32Array;
  readonly near: Int32Array;
  readonly receiver: Int32Array;
  /** What arrives, in mW. */
  readonly mw: Float32Array;
  /** On the way, in ns. */
  readonly delayNs: Int32Array;
}

export interface LinkLimits {
  /** Preambles weaker than this are not decoded. */
  readonly preambleDbm: number;
  /** What is weaker than this is not there. */
  readonly sensitivityDbm: number;
}

export function linksOf(
  nodes: readonly PacketNode[],
  flows: readonly Flow[],
  lossDb: LossOf,
  limits: LinkLimits,
): Links {
  const count = nodes.length;
  const contends = new Uint8Array(count);
  for (const { from } of flows) contends[from] = 1;
  const first = new Int32Array(count + 1);
  const near = new Int32Array(count);
  const receiver: number[] = [];
  const mw: number[] = [];
  const delayNs: number[] = [];
  nodes.forEach((sender, from) => {
    const heard: { to: number; dbm: number; delay: number }[] = [];
    nodes.forEach((other, to) => {
      if (to === from || other.channel !== sender.channel) return;
      const meters = hypot(sender.x - other.x, sender.y - other.y, sender.z - other.z);
      const dbm = sender.txDbm - lossDb(from, to);
      if (dbm < limits.sensitivityDbm) return;
      if (!contends[to] && dbm < limits.preambleDbm - LISTENER_DB) return;
      heard.push({ to, dbm, delay: Math.round(meters / LIGHT_M_PER_NS) });
    });
    const isNear = ({ dbm }: { dbm: number }) => dbm >= limits.preambleDbm;
    const ordered = [...heard.filter(isNear), ...heard.filter((link) => !isNear(link))];
    first[from] = receiver.length;
    near[from] = receiver.length + heard.filter(isNear).length;
    for (const { to, dbm, delay } of ordered) {
      receiver.push(to);
      mw.push(dbmToMw(dbm));
      delayNs.push(delay);
    }
  });
  first[count] = receiver.length;
  return {
    nodes: count,
    first,
    near,
    receiver: Int32Array.from(receiver),
    mw: Float32Array.from(mw),
    delayNs: Int32Array.from(delayNs),
  };
}
