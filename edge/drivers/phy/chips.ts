/**
 * Which chip a radio is, and whether its Linux driver has a spectral scan for it. The chip is asked
 * by its numbers first: where the driver switches the scan off, no file and no setting mends it.
 *
 * @see linux/drivers/net/wireless/ath/ath11k/pci.c, ath11k_pci_id_table; ath11k/core.c,
 * ath11k_hw_params, `.spectral.fft_sz` and `.spectral.max_fft_bins`; ath10k/pci.c,
 * ath10k_pci_id_table; ath9k/pci.c, ath_pci_id_table; ath11k/ahb.c, ath11k_ahb_of_match
 */
export const families = ['ath11k', 'ath10k', 'ath9k'] as const;
export type Family = (typeof families)[number];

export interface Chip {
  readonly name: string;
  readonly family: Family;
  /** Most bins in a sweep; 0: its driver turns the spectral scan off. */
  readonly maxBins: number;
}

const QUALCOMM = '0x17cb';
const ATHEROS = '0x168c';

const chip = (family: Family, name: string, maxBins: number): Chip => ({ name, family, maxBins });

/** By PCI vendor and device. ath9k delivers 56 or 128 bins, as its channel is 20 or 40 MHz wide. */
const byPci: Readonly<Record<string, Chip>> = {
  [`${QUALCOMM}/0x1101`]: chip('ath11k', 'QCA6390', 0),
  [`${QUALCOMM}/0x1103`]: chip('ath11k', 'WCN6855', 0),
  [`${QUALCOMM}/0x1104`]: chip('ath11k', 'QCN9074', 512),
  [`${ATHEROS}/0x003c`]: chip('ath10k', 'QCA988x', 256),
  [`${ATHEROS}/0x003e`]: chip('ath10k', 'QCA6174', 256),
  [`${ATHEROS}/0x0040`]: chip('ath10k', 'QCA99x0', 256),
  [`${ATHEROS}/0x0042`]: chip('ath10k', 'QCA9377', 256),
  [`${ATHEROS}/0x0046`]: chip('ath10k', 'QCA9984', 256),
  [`${ATHEROS}/0x0050`]: chip('ath10k', 'QCA9887', 256),
  [`${ATHEROS}/0x0056`]: chip('ath10k', 'QCA9888', 256),
  [`${ATHEROS}/0x002a`]: chip('ath9k', 'AR928x', 128),
  [`${ATHEROS}/0x002e`]: chip('ath9k', 'AR9287', 128),
  [`${ATHEROS}/0x0030`]: chip('ath9k', 'AR93xx', 128),
  [`${ATHEROS}/0x0033`]: chip('ath9k', 'AR958x', 128),
  [`${ATHEROS}/0x0034`]: chip('ath9k', 'AR9462', 128),
};

/** By the device tree, for radios inside a system chip. */
const byCompatible: Readonly<Record<string, Chip>> = {
  'qcom,ipq8074-wifi': chip('ath11k', 'IPQ8074', 256),
  'qcom,ipq6018-wifi': chip('ath11k', 'IPQ6018', 256),
  'qcom,ipq5018-wifi': chip('ath11k', 'IPQ5018', 512),
  'qcom,wcn6750-wifi': chip('ath11k', 'WCN6750', 0),
  'qcom,ipq4019-wifi': chip('ath10k', 'IPQ4019', 256),
};

/** Boards are sold under other names than their chips. */
export const soldAs: Readonly<Record<string, string>> = { WCN6855: 'QCNFA765' };

/** What sysfs says of `/sys/class/ieee80211/<phy>/device`. */
export interface DeviceFacts {
  /** Missing for what is on no PCI bus. */
  readonly vendor?: string | undefined;
  readonly device?: string | undefined;
  /** Lines `NAME=value`. */
  readonly uevent: string;
}

/** Undefined for a chip that the tables do not know. */
export function chipOf({ vendor, device, uevent }: DeviceFacts): Chip | undefined {
  const pci = byPci[`${vendor?.trim()}/${device?.trim()}`];
  if (pci !== undefined) return pci;
  return compatibles(uevent)
    .map((name) => byCompatible[name])
    .find((known) => known !== undefined);
}

/** The family of the kernel driver, `ath11k` for `DRIVER=ath11k_pci`; undefined for others. */
export function familyOf(uevent: string): Family | undefined {
  const driver = /^DRIVER=(.*)$/m.exec(uevent)?.[1] ?? '';
  return families.find((family) => driver === family || driver.startsWith(`${family}_`));
}

/** Why a chip can have no spectral scan; undefined where it can. */
export function withoutSpectral(phy: string, { name, family, maxBins }: Chip): string | undefined {
  if (maxBins > 0) return undefined;
  const board = soldAs[name] === undefined ? '' : ` (sold as ${soldAs[name]})`;
  return `${phy} is a ${name}${board}: ${family} turns its spectral scan off; a QCN9074 has one`;
}

function compatibles(uevent: string): string[] {
  return [...uevent.matchAll(/^OF_COMPATIBLE_\d+=(.*)$/gm)].map(([, name = '']) => name.trim());
}
