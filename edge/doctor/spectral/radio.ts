/** A radio as the files of the kernel show it. */
import { type Chip, chipOf, type Family, families, familyOf } from '../../drivers/phy/chips.ts';
import { type System, textOf } from '../system.ts';

export interface RadioLook {
  readonly address: string;
  /** As the address has it; undefined when it names no family of ours. */
  readonly family: Family | undefined;
  readonly phy: string;
  readonly isThere: boolean;
  /** Of the driver that runs it. */
  readonly driven: Family | undefined;
  readonly chip: Chip | undefined;
  /** Where debugfs has its spectral scan. */
  readonly folder: string;
  /** Names of its interfaces, and which of them are up. */
  readonly interfaces: readonly string[];
  readonly up: readonly string[];
}

const CLASS = '/sys/class/ieee80211';
const NET = '/sys/class/net';
/** IFF_UP of linux/if.h. */
const UP = 1;

export function lookAtRadio(system: System, address: string): RadioLook {
  const [scheme = '', phy = ''] = address.split(':');
  const family = families.find((one) => one === scheme);
  const device = `${CLASS}/${phy}/device`;
  const uevent = textOf(system, `${device}/uevent`) ?? '';
  const interfaces = interfacesOf(system, phy);
  return {
    address,
    family,
    phy,
    isThere: /^[\w-]+$/.test(phy) && system.list(`${CLASS}/${phy}`).ok,
    driven: familyOf(uevent),
    chip: chipOf({
      vendor: textOf(system, `${device}/vendor`),
      device: textOf(system, `${device}/device`),
      uevent,
    }),
    folder: `/sys/kernel/debug/ieee80211/${phy}/${family ?? scheme}`,
    interfaces,
    up: interfaces.filter((name) => isUp(textOf(system, `${NET}/${name}/flags`))),
  };
}

function interfacesOf(system: System, phy: string): string[] {
  const names = system.list(NET);
  if (!names.ok) return [];
  return names.value.filter((name) => textOf(system, `${NET}/${name}/phy80211/name`) === phy);
}

/** The flags are hexadecimal. */
function isUp(flags: string | undefined): boolean {
  return flags !== undefined && (Number(flags) & UP) === UP;
}
