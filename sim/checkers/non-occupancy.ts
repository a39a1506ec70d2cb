import { describeChannel, overlapMhz, type Span, span } from '#protocols/channels.ts';
import type { Address } from '#protocols/ids.ts';
import type { RadioTruth } from '../population.ts';
import { type Breach, type Checker, CLOCK_TOLERANCE, field, seconds } from './checker.ts';
import { heardSpan } from './silence-after-radar.ts';

interface Closed {
  readonly block: Span;
  readonly sinceUs: number;
  readonly untilUs: number;
}

export const nonOccupancy: Checker = {
  name: 'non-occupancy',
  text: 'A radio that reported radar does not begin to send on the block it left for the whole of the non-occupancy period, restarts included.',
  start({ limits }) {
    const truths = new Map<Address, RadioTruth>();
    const closed = new Map<Address, Closed[]>();
    let checked = 0;
    const broken: Breach[] = [];

    return {
      onRecord({ tUs, address, type, payload }) {
        if (type !== 'message' || field(payload, 'type') !== 'radar.detected') return;
        const heard = heardSpan(payload);
        const channel = truths.get(address)?.channel;
        if (heard === undefined || channel == null) return;
        const block = span(channel);
        if (overlapMhz(block, heard) === 0) return;
        checked += 1;
        const untilUs = tUs + limits.nonOccupancyMs * 1_000 * (1 - CLOCK_TOLERANCE);
        closed.set(address, [...(closed.get(address) ?? []), { block, sinceUs: tUs, untilUs }]);
      },
      onRadio(truth) {
        const { tUs, address, channel, silent } = truth;
        const before = truths.get(address);
        truths.set(address, truth);
        if (channel === null || silent) return;
        const block = span(channel);
        const wasSending = before?.channel != null && !before.silent;
        for (const { block: shut, sinceUs, untilUs } of closed.get(address) ?? []) {
          const isIn = tUs < untilUs && overlapMhz(block, shut) > 0;
          // Sending on while it closes is the other checker's concern.
          const wasIn = wasSending && overlapMhz(span(before.channel), shut) > 0;
          if (isIn && !wasIn) {
            broken.push({
              tUs,
              address,
              what: `sends on ${describeChannel(channel)} ${seconds(tUs - sinceUs)} after radar there: expected at least ${seconds(limits.nonOccupancyMs * 1_000)}`,
            });
          }
        }
      },
      finish: () => ({ checked, broken }),
    };
  },
};
