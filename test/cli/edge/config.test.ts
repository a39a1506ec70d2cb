import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEdgeConfig } from '#cli/edge/config.ts';
import { meetServiceManager } from '#cli/edge/service-manager.ts';
import { unitOf } from '#cli/edge/unit.ts';
import { InputError } from '#protocols/errors.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const least = `
site: hq
node: ap1
country: DE
broker: { url: "nats://127.0.0.1:4223" }
radios:
  - { id: radio-0, driver: "ath11k:phy0", channel: { number: 36, widthMhz: 80 }, interface: wlan0 }
`;

function withFile<Value>(text: string, use: (file: string) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-edge-'));
  const file = join(folder, 'edge.yaml');
  writeFileSync(file, text);
  try {
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('what a node does not say has a default, but the gain of an antenna has none', () => {
  const config = withFile(least, readEdgeConfig);
  assert.equal(config.radios[0]?.antennaGainDbi, null);
  assert.equal(config.recorder?.budget, 20e9);
  assert.deepEqual(config.limits, { memoryMb: 350, cpuPercent: 100 });
  assert.equal(config.spectrum.bins, 512);
});

for (const [what, text, message] of [
  ['a missing country', least.replace('country: DE', ''), /at country: /],
  [
    'a driver nobody has',
    least.replace('ath11k:phy0', 'mt76:phy0'),
    /at radios\.0\.driver: expected a driver's address.*mt76:phy0/,
  ],
  [
    'a real radio without its interface',
    least.replace(', interface: wlan0', ''),
    /at radios\.0\.interface: expected the interface/,
  ],
  ['a channel that is none', least.replace('number: 36', 'number: 35'), /at radios\.0\.channel: /],
  ['a word that nothing reads', `${least}\nrecoder: null`, /recoder/],
  ['a size without its unit', `${least}\nrecorder: { budget: "20" }`, /a size such as 500MB/],
] as const) {
  test(`${what} is refused with its place`, () => {
    assert.throws(
      () => withFile(text, readEdgeConfig),
      (error) => error instanceof InputError && message.test(error.message),
    );
  });
}

test('the unit is one that systemd takes', (t) => {
  withFile(least, (file) => {
    const unit = unitOf(readEdgeConfig(file), file, process.execPath);
    assert.match(unit, /^MemoryMax=700M$/m);
    const analyze = '/usr/bin/systemd-analyze';
    if (!existsSync(analyze)) return t.skip('there is no systemd-analyze here');
    const path = file.replace('edge.yaml', 'airguard-edge.service');
    writeFileSync(path, unit);
    const { stderr, status } = spawnSync(analyze, ['verify', '--man=no', path], {
      encoding: 'utf8',
    });
    const complaints = stderr.split('\n').filter((line) => line.includes('airguard-edge'));
    assert.deepEqual([status, complaints], [0, []], stderr);
  });
});

test('systemd hears that the node is up, and then three times in each of its periods', () => {
  const clock = new VirtualClock();
  const said: string[] = [];
  const manager = meetServiceManager(
    clock,
    { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '30000000' },
    (args) => said.push(args.join(' ')),
  );
  manager.ready();
  clock.run(30_000_000);
  assert.deepEqual(said, ['--ready', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']);
  manager.close();
  assert.equal(said.at(-1), '--stopping');
  clock.run(90_000_000);
  assert.equal(said.length, 5, 'nothing is said any more');
});

test('without systemd nothing is said', () => {
  const nobody = () => assert.fail('there is nobody to tell');
  const manager = meetServiceManager(new VirtualClock(), {}, nobody);
  manager.ready();
  manager.close();
});

test('the example of the docs is read as it stands', () => {
  const file = new URL('../../../docs/edge/edge.example.yaml', import.meta.url).pathname;
  const { radios, lorawan } = readEdgeConfig(file);
  assert.equal(radios.length, 2);
  assert.equal(lorawan?.region, 'EU868');
});
