import { InputError } from '#protocols/errors.ts';
import type { DriverEntry } from '../entry.ts';
import { type Family, families } from './chips.ts';
import { canBeNamed } from './commands.ts';
import { PhyDriver } from './phy-driver.ts';

const what: Readonly<Record<Family, string>> = {
  ath11k:
    'a real radio of Wi-Fi 6; a QCN9074 has a spectral scan, a QCA6390 and a WCN6855 have none',
  ath10k: 'a real radio of Wi-Fi 5',
  ath9k: 'a real radio of Wi-Fi 4',
};

/** The three families of real radios; one driver knows them all. */
export const phyDrivers: readonly DriverEntry[] = families.map((family) => ({
  scheme: family,
  about: `\`${family}:<phy>\`: ${what[family]}, by hostapd, \`iw\` and debugfs`,
  open(phy, site) {
    if (!/^\w[\w.-]{0,31}$/.test(phy)) {
      throw new InputError(
        `driver '${family}:${phy}': expected ${family}:<phy>, such as ${family}:phy0; \`ls /sys/class/ieee80211\` shows them`,
      );
    }
    if (site.phy === undefined) {
      throw new InputError(
        `driver '${family}:${phy}': expected a machine with that radio, came none; real radios are for \`airguard edge --config FILE\``,
      );
    }
    const { controlFolder, interfaceName } = site.phy;
    if (!canBeNamed(controlFolder, interfaceName)) {
      throw new InputError(
        `driver '${family}:${phy}': expected an interface such as wlan0 and a folder such as /var/run/hostapd, came '${interfaceName}' and '${controlFolder}'`,
      );
    }
    return new PhyDriver(family, phy, site, site.phy);
  },
}));
