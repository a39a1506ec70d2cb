import { families } from '#edge/drivers/phy/chips.ts';
import { driverConformance } from '../conformance.ts';
import { channel36, channel48, onMachine } from './set-up.ts';

const chips = {
  ath11k: { family: 'ath11k' },
  ath10k: { family: 'ath10k', vendor: '0x168c', device: '0x0046' },
  ath9k: { family: 'ath9k', vendor: '0x168c', device: '0x0033' },
} as const;

for (const family of families) {
  driverConformance(family, () => {
    const { driver, run } = onMachine(chips[family]);
    return {
      driver,
      run,
      channels: [channel36, channel48],
      beyond: { band: '6', primaryMhz: 5975, centerMhz: 5975, widthMhz: 20 },
      eirpDbm: 17,
      tooMuchDbm: 31,
    };
  });
}
