import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ThermalWatch } from '#edge/uplink/thermal.ts';
import { Metrics } from '#protocols/telemetry/metrics.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

test('zones are told once a window: now, least, mean and most', () => {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-thermal-'));
  const zone = (number: number, type: string, temp: string) => {
    mkdirSync(join(folder, `thermal_zone${number}`), { recursive: true });
    writeFileSync(join(folder, `thermal_zone${number}`, 'type'), `${type}\n`);
    writeFileSync(join(folder, `thermal_zone${number}`, 'temp'), temp);
  };
  try {
    zone(10, 'CPU-therm', '60000\n');
    zone(2, 'GPU therm', '40500\n');
    zone(3, 'asleep', '');
    const clock = new VirtualClock();
    const watch = new ThermalWatch(clock, folder);
    zone(10, 'CPU-therm', '70000\n');
    clock.run(2_000_000);
    const told = watch.take();
    assert.deepEqual(told.zones, ['gpu-therm-2', 'cpu-therm-10']);
    assert.deepEqual([...(told.thermal?.values ?? [])], [40.5, 40.5, 40.5, 40.5, 70, 60, 65, 70]);
    assert.equal(watch.hottest(), 70);
    Metrics.parse({ windowMs: 10_000, ...told });
    assert.deepEqual([...(watch.take().thermal?.values ?? [])].slice(4), [70, 70, 70, 70]);
    watch.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a machine without zones tells none', () => {
  const watch = new ThermalWatch(new VirtualClock(), '/nowhere');
  assert.deepEqual(watch.take(), {});
  assert.equal(watch.hottest(), undefined);
});
