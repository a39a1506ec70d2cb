/** Alerts say what the node knows, and fit on the air. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { alertOf, interfererAlert, radarAlert } from '#edge/lorawan/alerts.ts';
import { recordCounter } from '#edge/lorawan/records.ts';
import { LoraSettings, openModem } from '#edge/lorawan/settings.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const channel = { band: '5', primaryMhz: 5_260, centerMhz: 5_290, widthMhz: 80 } as const;

test('radar is told with its place and that the radio is silent', () => {
  const alert = radarAlert(1, channel, { centerMhz: 5_265.5, widthMhz: 5 });
  assert.deepEqual(
    [alert.kind, alert.centerMhz, alert.width, alert.lowMhz, alert.highMhz, alert.silent],
    ['radar', 5_290, '80', 5_263, 5_268, true],
  );
});

test('what the detector names is told by its class, a jammer as one', () => {
  const finding = { lowMhz: 2_401.4, highMhz: 2_402.2, duty: 0.97, peakDbm: -40.4, floorDbm: -95 };
  const told = (looksLike: string) => {
    const alert = interfererAlert(0, null, { looksLike, ...finding });
    assert(encodeMessage({ is: 'alert', record: 1, at: 1, ...alert }).length <= 32);
    return [alert.kind, alert.looksLike];
  };
  assert.deepEqual(told('analogue video'), ['interferer', 'analogue_video']);
  assert.deepEqual(told('a narrow carrier'), ['jammed', 'jammer_narrow']);
  assert.deepEqual(told('wideband noise'), ['jammed', 'jammer_wide']);
  assert.deepEqual(told('something'), ['interferer', 'unknown']);
});

test('an alert of which nothing is known fits as well', () => {
  const bytes = encodeMessage({
    is: 'alert',
    record: 1,
    at: 1,
    ...alertOf('disk_full', 'warning'),
  });
  assert(bytes.length <= 32);
});

test('a restart goes on with numbers that were not used before', () => {
  const clock = new VirtualClock(1_800_000_000 * US_PER_S);
  const first = recordCounter(clock);
  const used = new Set(Array.from({ length: 100 }, first));
  clock.schedule(101 * US_PER_S, () => undefined);
  clock.step();
  const second = recordCounter(clock);
  assert(Array.from({ length: 100 }, second).every((record) => !used.has(record)));
});

test('keys are read from a file of their owner alone, and never told', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-keys-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const keysFile = join(dir, 'lora.json');
  const settings = (changes: object = {}) =>
    LoraSettings.parse({ modem: 'at:/dev/ttyUSB0', region: 'EU868', dr: 0, keysFile, ...changes });
  const open = (changes?: object) => openModem(settings(changes), new VirtualClock());
  const appKey = '2b7e151628aed2a6abf7158809cf4f3c';

  assert.throws(() => open(), /lora\.json: expected a file of keys that can be read; ENOENT came/);
  writeFileSync(keysFile, JSON.stringify({ appKey }), { mode: 0o600 });
  assert.throws(
    () => open(),
    ({ message }: Error) => /expected JSON with devEui/.test(message) && !message.includes(appKey),
  );
  const keys = { devEui: 'ac1f09fffe090b61', joinEui: '0000000000000001', appKey };
  writeFileSync(keysFile, JSON.stringify(keys));
  chmodSync(keysFile, 0o644);
  assert.throws(() => open(), /only their owner can read; chmod 600/);
  chmodSync(keysFile, 0o600);
  assert.equal(open().address, 'at:/dev/ttyUSB0');
  assert.throws(() => open({ region: 'AU915', dr: 0 }), /data rate 0 of AU915: expected one of 2/);
  assert.throws(() => open({ channelMask: '2' }), /channel mask: expected 4 hexadecimal digits/);
  assert.throws(() => settings({ modem: 'usb' }), /a modem like `at:\/dev\/ttyUSB0`/);
});
