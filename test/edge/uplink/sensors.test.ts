import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { chipTemperatureC } from '#edge/uplink/chip-temperature.ts';
import { PowerWatch } from '#edge/uplink/power.ts';
import { Metrics } from '#protocols/telemetry/metrics.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

function withFiles(use: (folder: string, write: (path: string, text: string) => void) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-sensors-'));
  try {
    use(folder, (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('rails are told once a window as their mean: power as it is, volts times amperes of one channel', () => {
  withFiles((folder, write) => {
    write('hwmon2/in1_label', 'VDD_GPU_SOC\n');
    write('hwmon2/in1_input', '5000\n');
    write('hwmon2/curr1_input', '1200\n');
    // Volts alone, as of a battery, are no power.
    write('hwmon2/in7_input', '3300\n');
    // What looks like the address of a device travels in no record.
    write('hwmon10/power1_label', 'aa:bb:cc:dd:ee:ff\n');
    write('hwmon10/power1_input', '2500000\n');
    const clock = new VirtualClock();
    const watch = new PowerWatch(clock, folder);
    write('hwmon2/curr1_input', '2400\n');
    write('hwmon10/power1_input', '');
    clock.run(2_000_000);
    const told = watch.take();
    assert.deepEqual(told.rails, ['vdd-gpu-soc-2', 'sensor-10']);
    assert.deepEqual([...told.power!], [9, 2.5]);
    Metrics.parse({ windowMs: 10_000, ...told });
    assert.deepEqual([...watch.take().power!], [12, 2.5]);
    watch.stop();
  });
});

test('a machine without such sensors tells none', () => {
  assert.deepEqual(new PowerWatch(new VirtualClock(), '/nowhere').take(), {});
});

test('the chip of a radio tells how warm it is where its driver hung the sensor', () => {
  withFiles((folder, write) => {
    write('phy0/hwmon3/temp1_input', '58000\n');
    write('phy1/device/hwmon/hwmon4/temp1_input', '47500\n');
    write('phy2/hwmon5/temp1_input', '');
    const all = ['phy0', 'phy1', 'phy2', 'phy3'].map((phy) => chipTemperatureC(phy, folder));
    assert.deepEqual(all, [58, 47.5, undefined, undefined]);
  });
});
