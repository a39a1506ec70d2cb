/** Puts records until the disk takes no more, then some, and tells the health before and after. */
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import { Uplink, type UplinkHealth } from '#edge/uplink/uplink.ts';
import { TestClock } from '../../agents/bus/test-clock.ts';

export interface Filled {
  readonly put: number;
  /** When the disk was full. */
  readonly full: UplinkHealth;
  readonly sent: number;
  readonly said: readonly string[];
}

const clock = new TestClock();
const random = createRandom(1);
const network = createMemoryNetwork({ clock, random, site: 'hq' });
const said: string[] = [];
const uplink = new Uplink({
  bus: network.connect({ client: 'ap1', domain: 'ap1' }),
  clock,
  random,
  site: 'hq',
  node: 'ap1',
  file: process.argv[2]!,
  say: (line) => said.push(line),
});
const tell = () => uplink.put('node', { type: 'metrics', body: { windowMs: 1_000 } });
let put = 0;
while (uplink.health().store === 'disk' && put < 100_000) {
  tell();
  put += 1;
}
for (let more = 0; more < 10; more += 1) tell();
const full = uplink.health();
clock.advance(10_000);
const { sent } = uplink.health();
const filled: Filled = { put: put + 10, full, sent, said };
process.stdout.write(JSON.stringify(filled));
