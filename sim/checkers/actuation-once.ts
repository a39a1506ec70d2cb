import { channelKey } from '#protocols/channels.ts';
import type { Address } from '#protocols/ids.ts';
import type { RadioTruth } from '../population.ts';
import { type Breach, type Checker, field } from './checker.ts';

/** The call that an event asks a chart to carry out. */
function callOf(payload: unknown): string | undefined {
  const type = field(payload, 'type');
  if (typeof type !== 'string' || !type.endsWith('.requested')) return undefined;
  const callId = field(payload, 'callId') ?? field(field(payload, 'move'), 'callId');
  return typeof callId === 'string' ? callId : undefined;
}

function stateOf({ channel, eirpDbm, silent }: RadioTruth): string {
  return `${channel === null ? 'off' : channelKey(channel)} ${eirpDbm} dBm ${silent ? 'listening' : 'sending'}`;
}

export const actuationOnce: Checker = {
  name: 'actuation-once',
  text: 'A call that touches the air reaches its chart once, and no key changes the state of a radio twice.',
  start() {
    const carriedOut = new Set<string>();
    /** The key a radio was last told to change under, and the states it took since. */
    const under = new Map<Address, { key: string; states: Set<string> }>();
    const truths = new Map<Address, RadioTruth>();
    let checked = 0;
    const broken: Breach[] = [];

    return {
      onRecord({ tUs, address, type, payload }) {
        if (type === 'message') {
          const callId = callOf(payload);
          if (callId === undefined) return;
          checked += 1;
          const key = `${address} ${callId}`;
          if (carriedOut.has(key)) {
            broken.push({
              tUs,
              address,
              what: `carries out call ${callId} again: expected one change for one key`,
            });
          }
          carriedOut.add(key);
        } else if (type === 'actuation') {
          const key = field(payload, 'key');
          if (typeof key !== 'string') return;
          if (under.get(address)?.key !== key) under.set(address, { key, states: new Set() });
        }
      },
      onRadio(truth) {
        const { tUs, address, channel } = truth;
        const before = truths.get(address);
        truths.set(address, truth);
        const cause = under.get(address);
        // On its way between two channels it has none.
        if (cause === undefined || channel === null) return;
        const state = stateOf(truth);
        if (before !== undefined && stateOf(before) === state) return;
        checked += 1;
        if (cause.states.has(state)) {
          broken.push({
            tUs,
            address,
            what: `key ${cause.key} changes the radio to '${state}' again: expected one change`,
          });
        }
        cause.states.add(state);
      },
      finish: () => ({ checked, broken }),
    };
  },
};
