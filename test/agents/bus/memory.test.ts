import assert from 'node:assert/strict';
import { setImmediate as pause } from 'node:timers/promises';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import { type BusWorld, conformance } from './conformance.ts';
import { TestClock } from './test-clock.ts';

conformance('the bus in memory', async (): Promise<BusWorld> => {
  const clock = new TestClock();
  const network = createMemoryNetwork({ clock, random: createRandom(1), site: 'hq' });
  return {
    connect: async (client, domain) => network.connect({ client, domain }),
    until: async (isMet, what) => {
      // What is read piece by piece needs a turn of the loop, however little virtual time it takes.
      await pause();
      assert(clock.advanceUntil(isMet, 10_000), what);
    },
    pass: async (ms) => clock.advance(ms),
    setLink: (node, state) => network.setLink(node, state),
    stop: async () => {},
  };
});
