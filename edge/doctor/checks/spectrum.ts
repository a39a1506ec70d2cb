import { familyOf } from '../../drivers/phy/chips.ts';
import { type Check, type Finding, fine, warning } from '../check.ts';
import { causes } from '../spectral/causes.ts';
import { lookAtRadio } from '../spectral/radio.ts';
import type { System } from '../system.ts';
import { textOf } from '../system.ts';

export const spectrum: Check = {
  name: 'spectrum',
  about: 'Whether each radio can give its spectrum, else the first cause why not',
  look(system, { radios }) {
    const addresses = radios ?? found(system);
    if (radios?.length === 0) return [fine('spectrum', 'no radio of the configuration is real')];
    if (addresses.length === 0) {
      const reason = 'no radio here has a driver with a spectral scan (ath11k, ath10k, ath9k)';
      return [warning('spectrum', reason, 'lspci -nnk | grep -iA3 network')];
    }
    return addresses.map((address) => judge(system, address));
  },
};

function judge(system: System, address: string): Finding {
  const radio = lookAtRadio(system, address);
  for (const { find } of causes) {
    const cause = find(system, radio);
    if (cause !== undefined) return { about: address, ...cause };
  }
  const name = radio.chip === undefined ? 'a chip that the table does not know' : radio.chip.name;
  return fine(address, `${name}: sweeps are waiting in spectral_scan0`);
}

/** The radios of the machine that one of our drivers is for. */
function found(system: System): string[] {
  const names = system.list('/sys/class/ieee80211');
  return (names.ok ? names.value : []).flatMap((phy) => {
    const family = familyOf(textOf(system, `/sys/class/ieee80211/${phy}/device/uevent`) ?? '');
    return family === undefined ? [] : [`${family}:${phy}`];
  });
}
