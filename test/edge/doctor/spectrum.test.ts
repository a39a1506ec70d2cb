/** Each cause of an empty spectrum, on a machine that has just that one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Finding } from '#edge/doctor/check.ts';
import { spectrum } from '#edge/doctor/checks/spectrum.ts';
import { causes } from '#edge/doctor/spectral/causes.ts';
import { neededOptions } from '#edge/doctor/spectral/kernel-options.ts';
import { chips, type Family } from '#edge/drivers/phy/chips.ts';
import { type Files, systemOf } from './tree.ts';

const DEBUG = '/sys/kernel/debug';
const FOLDER = `${DEBUG}/ieee80211/phy0/ath11k`;

const card = (driver: string, vendor: string, device: string): Files => ({
  '/sys/class/ieee80211/phy0/device/uevent': `DRIVER=${driver}\nPCI_CLASS=28000\n`,
  '/sys/class/ieee80211/phy0/device/vendor': `${vendor}\n`,
  '/sys/class/ieee80211/phy0/device/device': `${device}\n`,
});

const allOptions = (family: Family, without = '') =>
  neededOptions[family]
    .map((name) => (name === without ? `# CONFIG_${name} is not set` : `CONFIG_${name}=y`))
    .join('\n');

/** A QCN9074 that scans. */
const sound: Files = {
  ...card('ath11k_pci', '0x17cb', '0x1104'),
  '/sys/class/net/wlan0/phy80211/name': 'phy0\n',
  '/sys/class/net/wlan0/flags': '0x1003\n',
  '/sys/class/net/eth0/flags': '0x1003\n',
  '/proc/self/mounts': `proc /proc proc rw 0 0\nnone ${DEBUG} debugfs rw,relatime 0 0\n`,
  '/proc/cmdline': 'quiet splash\n',
  '/proc/sys/kernel/osrelease': '6.1.0\n',
  '/proc/config.gz': gzipSync(allOptions('ath11k')),
  '/sys/kernel/security/lockdown': '[none] integrity confidentiality\n',
  [`${FOLDER}/spectral_scan_ctl`]: 'background',
  [`${FOLDER}/spectral_scan0`]: new Uint8Array(10_000).fill(4),
};

function look(files: Files, options: Parameters<typeof systemOf>[1] = {}, radio?: string): Finding {
  const radios = radio === undefined ? undefined : [radio];
  const findings = spectrum.look(systemOf(files, options), { radios, models: [] });
  assert(Array.isArray(findings) && findings.length === 1);
  return findings[0] as Finding;
}

const without = (...paths: string[]): Files =>
  Object.fromEntries(
    Object.entries(sound).filter(([path]) => !paths.some((one) => path.startsWith(one))),
  );

test('a radio that scans is well, and found by itself', () => {
  const finding = look(sound);
  assert.deepEqual(finding, {
    about: 'ath11k:phy0',
    result: 'ok',
    reason: 'QCN9074: sweeps are waiting in spectral_scan0',
    mend: [],
  });
});

interface Case {
  readonly cause: string;
  readonly files: Files;
  readonly options?: Parameters<typeof systemOf>[1];
  readonly radio?: string;
  readonly result?: 'ok' | 'warning';
  readonly reason: RegExp;
  readonly mend: RegExp;
}

