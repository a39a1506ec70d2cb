/**
 * Which chip a radio is, and whether its Linux driver has a spectral scan for it. Where the driver
 * turns the scan off, no file and no setting mends it.
 *
 * @see linux/drivers/net/wireless/ath/ath11k/pci.c (ath11k_pci_id_table), ath11k/ahb.c
 * (ath11k_ahb_of_match), ath11k/core.c (ath11k_hw_params, `.spectral`); ath10k/hw.h and pci.c;
 * ath9k/hw.h; ath9k/ar9002_phy.c and ar9003_phy.c, which alone have a spectral scan
 */
export const families = ['ath11k', 'ath10k', 'ath9k'] as const;
export type Family = (typeof families)[number];

export interface Chip {
  /** Of PCI, as sysfs has it; `of` for what stands in the device tree. */
  readonly vendor: string;
  /** Of PCI, or the device tree's `compatible`. */
  readonly device: string;
  readonly name: string;
  readonly family: Family;
  /** In a sweep; 0 where its driver turns the spectral scan off. ath9k delivers 56, or 128 at 40 MHz. */
  readonly maxBins: number;
}

const QUALCOMM = '0x17cb';
const ATHEROS = '0x168c';
const UBIQUITI = '0x0777';
const TREE = 'of';

function chip(family: Family, vendor: string, device: string, name: string, maxBins: number): Chip {
  return { vendor, device, name, family, maxBins };
}

export const chips: readonly Chip[] = [
  chip('ath11k', QUALCOMM, '0x1101', 'QCA6390', 0),
  chip('ath11k', QUALCOMM, '0x1103', 'WCN6855', 0),
  chip('ath11k', QUALCOMM, '0x1104', 'QCN9074', 512),
  chip('ath11k', TREE, 'qcom,ipq8074-wifi', 'IPQ8074', 256),
  chip('ath11k', TREE, 'qcom,ipq6018-wifi', 'IPQ6018', 256),
  chip('ath11k', TREE, 'qcom,ipq5018-wifi', 'IPQ5018', 512),
  chip('ath11k', TREE, 'qcom,wcn6750-wifi', 'WCN6750', 0),

  chip('ath10k', ATHEROS, '0x003c', 'QCA988x', 256),
  chip('ath10k', UBIQUITI, '0x11ac', 'QCA988x', 256),
  chip('ath10k', ATHEROS, '0x003e', 'QCA6174', 256),
  chip('ath10k', ATHEROS, '0x0040', 'QCA99x0', 256),
  chip('ath10k', ATHEROS, '0x0041', 'QCA6164', 256),
  chip('ath10k', ATHEROS, '0x0042', 'QCA9377', 256),
  chip('ath10k', ATHEROS, '0x0046', 'QCA9984', 256),
  chip('ath10k', ATHEROS, '0x0050', 'QCA9887', 256),
  chip('ath10k', ATHEROS, '0x0056', 'QCA9888', 256),
  chip('ath10k', TREE, 'qcom,ipq4019-wifi', 'IPQ4019', 256),

  chip('ath9k', ATHEROS, '0x0023', 'AR5416', 0),
  chip('ath9k', ATHEROS, '0x0024', 'AR5418', 0),
  chip('ath9k', ATHEROS, '0x0027', 'AR9160', 0),
  chip('ath9k', ATHEROS, '0x0029', 'AR9220', 128),
  chip('ath9k', ATHEROS, '0x002a', 'AR9280', 128),
  chip('ath9k', ATHEROS, '0x002b', 'AR9285', 128),
  chip('ath9k', ATHEROS, '0x002d', 'AR9227', 128),
  chip('ath9k', ATHEROS, '0x002e', 'AR9287', 128),
  chip('ath9k', ATHEROS, '0x0030', 'AR9380', 128),
  chip('ath9k', ATHEROS, '0x0032', 'AR9485', 128),
  chip('ath9k', ATHEROS, '0x0033', 'AR9580', 128),
  chip('ath9k', ATHEROS, '0x0034', 'AR9462', 128),
  chip('ath9k', ATHEROS, '0x0036', 'AR9565', 128),
];

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

/** Undefined for a chip that the table does not know. */
export function chipOf({ vendor, device, uevent }: DeviceFacts): Chip | undefined {
  const compatible = [...uevent.matchAll(/^OF_COMPATIBLE_\d+=(.*)$/gm)].map(([, name]) => name);
  return chips.find((one) =>
    one.vendor === TREE
      ? compatible.includes(one.device)
      : one.vendor === vendor?.trim() && one.device === device?.trim(),
  );
}

/** The family of the kernel driver, `ath11k` for `DRIVER=ath11k_pci`; undefined for others. */
export function familyOf(uevent: string): Family | undefined {
  const driver = /^DRIVER=(.*)$/m.exec(uevent)?.[1]?.trim() ?? '';
  return families.find((family) => driver === family || driver.startsWith(`${family}_`));
}

/** Why a chip can have no spectral scan; undefined where it can. */
export function withoutSpectral(phy: string, { name, family, maxBins }: Chip): string | undefined {
  if (maxBins > 0) return undefined;
  const board = soldAs[name] === undefined ? '' : ` (sold as ${soldAs[name]})`;
  return `${phy} is a ${name}${board}: ${family} turns its spectral scan off; a QCN9074 has one`;
}
