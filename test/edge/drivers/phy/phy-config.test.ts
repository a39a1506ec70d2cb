import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { openDriver } from '#edge/drivers/open.ts';
import { PhyRadioConfig, phySite } from '#edge/drivers/phy/phy-config.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { FakeMachine } from './fake-machine.ts';

const least = { address: 'ath11k:phy0', interface: 'wlan0', country: 'DE', antennaGainDbi: 5 };

test('a radio needs its address, interface, country and antenna; the rest has a usual value', () => {
  const config = PhyRadioConfig.parse(least);
  assert.equal(config.hostapdFolder, '/var/run/hostapd');
  const clock = new VirtualClock();
  const site = phySite(config, {
    clock,
    io: new FakeMachine({ clock }),
    random: createRandom(1),
    silenceOwedMs: () => 0,
  });
  assert.equal(openDriver(config.address, site).address, 'ath11k:phy0');
  const misled = { ...site, phy: { ...site.phy!, interfaceName: 'wlan0; reboot' } };
  assert.throws(() => openDriver(config.address, misled), {
    name: 'InputError',
    message: /expected an interface such as wlan0 .* came 'wlan0; reboot'/,
  });
  for (const key of Object.keys(least)) {
    const { [key as keyof typeof least]: _, ...rest } = least;
    assert.equal(PhyRadioConfig.safeParse(rest).success, false, key);
  }
});

test('an antenna gain that is not known is said to be so, not left out', () => {
  assert(PhyRadioConfig.safeParse({ ...least, antennaGainDbi: null }).success);
});

test('what cannot be a name is turned down', () => {
  for (const wrong of [
    { address: 'ath12k:phy0' },
    { address: 'ath11k:../x' },
    { interface: '-h' },
    { hostapdFolder: 'run/hostapd' },
    { country: 'de' },
    { fleet: { '04:F0:21:00:00:01': 'ap1/radio-0' } },
    { power: 20 },
  ]) {
    assert.equal(PhyRadioConfig.safeParse({ ...least, ...wrong }).success, false);
  }
});