const cases: readonly Case[] = [
  {
    cause: 'no such address',
    files: sound,
    radio: 'wlan0',
    reason: /a radio like ath11k:phy0 .*came 'wlan0'/,
    mend: /ls \/sys\/class\/ieee80211/,
  },
  {
    cause: 'no such radio',
    files: sound,
    radio: 'ath11k:phy7',
    reason: /no radio phy7, only phy0/,
    mend: /modprobe ath11k_pci/,
  },
  {
    cause: 'no such radio',
    files: {},
    radio: 'ath9k:phy0',
    reason: /no radio phy0, none/,
    mend: /modprobe ath9k /,
  },
  {
    cause: 'another driver',
    files: { ...sound, ...card('ath10k_pci', '0x168c', '0x0046') },
    radio: 'ath11k:phy0',
    reason: /run by ath10k/,
    mend: /--radio ath10k:phy0/,
  },
  {
    cause: 'another driver',
    files: { ...sound, ...card('iwlwifi', '0x8086', '0x2725') },
    radio: 'ath11k:phy0',
    reason: /a driver that has no spectral scan/,
    mend: /device\/driver/,
  },
  {
    cause: 'chip without spectral scan',
    files: { ...sound, ...card('ath11k_pci', '0x17cb', '0x1103') },
    reason: /phy0 is a WCN6855 \(sold as QCNFA765\).*another card does/,
    mend: /^$/,
  },
  {
    cause: 'chip without spectral scan',
    files: { ...sound, ...card('ath11k_pci', '0x17cb', '0x1101') },
    reason: /phy0 is a QCA6390/,
    mend: /^$/,
  },
  {
    cause: 'debugfs not mounted',
    files: { ...without(DEBUG), '/proc/self/mounts': 'proc /proc proc rw 0 0\n' },
    reason: /debugfs is not mounted/,
    mend: /mount -t debugfs none \/sys\/kernel\/debug/,
  },
  {
    cause: 'lockdown',
    files: { ...sound, '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' },
    options: { closed: { [FOLDER]: 'EPERM' } },
    reason: /locked down \(\[integrity\]\).*Secure Boot/,
    mend: /mokutil/,
  },
  {
    cause: 'lockdown',
    files: {
      ...sound,
      '/sys/kernel/security/lockdown': 'none integrity [confidentiality]\n',
      '/proc/cmdline': 'quiet lockdown=confidentiality\n',
    },
    options: { closed: { [FOLDER]: 'EPERM' } },
    reason: /confidentiality.*its command line/,
    mend: /grub/,
  },
  {
    cause: 'wrong user',
    files: sound,
    options: { user: 1_000, closed: { [DEBUG]: 'EACCES' } },
    reason: /user 1000 may not read debugfs/,
    mend: /sudo \.\/airguard doctor/,
  },
  {
    cause: 'kernel option missing',
    files: {
      ...without(FOLDER),
      [`${DEBUG}/ieee80211/phy0/`]: '',
      '/proc/config.gz': gzipSync(allOptions('ath11k', 'ATH11K_SPECTRAL')),
    },
    reason: /without CONFIG_ATH11K_SPECTRAL, says \/proc\/config\.gz/,
    mend: /-e ATH11K_SPECTRAL/,
  },
  {
    cause: 'kernel option missing',
    files: {
      ...without(FOLDER, '/proc/config.gz'),
      [`${DEBUG}/ieee80211/phy0/`]: '',
      '/boot/config-6.1.0': allOptions('ath11k', 'RELAY'),
    },
    reason: /without CONFIG_RELAY, says \/boot\/config-6\.1\.0/,
    mend: /-e RELAY/,
  },
  {
    cause: 'no files',
    files: { ...without(FOLDER), [`${DEBUG}/ieee80211/phy0/`]: '' },
    reason: /has made no spectral_scan_ctl for phy0/,
    mend: /dmesg/,
  },
  {
    cause: 'interface down',
    files: { ...sound, '/sys/class/net/wlan0/flags': '0x1002\n' },
    reason: /wlan0 is down/,
    mend: /ip link set wlan0 up/,
  },
  {
    cause: 'interface down',
    files: without('/sys/class/net/wlan0'),
    reason: /phy0 has no interface/,
    mend: /iw phy phy0 interface add/,
  },
  {
    cause: 'in use',
    files: { ...sound, '/proc/4711/fd/9': { link: `${FOLDER}/spectral_scan0` } },
    result: 'ok',
    reason: /read by process 4711/,
    mend: /^$/,
  },
  {
    cause: 'never triggered',
    files: {
      ...sound,
      [`${FOLDER}/spectral_scan_ctl`]: 'disable',
      [`${FOLDER}/spectral_scan0`]: '',
    },
    result: 'warning',
    reason: /`trigger` was never written/,
    mend: /echo background.*\n.*echo trigger/,
  },
  {
    cause: 'never triggered',
    files: { ...sound, [`${FOLDER}/spectral_scan0`]: '' },
    result: 'warning',
    reason: /mode 'background' is set.*`trigger` was not written/,
    mend: /^[^\n]*echo trigger[^\n]*$/,
  },
];

for (const { cause, files, options, radio, result, reason, mend } of cases) {
  test(`${cause}: ${reason.source}`, () => {
    const finding = look(files, options, radio);
    assert.equal(finding.result, result ?? 'fault');
    assert.match(finding.reason, reason);
    assert.match(finding.mend.join('\n'), mend);
  });
}

test('every cause is shown by a case', () => {
  assert.deepEqual(
    causes.map(({ name }) => name).filter((name) => !cases.some(({ cause }) => cause === name)),
    [],
  );
});

test('a file that another process reads is not touched, and neither is one behind a link', () => {
  const real = `${DEBUG}/ath11k/pci-0000:01:00.0/mac0`;
  const files = {
    ...without(FOLDER),
    [`${real}/spectral_scan_ctl`]: 'background',
    [`${real}/spectral_scan0`]: '',
    [FOLDER]: { link: '../../ath11k/pci-0000:01:00.0/mac0' },
    '/proc/12/fd/3': { link: `${real}/spectral_scan0` },
  };
  const system = systemOf(files);
  const read: string[] = [];
  const watched = {
    ...system,
    read(path: string, limit?: number) {
      read.push(path);
      return system.read(path, limit);
    },
  };
  const [finding] = spectrum.look(watched, { models: [] }) as Finding[];
  assert.match(finding?.reason ?? '', /read by process 12/);
  assert(!read.some((path) => path.endsWith('/spectral_scan0')));
});

test('no radio at all is said, with what shows the cards there are', () => {
  const finding = look({});
  assert.equal(finding.result, 'warning');
  assert.match(finding.mend.join(), /lspci/);
});

test('no two chips have the same numbers', () => {
  const keys = chips.map(({ vendor, device }) => `${vendor}/${device}`);
  assert.equal(new Set(keys).size, keys.length);
});
