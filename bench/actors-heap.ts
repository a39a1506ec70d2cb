/**
 * A process of its own for `bench actors`: makes radios, lets them settle, and weighs them. Drivers,
 * the broker's streams and a world's trace are not the host's: all radios share a driver, and bus
 * and trace keep nothing.
 */

import type { PortContext, PortDone } from '#agents/body.ts';
import { Host } from '#agents/host/host.ts';
import { radioBody, radioPorts } from '#agents/radio.ts';
import { createRandom } from '#agents/random/philox.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import type { Channel } from '#protocols/channels.ts';
import type { Done, Driver, RadioState } from '#protocols/driver.ts';
import type { Address } from '#protocols/ids.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { keepsNothing } from './keeps-nothing.ts';

const ACTORS = 4_000;
const channel: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };

let state: RadioState = { channel: null, eirpDbm: 20, silent: true };
const answer = (next: RadioState, done: Done<RadioState>) => {
  state = next;
  done({ ok: true, value: state });
};
const driver = {
  address: 'sim:shared',
  open: (_, done) => done({ ok: true, value: state }),
  state: (done) => done({ ok: true, value: state }),
  listen: (to, done) => answer({ ...state, channel: to, silent: true }, done),
  setChannel: (to, done) => answer({ ...state, channel: to, silent: false }, done),
  setEirp: (eirpDbm, done) => answer({ ...state, eirpDbm }, done),
} as Partial<Driver> as Driver;

function weigh(passivateAfterMs: number | null): number {
  const clock = new VirtualClock();
  const body = radioBody(() => 0);
  const host = new Host({
    ...keepsNothing,
    site: 'hq',
    node: 'ap1',
    store: new MemoryStore(),
    clock,
    random: createRandom(1),
    passivateAfterMs,
    bootId: 'one',
  });
  const move = {
    to: channel,
    clearMs: 0,
    cause: 'start',
    reason: 'r',
    callId: null,
    verdictId: 'v',
  };
  const ports = {
    ...radioPorts({
      driver,
      choose: {
        kind: 'work',
        run: (_: unknown, __: PortContext, done: PortDone<unknown>) => {
          state = { channel: null, eirpDbm: 20, silent: true };
          done({ ok: true, value: move });
          return undefined;
        },
      },
      goBack: { kind: 'work', run: () => undefined },
      scan: { kind: 'work', run: () => undefined },
    }),
    open: {
      kind: 'work' as const,
      run: (_: unknown, __: PortContext, done: PortDone<unknown>) => {
        done({ ok: true, value: state });
        return undefined;
      },
    },
  };
  const start = (actor: string): Address =>
    host.start({
      body,
      actor,
      input: {
        address: `hq/ap1/${actor}`,
        country: 'DE',
        indoor: true,
        antennaGainDbi: 3,
        bands: ['2.4', '5'],
        maxWidthMhz: 80,
        minEirpDbm: 0,
        maxEirpDbm: 30,
        eirpDbm: 20,
        home: channel,
        nonOccupancyMs: 1_800_000,
      },
      ports,
    });
  // What the first actors take is code.
  for (let number = 0; number < 200; number += 1) start(`first-${number}`);
  clock.run(clock.monotonic() + 120_000_000);
  const before = heap();
  const addresses: Address[] = [];
  for (let number = 0; number < ACTORS; number += 1) addresses.push(start(`radio-${number}`));
  const load = { type: 'load.measured', utilisation: 0.25, stations: 8, carriedMbps: 41.5 };
  for (const address of addresses) host.tell(address, load);
  // What they said at the start goes out.
  clock.run(clock.monotonic() + 120_000_000);
  const bytes = (heap() - before) / ACTORS;
  const serving = addresses.filter((address) => host.value(address) === 'serving').length;
  if (serving !== ACTORS) throw new Error(`${serving} of ${ACTORS} radios serve`);
  return bytes;
}

function heap(): number {
  for (let time = 0; time < 4; time += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const bytes = weigh(process.argv[2] === 'resting' ? 0 : null);
process.stdout.write(`${bytes}\n`);
