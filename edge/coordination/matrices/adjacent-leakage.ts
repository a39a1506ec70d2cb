import { leakDb } from '#protocols/spectrum-mask.ts';
import { sendersIn } from '../surroundings.ts';
import { type MatrixEntry, measured } from './entry.ts';

/**
 * The most that the transmit spectrum mask of IEEE 802.11 allows: what a sender that fills its mask
 * puts there. It is not measured, and beyond one and a half widths, where the mask ends, not known.
 */
export const adjacentLeakage: MatrixEntry = {
  kind: 'adjacent-leakage',
  fill(surroundings) {
    const senders = sendersIn(surroundings);
    const receivers = surroundings.radios.flatMap(({ name, state: { channel } }) =>
      channel === null ? [] : [{ name, channel }],
    );
    return measured(
      senders.map(({ name }) => name),
      receivers.map(({ name }) => name),
      (row, column) => {
        const sender = senders[row]!;
        const receiver = receivers[column]!;
        if (sender.name === receiver.name) return Number.NaN;
        const db = -leakDb(sender.channel, receiver.channel);
        return db === Number.NEGATIVE_INFINITY ? Number.NaN : db;
      },
    );
  },
};
