import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import { type Lease, takeLease } from '#cloud/lease.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

test('two who want a lease never hold it at the same time, and the second gets it when the first dies', () => {
  const { clock, want, held } = startHub();
  const first = want('first');
  want('second');
  clock.run(60_000_000);
  assert.deepEqual(held(), ['first']);
  first.abandon();
  clock.run(70_000_000);
  assert.deepEqual(held(), ['first'], 'until its time is over nobody else may have it');
  clock.run(120_000_000);
  assert.deepEqual(held(), ['first', 'second']);
});

test('a lease that is given back is taken at the next look', () => {
  const { clock, want, held } = startHub();
  const first = want('first');
  want('second');
  clock.run(30_000_000);
  first.release();
  clock.run(37_000_000);
  assert.deepEqual(held(), ['first', 'second']);
});

test('a holder that cannot renew has stopped before another begins', () => {
  const { clock, want, log, network } = startHub();
  want('first', 'ap1');
  clock.run(20_000_000);
  want('second', 'hub');
  network.setLink('ap1', 'down');
  clock.run(120_000_000);
  assert.deepEqual(
    log.map(({ what }) => what),
    ['first holds', 'first lost', 'second holds'],
  );
});

/** A hub, a node whose link can be cut, and a log of who held the lease when. */
function startHub() {
  const clock = new VirtualClock(1_700_000_000_000_000);
  const network = createMemoryNetwork({ clock, random: createRandom(1), site: 'hq' });
  const log: { readonly what: string; readonly atUs: number }[] = [];
  const note = (what: string) => log.push({ what, atUs: clock.monotonic() });
  const want = (holder: string, domain = 'hub'): Lease =>
    takeLease({
      bus: network.connect({ client: domain === 'hub' ? 'cloud' : domain, domain }),
      clock,
      key: 'coordinator-hq',
      holder,
      forMs: 15_000,
      onHeld: () => note(`${holder} holds`),
      onLost: () => note(`${holder} lost`),
    });
  const held = () =>
    log.filter(({ what }) => what.endsWith('holds')).map(({ what }) => what.split(' ')[0]);
  return { clock, network, want, log, held };
}
