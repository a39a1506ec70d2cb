/** A radio's chart over the driver of a real radio: what both together do on the air. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { radioBody, radioPorts } from '#agents/radio.ts';
import type { Channel } from '#protocols/channels.ts';
import { Rig } from '../../../agents/host/rig.ts';
import { channel36, channel52, onMachine } from './set-up.ts';

test('keeps the silence of a radar channel, leaves it where radar is heard, and serves elsewhere', () => {
  const { machine, tell, clock, host, at } = charted([channel52, channel36]);
  clock.run(62_000_000);
  assert.deepEqual([host.value(at), machine.onAir.map(({ mhz }) => mhz)], ['serving', [5260]]);
  assert(machine.onAir.every(({ cleared, fromUs }) => cleared && fromUs >= 60_000_000));
  assert.equal(machine.limitDbm, 17);

  machine.radar();
  clock.run(clock.monotonic() + 100_000);
  // 260 ms of sending in all are allowed after radar (EN 301 893, 4.2.6.2.5; KDB 905462 D02).
  assert.equal(machine.isSending && machine.onAir.at(-1)?.mhz === 5260, false);
  clock.run(clock.monotonic() + 2_000_000);
  assert.deepEqual([host.value(at), machine.onAir.at(-1)?.mhz], ['serving', 5180]);
  tell({ type: 'radar.detected', centerMhz: 5260, widthMhz: 20 });
  clock.run(clock.monotonic() + 1_000_000);
  assert.equal(host.value(at), 'serving');
});

test('goes on serving when its process was gone for a while', () => {
  const first = charted([channel36]);
  const { clock, machine } = first;
  clock.run(5_000_000);
  assert.equal(machine.isSending, true);
  first.host.halt();
  first.driver.close();
  clock.run(clock.monotonic() + 60_000_000);
  const before = machine.onAir.length;

  const second = first.again();
  clock.run(clock.monotonic() + 5_000_000);
  assert.equal(second.host.value(second.at), 'serving');
  assert.deepEqual([machine.isSending, machine.onAir.length], [true, before]);
});

test('takes its channel again when hostapd was started anew', () => {
  const { machine, clock, host, at } = charted([channel36]);
  clock.run(5_000_000);
  machine.kill();
  clock.run(clock.monotonic() + 2_000_000);
  assert.equal(machine.isSending, false);
  machine.hostapd = 'running';
  clock.run(clock.monotonic() + 5_000_000);
  assert.equal(host.value(at), 'serving');
  assert.deepEqual([machine.isSending, machine.onAir.at(-1)?.mhz], [true, 5180]);
});

/** A chart that takes these channels in turn, with 60 s of silence on radar channels. */
function charted(wishes: readonly Channel[]) {
  const rig = new Rig();
  const { driver, machine, clock } = onMachine({ cableLossDb: 0, clock: rig.clock });
  const left = [...wishes];
  const start = () => {
    const host = rig.host();
    const tell = (event: { type: string; [field: string]: unknown }) => host.tell(at, event);
    const at = host.start({
      body: radioBody(() => 60_000),
      actor: 'radio-0',
      input: {
        address: 'hq/ap1/radio-0',
        country: 'DE',
        indoor: true,
        antennaGainDbi: 3,
        bands: ['5'],
        maxWidthMhz: 80,
        minEirpDbm: 1,
        maxEirpDbm: 30,
        eirpDbm: 20,
        home: channel36,
        nonOccupancyMs: 30 * 60_000,
      },
      ports: radioPorts({
        driver,
        choose: {
          kind: 'work',
          run: (_: unknown, __: unknown, done) => {
            const to = left.shift() ?? channel36;
            const clearMs = to === channel52 ? 60_000 : 0;
            const cause = 'start';
            const reason = 'for the test';
            const value = { to, clearMs, cause, reason, callId: null, verdictId: 'v' };
            done({ ok: true, value });
            return undefined;
          },
        },
        goBack: { kind: 'work', run: () => undefined },
        scan: { kind: 'work', run: () => undefined },
      }),
    });
    driver.open(
      (event) => tell({ ...event }),
      (opened) => {
        if (opened.ok) tell({ type: 'driver.opened', state: opened.value });
      },
    );
    return { host, at, tell };
  };
  return { driver, machine, clock, again: start, ...start() };
}
