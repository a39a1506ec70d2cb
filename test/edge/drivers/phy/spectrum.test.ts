/** The spectral scan of a real radio: control files in their order, and no sweep lost on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSweeps, type Sweep, SweepReader } from '#edge/capture/tlv.ts';
import type { PhyIo } from '#edge/drivers/phy/io.ts';
import { SpectralControl } from '#edge/drivers/phy/spectral-control.ts';
import type { RadioState, SpectrumStream } from '#protocols/driver.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { SWEEP_US } from './fake-debugfs.ts';
import { FakeMachine } from './fake-machine.ts';
import { channel36, channel48, onMachine, type Wished } from './set-up.ts';

const ath10k = { family: 'ath10k', vendor: '0x168c', device: '0x0046' } as const;
const ath11k = { phy: 'phy0', family: 'ath11k', maxBins: 512 } as const;
const ath9k = { family: 'ath9k', vendor: '0x168c', device: '0x0033' } as const;

test('writes bins and count first, then the mode, then the trigger, and ends with disable', () => {
  for (const [wished, expected] of [
    [{}, ['spectral_bins←256', 'spectral_count←64']],
    [ath10k, ['spectral_bins←128', 'spectral_count←64']],
    [ath9k, ['spectral_count←64']],
  ] as const) {
    const { machine, scan, run } = sending(wished);
    const { sweeps } = readSweeps(scan(128, 64).read());
    run(100_000);
    assert.equal(sweeps.length, 64);
    assert.deepEqual(machine.debugfs.writes, [
      ...expected,
      'spectral_scan_ctl←manual',
      'spectral_scan_ctl←trigger',
      'spectral_scan_ctl←disable',
    ]);
  }
});

test('gets as many bins as it asked for, which ath11k counts twice', () => {
  for (const [wished, asked, came] of [
    [{}, 512, 512],
    [{}, 64, 64],
    [{ device: '0x9999' }, 512, 256],
    [ath10k, 512, 256],
    [ath10k, 16, 64],
    [ath9k, 128, 56],
  ] as const) {
    const [sweep] = readSweeps(sending(wished).scan(asked, 4).read()).sweeps;
    assert.equal(sweep?.segments[0]?.bins.length, came);
  }
});

test('takes more sweeps than the driver can count by scanning without end', () => {
  const { machine, scan } = sending(ath10k);
  assert.equal(readSweeps(scan(64, 300).read()).sweeps.length, 300);
  assert(machine.debugfs.writes.includes('spectral_scan_ctl←background'));
});

test('a look that takes several reads gives each sweep once, in order', () => {
  const { sweeps } = readSweeps(sending().scan(64, 1_000).read());
  assert.equal(sweeps.length, 1_000);
  const first = sweeps[0]!.tsf;
  for (const [number, { tsf }] of sweeps.entries()) assert.equal(tsf, first + BigInt(number));
});

test('a late end of one scan does not fall into the beginning of the next', () => {
  const clock = new VirtualClock();
  const machine = new FakeMachine({ clock });
  machine.start();
  const control = new SpectralControl({ io: slowToEnd(machine, clock), ...ath11k });
  control.start({ bins: 64, sweeps: null }, () => {});
  clock.run(10_000);
  control.stop(() => {});
  control.start({ bins: 64, sweeps: null }, () => {});
  clock.run(1_000_000);
  assert.deepEqual(machine.debugfs.writes.slice(-4), [
    'spectral_scan_ctl←disable',
    'spectral_bins←128',
    'spectral_scan_ctl←background',
    'spectral_scan_ctl←trigger',
  ]);
});

test('a spectrum that lasts gives every sweep at full pace, once', () => {
  for (const wished of [{}, ath10k, ath9k]) {
    const { stream, run } = sending(wished).last(64);
    const heard: Sweep[] = [];
    const reader = new SweepReader();
    for (let tenths = 0; tenths < 50; tenths += 1) {
      run(100_000);
      reader.push(stream.read(), (sweep) => heard.push(sweep));
    }
    assert.equal(reader.skippedBytes, 0);
    assert.equal(stream.droppedBytes, 0);
    assert(heard.length > 5_000_000 / SWEEP_US - 500, `${heard.length} sweeps`);
    const first = heard[0]!.tsf;
    for (const [number, { tsf }] of heard.entries()) assert.equal(tsf, first + BigInt(number));
  }
});

test('is drained before the radio listens around, which empties the buffer of the driver', () => {
  const { stream, run, driver, machine, get } = sending().last(512);
  run(30_000);
  assert(machine.debugfs.waiting > 0);
  get((done) => driver.neighbours(done));
  run(200_000);
  const { sweeps } = readSweeps(stream.read());
  // What came while the scan was ordered is gone, no more.
  assert(machine.debugfs.dropped <= 30 * 534, `${machine.debugfs.dropped} bytes were emptied`);
  assert(sweeps[0] !== undefined && sweeps[0].tsf < 5n);
});

test('begins again when the interface was down, and when something else ended the scan', () => {
  const { stream, run, driver, machine, get } = sending().last(64);
  get<RadioState>((done) => driver.listen(null, done));
  run(5_000_000);
  stream.read();
  run(1_000_000);
  assert.equal(stream.read().length, 0);

  get<RadioState>((done) => driver.setChannel(channel48, done));
  run(500_000);
  assert(stream.read().length > 0);

  machine.debugfs.end();
  run(1_000);
  stream.read();
  run(4_000_000);
  assert(stream.read().length > 0);
});

test('short looks ride along with one that lasts, and leave it as it is', () => {
  const { stream, run, scan, machine } = sending().last(512);
  run(100_000);
  const before = machine.debugfs.writes.length;
  const { sweeps } = readSweeps(scan(64, 16).read());
  assert.equal(sweeps.length, 16);
  assert(sweeps.every(({ segments }) => segments[0]?.bins.length === 512));
  assert.equal(machine.debugfs.writes.length, before);
  run(100_000);
  assert(stream.read().length > 0);
});

test('keeps the newest for a reader that is late, and counts what it let go', () => {
  const { stream, run } = sending().last(512);
  run(10_000_000);
  const { sweeps } = readSweeps(stream.read());
  assert(stream.droppedBytes !== undefined && stream.droppedBytes > 0);
  assert(sweeps.at(-1)!.tsf > 42_000n);
});

test('ends with the stream, and with the driver', () => {
  const first = sending().last(64);
  first.stream.close();
  first.run(1_000_000);
  assert.equal(first.machine.debugfs.writes.at(-1), 'spectral_scan_ctl←disable');
  assert.equal(first.stream.read().length, 0);

  const second = sending().last(64);
  second.driver.close();
  second.run(5_000_000);
  assert.equal(second.machine.debugfs.writes.at(-1), 'spectral_scan_ctl←disable');
  assert.equal(second.machine.debugfs.writes.filter((one) => one.endsWith('trigger')).length, 1);
});

test('hears nothing while no interface is up, and says why when files are shut', () => {
  const down = onMachine();
  down.open();
  const stream = down.get<SpectrumStream>((done) =>
    down.driver.openSpectrum({ bins: 64, sweeps: 8 }, done),
  );
  assert.equal(stream.ok && stream.value.read().length, 0);

  const shut = onMachine({ broken: { spectral_scan0: 'EACCES' } });
  shut.open();
  const refused = shut.get<SpectrumStream>((done) =>
    shut.driver.openSpectrum({ bins: 64, sweeps: null }, done),
  );
  assert(!refused.ok);
  assert.match(refused.error.message, /spectral_scan0: .*run as root/);
});

/** Takes half a second for `disable`, as a firmware that does not answer at once. */
function slowToEnd(machine: FakeMachine, clock: VirtualClock): PhyIo {
  return {
    run: (order, done) => machine.run(order, done),
    follow: (order, following) => machine.follow(order, following),
    readText: (path, done) => machine.readText(path, done),
    openRelay: (path, done) => machine.openRelay(path, done),
    writeText(path, text, done) {
      const waitUs = text === 'disable' ? 500_000 : 0;
      clock.schedule(clock.monotonic() + waitUs, () => machine.writeText(path, text, done));
    },
  };
}

/** A radio that sends, with nothing of its spectrum asked for yet. */
function sending(wished: Wished = {}) {
  const under = onMachine(wished);
  const { driver, open, get } = under;
  open();
  assert(get<RadioState>((done) => driver.setChannel(channel36, done)).ok);
  const scan = (bins: number, sweeps: number) => {
    const stream = get<SpectrumStream>((done) => driver.openSpectrum({ bins, sweeps }, done));
    assert(stream.ok);
    return stream.value;
  };
  const last = (bins: number) => {
    const stream = get<SpectrumStream>((done) => driver.openSpectrum({ bins, sweeps: null }, done));
    assert(stream.ok);
    return { ...under, scan, stream: stream.value };
  };
  return { ...under, scan, last };
}
