/**
 * Why `spectral_scan0` is empty: the first row that finds something is the cause. What makes the
 * others impossible comes first.
 */
import { families, soldAs } from '../../drivers/phy/chips.ts';
import type { Finding } from '../check.ts';
import { type System, textOf } from '../system.ts';
import { kernelOptions } from './kernel-options.ts';
import type { RadioLook } from './radio.ts';

type Cause = Omit<Finding, 'about'>;

interface Row {
  readonly name: string;
  find(system: System, radio: RadioLook): Cause | undefined;
}

const DEBUG = '/sys/kernel/debug';
/** A few sweeps, no more: reading consumes. */
const TASTE_BYTES = 4_096;

function fault(reason: string, ...mend: string[]): Cause {
  return { result: 'fault', reason, mend };
}

export const causes: readonly Row[] = [
  {
    name: 'no such address',
    find: (_, { address, family, phy }) =>
      family === undefined || phy === ''
        ? fault(
            `expected a radio like ath11k:phy0 (${families.join(', ')}), came '${address}'`,
            'ls /sys/class/ieee80211',
          )
        : undefined,
  },
  {
    name: 'no such radio',
    find(system, { isThere, phy, family }) {
      if (isThere) return undefined;
      const names = system.list('/sys/class/ieee80211');
      const others = names.ok && names.value.length > 0 ? `only ${names.value.join(', ')}` : 'none';
      const module = family === 'ath9k' ? 'ath9k' : `${family}_pci`;
      const reason = `the kernel knows no radio ${phy}, ${others}: no card, or no driver or firmware for it`;
      return fault(reason, `sudo modprobe ${module} && sudo dmesg | grep ${family}`);
    },
  },
  {
    name: 'another driver',
    find(_, { driven, family, phy }) {
      if (driven === family) return undefined;
      if (driven !== undefined) {
        return fault(`${phy} is run by ${driven}`, `./airguard doctor --radio ${driven}:${phy}`);
      }
      const reason = `${phy} is run by a driver that has no spectral scan`;
      return fault(reason, `ls -l /sys/class/ieee80211/${phy}/device/driver`);
    },
  },
  {
    name: 'chip without spectral scan',
    find(_, { chip, phy, family }) {
      if (chip === undefined || chip.maxBins > 0) return undefined;
      const { name } = chip;
      const board = soldAs[name] === undefined ? '' : ` (sold as ${soldAs[name]})`;
      const reason = `${phy} is a ${name}${board}, for which ${family} has no spectral scan; no setting mends that, another card does, such as a QCN9074`;
      return fault(reason);
    },
  },
  {
    name: 'debugfs not mounted',
    find(system) {
      const mounts = textOf(system, '/proc/self/mounts', 1_048_576);
      if (mounts === undefined || / debugfs /.test(mounts)) return undefined;
      return fault(
        `debugfs is not mounted, and the spectrum is read through it`,
        `sudo mount -t debugfs none ${DEBUG}`,
      );
    },
  },
  {
    name: 'lockdown',
    find(system, { folder }) {
      const mode = /\[(\w+)\]/.exec(textOf(system, '/sys/kernel/security/lockdown') ?? '')?.[1];
      if (mode === undefined || mode === 'none') return undefined;
      if (system.read(`${folder}/spectral_scan_ctl`, 64).ok && system.user === 0) return undefined;
      const isAsked = /\blockdown=/.test(textOf(system, '/proc/cmdline') ?? '');
      const reason = `the kernel is locked down ([${mode}]), which closes debugfs, ${isAsked ? 'since its command line says lockdown=' : 'as it is with Secure Boot'}`;
      const mend = isAsked
        ? `sudo sed -i 's/ *lockdown=[a-z]*//' /etc/default/grub && sudo update-grub && sudo reboot`
        : 'sudo mokutil --disable-validation && sudo reboot';
      return fault(reason, mend);
    },
  },
  {
    name: 'wrong user',
    find(system, { folder }) {
      const ctl = system.read(`${folder}/spectral_scan_ctl`, 64);
      const isClosed = !ctl.ok && (ctl.error.code === 'EACCES' || ctl.error.code === 'EPERM');
      if (!isClosed && system.list(DEBUG).ok) return undefined;
      if (system.user === 0) return undefined;
      const reason = `user ${system.user} may not read debugfs, only root may`;
      return fault(reason, 'sudo ./airguard doctor');
    },
  },
  {
    name: 'kernel option missing',
    find(system, { folder, family }) {
      if (system.list(folder).ok && hasScan(system, folder)) return undefined;
      const options = kernelOptions(system, family!);
      if (options === undefined || options.missing.length === 0) return undefined;
      const names = options.missing.map((name) => `CONFIG_${name}`);
      const reason = `the kernel was built without ${names.join(', ')}, says ${options.source}`;
      const enable = options.missing.map((name) => `-e ${name}`).join(' ');
      return fault(reason, `scripts/config ${enable} && make olddefconfig && make`);
    },
  },
  {
    name: 'no files',
    find(system, { folder, family, phy }) {
      if (hasScan(system, folder)) return undefined;
      const reason = `${family} has made no spectral_scan_ctl for ${phy}: its firmware or an older driver has no spectral scan for it`;
      return fault(reason, `sudo dmesg | grep -i -e ${family} -e spectral`);
    },
  },
  {
    name: 'interface down',
    find(_, { interfaces, up, phy }) {
      if (up.length > 0) return undefined;
      const [first] = interfaces;
      if (first === undefined) {
        const add = `sudo iw phy ${phy} interface add mon0 type monitor && sudo ip link set mon0 up`;
        return fault(`${phy} has no interface, and only one that is up lets it scan`, add);
      }
      const reason = `${interfaces.join(', ')} is down, which ends every spectral scan`;
      return fault(reason, `sudo ip link set ${first} up`);
    },
  },
  {
    name: 'in use',
    find(system, { folder, address }) {
      const reader = readerOf(system, `${folder}/spectral_scan0`);
      if (reader === undefined) return undefined;
      const reason = `${address} is being read by process ${reader}; it is left to it, since reading consumes`;
      return { result: 'ok', reason, mend: [] };
    },
  },
  {
    name: 'never triggered',
    find(system, { folder }) {
      const sweeps = system.read(`${folder}/spectral_scan0`, TASTE_BYTES);
      if (sweeps.ok && sweeps.value.length > 0) return undefined;
      const mode = textOf(system, `${folder}/spectral_scan_ctl`) ?? '';
      const control = `${folder}/spectral_scan_ctl`;
      const trigger = `sudo sh -c 'echo trigger > ${control}'`;
      if (mode === 'disable') {
        const reason = 'it can scan and does not: no mode is set and `trigger` was never written';
        const set = `sudo sh -c 'echo background > ${control}'`;
        return { result: 'warning', reason, mend: [set, trigger] };
      }
      const reason = `mode '${mode}' is set and spectral_scan0 is empty: \`trigger\` was not written since, which alone starts it`;
      return { result: 'warning', reason, mend: [trigger] };
    },
  },
];

function hasScan(system: System, folder: string): boolean {
  const names = system.list(folder);
  return names.ok && names.value.includes('spectral_scan_ctl');
}

/** The process that has the file open, if one has. */
function readerOf(system: System, path: string): string | undefined {
  const paths = [path, system.real(path)];
  const processes = system.list('/proc');
  for (const name of processes.ok ? processes.value : []) {
    if (!/^\d+$/.test(name)) continue;
    const open = system.list(`/proc/${name}/fd`);
    if (!open.ok) continue;
    if (open.value.some((fd) => paths.includes(system.link(`/proc/${name}/fd/${fd}`)))) return name;
  }
  return undefined;
}
