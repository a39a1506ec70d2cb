import {
  type Channel,
  describeChannel,
  overlapMhz,
  sameChannel,
  span,
} from '#protocols/channels.ts';
import type { Address } from '#protocols/ids.ts';
import type { RadioTruth } from '../population.ts';
import { type Breach, type Checker, CLOCK_TOLERANCE, field, seconds } from './checker.ts';
import { heardSpan } from './silence-after-radar.ts';

interface Listening {
  readonly channel: Channel;
  readonly sinceUs: number;
}

export const clearingBeforeUse: Checker = {
  name: 'clearing-before-use',
  text: 'Before a radio sends on a channel that needs clearing, it has listened there without a break for the whole of the time owed; a restart of its node begins the time anew.',
  start({ limits }) {
    const truths = new Map<Address, RadioTruth>();
    const listening = new Map<Address, Listening>();
    let checked = 0;
    const broken: Breach[] = [];

    return {
      onRecord({ tUs, address, type, payload }) {
        if (type === 'fault' && field(payload, 'kind') === 'start') {
          // Nobody watched over the radios while their node was gone.
          const node = `${field(payload, 'node')}`;
          for (const [radio, { channel }] of listening) {
            if (radio.split('/')[1] === node) listening.set(radio, { channel, sinceUs: tUs });
          }
        } else if (type === 'message' && field(payload, 'type') === 'radar.detected') {
          const heard = heardSpan(payload);
          const here = listening.get(address);
          if (heard && here && overlapMhz(span(here.channel), heard) > 0) listening.delete(address);
        }
      },
      onRadio(truth) {
        const { tUs, address, channel, silent } = truth;
        const before = truths.get(address);
        truths.set(address, truth);
        if (channel === null) {
          listening.delete(address);
          return;
        }
        const wasHere = before?.channel != null && sameChannel(before.channel, channel);
        if (silent) {
          if (!wasHere || !before.silent) listening.set(address, { channel, sinceUs: tUs });
          return;
        }
        const owedUs = limits.clearMs(channel) * 1_000;
        const isNew = !wasHere || before.silent;
        if (isNew && owedUs > 0) {
          checked += 1;
          const here = listening.get(address);
          const servedUs = here && sameChannel(here.channel, channel) ? tUs - here.sinceUs : 0;
          if (servedUs < owedUs * (1 - CLOCK_TOLERANCE)) {
            broken.push({
              tUs,
              address,
              what: `sends on ${describeChannel(channel)} after listening there for ${seconds(servedUs)}: expected ${seconds(owedUs)}`,
            });
          }
        }
        listening.delete(address);
      },
      finish: () => ({ checked, broken }),
    };
  },
};
