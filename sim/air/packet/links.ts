/**
 * Who hears whom how strongly: for each sender its receivers, in three lists behind each other in typed
 * arrays. Near receivers may read what they hear; for far ones it is too weak, and foreign ones are on
 * another channel: these only have more energy of it. What arrives weaker than the receivers'
 * sensitivity is left out.
 */
import { type Channel, subchannels } from '#protocols/channels.ts';
import { dbmToMw, hypot } from '#protocols/math.ts';
import { leakDb } from '#protocols/spectrum-mask.ts';
import type { LossOf } from './propagation.ts';
import type { PacketNode } from './scene.ts';

/**
 * Who only listens reads what is strong beside its surroundings: what is so far below the weakest
 * preamble makes no difference to it, or less than a decibel.
 */
export const LISTENER_DB = 6;

/** Metres a nanosecond. */
const LIGHT_M_PER_NS = 0.299_792_458;

export interface Links {
  readonly nodes: number;
  /** Receivers of sender `s`: from `first[s]` near, from `far[s]` far, from `foreign[s]` to `first[s + 1]` foreign. */
  readonly first: Int32Array;
  readonly far: Int32Array;
  readonly foreign: Int32Array;
  readonly receiver: Int32Array;
  /** What arrives, in mW. */
  readonly mw: Float32Array;
  /** On the way, in ns. */
  readonly delayNs: Int32Array;
}

export interface LinkLimits {
  /** Preambles weaker than this are not decoded. */
  readonly preambleDbm: number;
  /** What is weaker than this at a radio is not there, by its place in the list. */
  readonly sensitivityDbm: readonly number[];
  /** 1 for radios to which all energy matters: who sends, or whose time is counted. */
  readonly minds: Uint8Array;
}

export function linksOf(
  nodes: readonly PacketNode[],
  { lossDb, leaks }: { readonly lossDb: LossOf; readonly leaks: boolean },
  limits: LinkLimits,
): Links {
  const count = nodes.length;
  const first = new Int32Array(count + 1);
  const far = new Int32Array(count);
  const foreign = new Int32Array(count);
  const receiver: number[] = [];
  const mw: number[] = [];
  const delayNs: number[] = [];
  nodes.forEach((sender, from) => {
    const lists: { to: number; dbm: number; delay: number }[][] = [[], [], []];
    nodes.forEach((other, to) => {
      const isHome = other.channel.primaryMhz === sender.channel.primaryMhz;
      if (to === from || (!isHome && !leaks)) return;
      const loss = lossDb(from, to);
      if (sender.txDbm - loss < limits.sensitivityDbm[to]!) return;
      const heard = isHome ? other.channel : primaryOf(other.channel);
      const leak = leaks ? leakDb(sender.channel, heard) : 0;
      const dbm = sender.txDbm - leak - loss;
      if (dbm < limits.sensitivityDbm[to]!) return;
      if (limits.minds[to] === 0 && dbm < limits.preambleDbm - LISTENER_DB) return;
      const meters = hypot(sender.x - other.x, sender.y - other.y, sender.z - other.z);
      const isReadable = isHome || (!sender.isEmitter && fills(sender.channel, other.channel));
      const list = !isReadable ? 2 : dbm >= limits.preambleDbm ? 0 : 1;
      lists[list]!.push({ to, dbm, delay: Math.round(meters / LIGHT_M_PER_NS) });
    });
    first[from] = receiver.length;
    far[from] = receiver.length + lists[0]!.length;
    foreign[from] = far[from]! + lists[1]!.length;
    for (const { to, dbm, delay } of lists.flat()) {
      receiver.push(to);
      mw.push(dbmToMw(dbm));
      delayNs.push(delay);
    }
  });
  first[count] = receiver.length;
  return {
    nodes: count,
    first,
    far,
    foreign,
    receiver: Int32Array.from(receiver),
    mw: Float32Array.from(mw),
    delayNs: Int32Array.from(delayNs),
  };
}

/** The primary 20 MHz of a channel. */
export function primaryOf({ band, primaryMhz }: Channel): Channel {
  return { band, primaryMhz, centerMhz: primaryMhz, widthMhz: 20 };
}

/**
 * The preamble of a wide frame is sent in each of its 20 MHz channels, and what belongs to an exchange as
 * a whole (IEEE 802.11-2020, 17.3.8.2 and 21.3.8.2): who has one of them for a primary channel hears it.
 */
function fills(sender: Channel, { primaryMhz }: Channel): boolean {
  return sender.widthMhz > 20 && subchannels(sender).some((part) => part.primaryMhz === primaryMhz);
}
