/**
 * How a real radio listens: what its driver fixes in its source, what debugfs shows, and whether it has
 * monitor interfaces, on which mac80211 takes frames as they are.
 *
 * @see linux/Documentation/networking/mac80211-injection.rst; ath11k/wmi.h and ath10k/wmi.h
 * (SPECTRAL_PRIORITY_DEFAULT 1, SPECTRAL_RPT_MODE_DEFAULT 2: with bins), which ath11k/spectral.c and
 * ath10k/spectral.c send at every scan; ath9k/common-spectral.c (read_file_spectral_fft_period) and
 * ath9k/debug.c (read_file_nf_override: a number, or `off`)
 */
import type { ChipSettings, Done } from '#protocols/driver.ts';
import type { Family } from './chips.ts';
import type { PhyFacts } from './identify.ts';
import type { PhyIo } from './io.ts';
import { spectralFolder } from './spectral-control.ts';

/** What the source of the driver says, where the chip can be scanned at all. */
const fixed: Readonly<Record<Family, ChipSettings>> = {
  ath11k: { scanPriority: 1, shortReport: false },
  ath10k: { scanPriority: 1, shortReport: false },
  ath9k: { shortReport: false },
};

interface Shown {
  readonly file: string;
  readonly setting: 'fftPeriod' | 'noiseFloorOverrideDbm';
  readonly least: number;
  readonly most: number;
}

const shown: Readonly<Record<Family, readonly Shown[]>> = {
  ath11k: [],
  ath10k: [],
  ath9k: [
    { file: 'spectral_fft_period', setting: 'fftPeriod', least: 0, most: 255 },
    { file: 'nf_override', setting: 'noiseFloorOverrideDbm', least: -174, most: 0 },
  ],
};

export function readSettings(
  io: PhyIo,
  phy: string,
  { family, spectral, monitor }: Pick<PhyFacts, 'family' | 'spectral' | 'monitor'>,
  done: Done<ChipSettings>,
): void {
  const folder = spectralFolder(phy, family);
  const read = ([first, ...rest]: readonly Shown[], settings: ChipSettings): void => {
    if (first === undefined) {
      done({ ok: true, value: settings });
      return;
    }
    const { file, setting, least, most } = first;
    io.readText(`${folder}/${file}`, (text) => {
      const value = text.ok && /^-?\d+\n?$/.test(text.value) ? Number(text.value) : Number.NaN;
      const isTold = value >= least && value <= most;
      read(rest, isTold ? { ...settings, [setting]: value } : settings);
    });
  };
  read(shown[family], { canInject: monitor, ...(spectral.ok ? fixed[family] : {}) });
}
