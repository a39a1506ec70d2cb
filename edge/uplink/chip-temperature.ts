/** How warm the chip of a radio is, as its driver tells Linux. */
import { join } from 'node:path';
import { namesIn, numberIn } from './sysfs.ts';

/**
 * ath11k hangs the sensor onto the radio, ath10k onto its device; ath9k has none. A chip that sleeps
 * gives an error rather than a number.
 *
 * @see linux/drivers/net/wireless/ath/ath11k/thermal.c, ath10k/thermal.c: hwmon_device_register_with_groups
 */
export function chipTemperatureC(phy: string, radios = '/sys/class/ieee80211'): number | undefined {
  for (const folder of [join(radios, phy), join(radios, phy, 'device/hwmon')]) {
    for (const name of namesIn(folder, /^hwmon\d+$/)) {
      const thousandths = numberIn(join(folder, name, 'temp1_input'));
      if (thousandths !== undefined) return thousandths / 1_000;
    }
  }
  return undefined;
}
