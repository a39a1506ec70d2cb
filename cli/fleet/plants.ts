/**
 * Bugs to plant: each breaks the system the way a real fault would, so that a run shows what catches
 * it. `sim --plant NAME` takes one; nothing else does.
 */
import { createMachine } from 'xstate';
import type { Body } from '#agents/body.ts';
import type { Bus, StreamMessage } from '#agents/bus/bus.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import type { InboxRecord, Store } from '#agents/store/store.ts';
import type { SimFaults } from '#edge/drivers/sim-radio.ts';
import type { MachineMeta } from '#machines/effects.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import type { Scenario } from '#sim/scenario.ts';

export interface Plant {
  readonly name: string;
  readonly about: string;
  /** In every radio's hardware. */
  readonly radioFaults?: SimFaults;
  /** What every radio's body becomes. */
  readonly radioBody?: (body: Body) => Body;
  /** What nodes keep their state in. */
  readonly makeStore?: () => Store;
  /** How nodes see the bus. */
  readonly nodeBus?: (bus: Bus) => Bus;
  /** What has to go wrong besides, so that the bug shows. */
  readonly faults?: (scenario: Scenario) => Scenario['faults'];
}

export const plants: readonly Plant[] = [
  {
    name: 'ignore-radar',
    about: 'Radios do not report the radar they hear',
    radioFaults: { ignoreRadar: true },
  },
  {
    name: 'run-twice',
    about: 'Nodes forget which calls they have carried out, and each call comes twice',
    makeStore: () => new ForgetfulStore(),
    nodeBus: losingAcknowledgements,
  },
  {
    name: 'half-served',
    about: 'A silence goes on counting while the process of its node is dead',
    radioBody: (body) => ({ ...body, machine: halfServing(body) }),
    // In the middle of the minute that radar channels owe at the start, and back after its end.
    faults: ({ nodes }) => [
      {
        kind: 'crash',
        when: { at: 30 * US_PER_S },
        node: nodes[0]?.id ?? 'n0',
        lasts: 60 * US_PER_S,
      },
    ],
  },
];

export function findPlant(name: string): Plant {
  const names = plants.map((plant) => plant.name);
  const plant = plants.find((one) => one.name === name);
  if (plant !== undefined) return plant;
  const near = nearest(name, names);
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
  throw new InputError(`--plant: expected ${names.join(' or ')}, came '${name}'${hint}`);
}

/** The record of a call is gone once the call is done. */
class ForgetfulStore extends MemoryStore {
  override inbox(key: string): InboxRecord | undefined {
    const record = super.inbox(key);
    return record?.status === 'done' ? undefined : record;
  }
}

/** The first acknowledgement of a command never reaches the broker, which then brings it again. */
function losingAcknowledgements(bus: Bus): Bus {
  return {
    ...bus,
    keyValue: (bucket) => bus.keyValue(bucket),
    consume: (options, onMessage) =>
      bus.consume(options, (message) => {
        const isLost = options.stream === 'COMMANDS' && message.deliveries === 1;
        onMessage(isLost ? withoutAcknowledgement(message) : message);
      }),
  };
}

function withoutAcknowledgement(message: StreamMessage): StreamMessage {
  const { subject, data, headers, seq, deliveries } = message;
  return {
    subject,
    data,
    headers,
    seq,
    deliveries,
    ack: () => undefined,
    nak: (delayMs) => message.nak(delayMs),
    working: () => message.working(),
    term: (reason) => message.term(reason),
  };
}

/** Nothing asks a second time whether it listened: the reset of its radio before the first use goes unheeded. */
function halfServing({ machine }: Body): Body['machine'] {
  const { meta, states } = machine.config as { meta: MachineMeta; states: Record<string, object> };
  const timers = { ...meta.timers, clearWait: 'original' };
  const tuning = { ...states.tuning, on: {} };
  const config = { ...machine.config, meta: { timers }, states: { ...states, tuning } };
  return createMachine(config as never, machine.implementations as never);
}
