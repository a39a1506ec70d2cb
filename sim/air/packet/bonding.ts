/**
 * Static channel bonding: a radio whose turn has come sends in all of its channel, or draws again when a
 * secondary channel was not idle for the last PIFS (IEEE 802.11-2020, 10.23.2.5, the choice to restart
 * the channel access).
 */
import {
  type Channel,
  channelFromNumber,
  channelNumber,
  subchannels,
} from '#protocols/channels.ts';
import { leakDb } from '#protocols/spectrum-mask.ts';
import type { LossOf } from './propagation.ts';
import type { PacketNode, Rules } from './scene.ts';

export class Bonding {
  /** By node: senders whose frames make a secondary channel busy, for each width of what is to be sent. */
  readonly #busyFrom: readonly ReadonlyMap<number, Int32Array>[];
  readonly #pifsNs: Float64Array;

  constructor(nodes: readonly PacketNode[], rules: readonly Rules[], lossDb: LossOf) {
    this.#pifsNs = Float64Array.from(rules, ({ sifsNs, slotNs }) => sifsNs + slotNs);
    this.#busyFrom = nodes.map(({ channel }, node) => {
      const { secondaryDbm } = rules[node]!.radio;
      const widths = [40, 80, 160].filter((widthMhz) => widthMhz <= channel.widthMhz);
      return new Map(
        widths.map((widthMhz) => {
          const parts = secondaries(channel, widthMhz);
          const senders = nodes.flatMap((sender, from) => {
            const isOther = sender.channel.primaryMhz !== channel.primaryMhz;
            const dbm = sender.txDbm - (from === node || !isOther ? 0 : lossDb(from, node));
            const isHeard = parts.some(
              (part) => dbm - leakDb(sender.channel, part) >= secondaryDbm,
            );
            return from !== node && isOther && isHeard ? [from] : [];
          });
          return [widthMhz, Int32Array.from(senders)];
        }),
      );
    });
  }

  /** Whether all secondary channels of what a node sends were idle; ends and starts of all that was sent last. */
  isIdle(
    node: number,
    widthMhz: number,
    now: number,
    start: Float64Array,
    end: Float64Array,
  ): boolean {
    const senders = this.#busyFrom[node]!.get(widthMhz);
    if (senders === undefined) return true;
    const since = now - this.#pifsNs[node]!;
    for (const from of senders) if (end[from]! > since && start[from]! < now) return false;
    return true;
  }
}

/** The 20 MHz channels beside the primary, of the block of so many MHz around it. */
function secondaries(channel: Channel, widthMhz: number): Channel[] {
  const { band, primaryMhz } = channel;
  const block = channelFromNumber({
    band,
    number: channelNumber(channel),
    widthMhz: widthMhz as Channel['widthMhz'],
  });
  return subchannels(block ?? channel).filter((part) => part.primaryMhz !== primaryMhz);
}

/** Undefined where no radio is wide. */
export function bondingOf(
  nodes: readonly PacketNode[],
  rules: readonly Rules[],
  lossDb: LossOf,
): Bonding | undefined {
  return nodes.some(({ channel }) => channel.widthMhz > 20)
    ? new Bonding(nodes, rules, lossDb)
    : undefined;
}
