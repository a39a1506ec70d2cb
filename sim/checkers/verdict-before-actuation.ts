import { describeChannel, sameChannel } from '#protocols/channels.ts';
import type { Address } from '#protocols/ids.ts';
import type { RadioTruth } from '../population.ts';
import { type Breach, type Checker, field } from './checker.ts';

function verdictOf(payload: unknown): string | undefined {
  const id = field(field(payload, 'input'), 'verdictId') ?? field(payload, 'verdictId');
  return typeof id === 'string' && id !== '' ? id : undefined;
}

export const verdictBeforeActuation: Checker = {
  name: 'verdict-before-actuation',
  text: 'Whenever a radio begins to send, elsewhere or with another power, it was told to under a verdict: the auditor’s, or its node’s own.',
  start() {
    const truths = new Map<Address, RadioTruth>();
    /** The verdict of what the radio was last told. */
    const told = new Map<Address, string | undefined>();
    let checked = 0;
    const broken: Breach[] = [];

    return {
      onRecord({ address, type, payload }) {
        if (type === 'actuation') told.set(address, verdictOf(payload));
      },
      onRadio(truth) {
        const { tUs, address, channel, eirpDbm, silent } = truth;
        const before = truths.get(address);
        truths.set(address, truth);
        if (channel === null || silent) return;
        const isSame =
          before?.channel != null &&
          !before.silent &&
          sameChannel(before.channel, channel) &&
          before.eirpDbm === eirpDbm;
        if (isSame) return;
        checked += 1;
        if (told.get(address) !== undefined) return;
        broken.push({
          tUs,
          address,
          what: `sends ${eirpDbm} dBm on ${describeChannel(channel)} without a verdict: expected one behind every change`,
        });
      },
      finish: () => ({ checked, broken }),
    };
  },
};
