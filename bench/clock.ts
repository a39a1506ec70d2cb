import { createActor, SimulatedClock, setup } from 'xstate';
import type { Body } from '#agents/body.ts';
import { Host } from '#agents/host/host.ts';
import { createRandom } from '#agents/random/philox.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { atLeast, type Bench, inTurns, median, told } from './bench.ts';
import { keepsNothing } from './keeps-nothing.ts';

const OURS = 10_000;
const THEIRS = 1_000;
const PERIOD_MS = 1_000;

/** Goes from one state to the other each second, as a radio waits and goes on. */
const ticker = setup({ delays: { period: PERIOD_MS } }).createMachine({
  id: 'ticker',
  meta: { timers: { period: 'original' } },
  initial: 'tick',
  states: {
    tick: { after: { period: 'tock' } },
    tock: { after: { period: 'tick' } },
  },
});

const body: Body = {
  role: 'radio',
  machine: ticker,
  tools: [],
  publishes: [],
  hears: [],
  mailbox: { capacity: 8, overflow: 'drop-oldest' },
};

export const bench: Bench = {
  name: 'clock',
  about: 'Delayed transitions a second: 10,000 actors of a host, and 1,000 on XState’s own clock.',
  async run({ repeats, note }) {
    const { host, simulated } = await inTurns(repeats, {
      host: async () => onHost(),
      simulated: async () => onSimulatedClock(),
    });
    note(
      `host ${host.map(Math.round).join(', ')}/s; simulated ${simulated.map(Math.round).join(', ')}/s`,
    );
    const ratio = median(host) / median(simulated);
    return [
      atLeast('host with 10,000 actors ÷ SimulatedClock with 1,000', ratio, '', 10),
      told('host, commit to the store included', median(host), '1/s'),
      told('SimulatedClock', median(simulated), '1/s'),
    ];
  },
};

function onHost(): number {
  const clock = new VirtualClock();
  const host = new Host({
    ...keepsNothing,
    site: 'hq',
    node: 'ap1',
    store: new MemoryStore(),
    clock,
    random: createRandom(1),
    passivateAfterMs: null,
    bootId: 'one',
  });
  for (let number = 0; number < OURS; number += 1) {
    host.start({ body, actor: `ticker-${number}`, input: undefined, ports: {} });
  }
  const begun = host.health().steps;
  return perSecond(() => {
    clock.run(clock.monotonic() + 20 * PERIOD_MS * US_PER_MS);
    return host.health().steps - begun;
  });
}

function onSimulatedClock(): number {
  const clock = new SimulatedClock();
  let transitions = 0;
  for (let number = 0; number < THEIRS; number += 1) {
    const actor = createActor(ticker, { clock });
    actor.subscribe(() => {
      transitions += 1;
    });
    actor.start();
  }
  transitions = 0;
  return perSecond(() => {
    for (let second = 0; second < 10; second += 1) clock.increment(PERIOD_MS);
    return transitions;
  });
}

function perSecond(task: () => number): number {
  const startedUs = process.cpuUsage();
  const count = task();
  const { user, system } = process.cpuUsage(startedUs);
  return count / ((user + system) / 1_000_000);
}
