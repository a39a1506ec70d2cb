/** Whether a radio has a spectral scan is asked of its chip first, and answered by name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chipOf, familyOf, withoutSpectral } from '#edge/drivers/phy/chips.ts';
import type { RadioState, SpectrumStream } from '#protocols/driver.ts';
import { channel36, onMachine, type Wished } from './set-up.ts';

test('a chip whose scan its driver turns off is told by name, and works otherwise', () => {
  for (const [device, message] of [
    [
      '0x1103',
      'phy0 is a WCN6855 (sold as QCNFA765): ath11k turns its spectral scan off; a QCN9074 has one',
    ],
    ['0x1101', 'phy0 is a QCA6390: ath11k turns its spectral scan off; a QCN9074 has one'],
  ] as const) {
    const { driver, get, machine } = opened({ device });
    assert.equal(driver.capabilities().spectral, false);
    const refused = get<SpectrumStream>((done) =>
      driver.openSpectrum({ bins: 64, sweeps: null }, done),
    );
    assert.deepEqual(refused, { ok: false, error: { code: 'unsupported', message } });
    assert(get<RadioState>((done) => driver.setChannel(channel36, done)).ok);
    assert.equal(machine.isSending, true);
  }
});

test('files that are missing or shut are the second word, each with what mends it', () => {
  for (const [code, message] of [
    ['ENOENT', /mount debugfs, and run a kernel with CONFIG_ATH/],
    ['EACCES', /run as root/],
    ['EPERM', /boot without lockdown/],
  ] as const) {
    const { driver, get } = opened({ broken: { spectral_scan_ctl: code } });
    assert.equal(driver.capabilities().spectral, false);
    const refused = get<SpectrumStream>((done) =>
      driver.openSpectrum({ bins: 64, sweeps: 1 }, done),
    );
    assert(!refused.ok);
    assert.equal(refused.error.code, 'unsupported');
    assert.match(refused.error.message, message);
  }
});

test('is capable of no more than the hardware, and of no more than is set on site', () => {
  const { driver } = opened({});
  assert.deepEqual(driver.capabilities(), {
    spectral: true,
    pulses: false,
    bands: ['2.4', '5'],
    maxWidthMhz: 80,
    minEirpDbm: 1,
    maxEirpDbm: 30,
  });
});

test('a radio of another driver is sent to its own address', () => {
  const { open } = onMachine({ driver: 'ath10k_pci' });
  const refused = open();
  assert(!refused.ok);
  assert.equal(
    refused.error.message,
    'ath11k:phy0: expected a radio that ath11k drives, came one of ath10k; its address is ath10k:phy0',
  );
});

test('a channel that is none is turned down before anything is run', () => {
  const { driver, get, machine } = opened({});
  const before = machine.commands.length;
  for (const wrong of [
    { ...channel36, primaryMhz: 5181.5 },
    { ...channel36, centerMhz: Number.NaN },
    { ...channel36, widthMhz: 7 as 20 },
  ]) {
    for (const refused of [
      get<RadioState>((done) => driver.setChannel(wrong, done)),
      get<RadioState>((done) => driver.listen(wrong, done)),
    ]) {
      assert(!refused.ok);
      assert.match(refused.error.message, /expected a channel of IEEE 802.11, came/);
    }
  }
  assert.equal(machine.commands.length, before);
});

test('radios inside a system chip are known by the device tree', () => {
  const uevent =
    'DRIVER=ath11k\nOF_NAME=wifi\nOF_COMPATIBLE_0=qcom,ipq8074-wifi\nOF_COMPATIBLE_N=1\n';
  assert.equal(familyOf(uevent), 'ath11k');
  const chip = chipOf({ uevent });
  assert.deepEqual([chip?.name, chip?.maxBins], ['IPQ8074', 256]);
  assert.equal(chip && withoutSpectral('phy0', chip), undefined);
  assert.equal(
    chipOf({ uevent: 'DRIVER=iwlwifi\n', vendor: '0x8086', device: '0x2723' }),
    undefined,
  );
  assert.equal(familyOf('DRIVER=iwlwifi\n'), undefined);
});

function opened(wished: Wished) {
  const under = onMachine(wished);
  assert(under.open().ok);
  return under;
}
