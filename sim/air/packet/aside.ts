/**
 * Energy in the secondary channels of wide radios: it disturbs wide frames that they read, but does not
 * hold their medium, which is that of the primary channel.
 */
import type { Channel } from '#protocols/channels.ts';
import { dbmToMw, dbToRatio, ratioToDb } from '#protocols/math.ts';
import { leakDb } from '#protocols/spectrum-mask.ts';
import type { FrameTable } from './frame-table.ts';
import { LISTENER_DB, type LinkLimits, primaryOf } from './links.ts';
import type { LossOf } from './propagation.ts';
import type { Receptions } from './receptions.ts';
import type { PacketNode } from './scene.ts';
import type { Transmissions } from './transmissions.ts';

export interface AsideLinks {
  /** Receivers of sender `s`: from `first[s]` to `first[s + 1]`. */
  readonly first: Int32Array;
  readonly receiver: Int32Array;
  /** What arrives beside the primary channel, in mW. */
  readonly mw: Float32Array;
}

/** Undefined where nobody has any. */
export function asideLinksOf(
  nodes: readonly PacketNode[],
  lossDb: LossOf,
  limits: LinkLimits,
): AsideLinks | undefined {
  const first = new Int32Array(nodes.length + 1);
  const receiver: number[] = [];
  const mw: number[] = [];
  nodes.forEach((sender, from) => {
    first[from] = receiver.length;
    nodes.forEach((other, to) => {
      const { channel } = other;
      if (to === from || channel.widthMhz === 20) return;
      if (channel.primaryMhz === sender.channel.primaryMhz) return;
      const dbm = sender.txDbm - asideLeakDb(sender.channel, channel) - lossDb(from, to);
      if (dbm < limits.sensitivityDbm[to]!) return;
      if (limits.minds[to] === 0 && dbm < limits.preambleDbm - LISTENER_DB) return;
      receiver.push(to);
      mw.push(dbmToMw(dbm));
    });
  });
  first[nodes.length] = receiver.length;
  if (receiver.length === 0) return undefined;
  return { first, receiver: Int32Array.from(receiver), mw: Float32Array.from(mw) };
}

/** How much weaker the sender is in the channel without its primary than in all. */
function asideLeakDb(sender: Channel, channel: Channel): number {
  const [whole, primary] = [leakDb(sender, channel), leakDb(sender, primaryOf(channel))];
  const share = dbToRatio(-whole) - dbToRatio(-primary);
  return share > 0 ? -ratioToDb(share) : Number.POSITIVE_INFINITY;
}

/** What of a medium it touches, by node. */
export interface Readers {
  readonly reading: Int32Array;
  readonly powerMw: Float64Array;
  readonly alarmMw: Float64Array;
  readonly floorMw: Float64Array;
}

export class Aside {
  readonly #links: AsideLinks;
  readonly #table: FrameTable;
  readonly #sent: Transmissions;
  readonly #receptions: Receptions;
  readonly #readers: Readers;

  constructor(
    links: AsideLinks,
    table: FrameTable,
    sent: Transmissions,
    receptions: Receptions,
    readers: Readers,
  ) {
    this.#links = links;
    this.#table = table;
    this.#sent = sent;
    this.#receptions = receptions;
    this.#readers = readers;
  }

  /** A frame begins (1) or ends (−1), at a part of its sender's power. */
  shift(from: number, sign: number, now: number): void {
    const { first, receiver, mw } = this.#links;
    const { reading, powerMw, alarmMw, floorMw } = this.#readers;
    const { asideMw, since } = this.#receptions;
    const factor = sign * this.#sent.gain[from]!;
    const end = first[from + 1]!;
    for (let at = first[from]!; at < end; at += 1) {
      const node = receiver[at]!;
      const change = mw[at]! * factor;
      const alarm = alarmMw[node]!;
      const source = reading[node]!;
      const isTouched = source >= 0 && this.#table.isWide[this.#sent.frame[source]!] === 1;
      if (isTouched && alarm < Number.POSITIVE_INFINITY) {
        const power = powerMw[node]!;
        const frame = this.#sent.frame[source]!;
        if (power > alarm) this.#receptions.lose(node, frame, power, now);
        alarmMw[node] = alarm - change;
        const isHurt = power > alarm - change;
        if (isHurt) since[node] = now;
        floorMw[node] = isHurt ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      }
      asideMw[node] = asideMw[node]! + change;
    }
  }
}
