/** The systemd unit that runs a node: `airguard edge --config FILE --unit`. */
import { resolve } from 'node:path';
import { type EdgeConfig, isReal } from './config.ts';

/** How long systemd waits for a sign of life. */
const WATCHDOG_S = 30;

/** `main` is the program, as systemd is to start it. */
export function unitOf(config: EdgeConfig, file: string, main: string): string {
  const { site, node, limits, dir, radios } = config;
  const real = radios.filter(isReal);
  const sockets = [...new Set(real.map(({ hostapdFolder }) => `-${hostapdFolder}`))];
  const lines = [
    '# Made by `airguard edge --config FILE --unit`; make it anew when the configuration changes.',
    '[Unit]',
    `Description=Airguard node ${site}/${node}`,
    'Documentation=https://systemd.io/',
    'After=network-online.target time-sync.target hostapd.service',
    'Wants=network-online.target',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    'NotifyAccess=all',
    `ExecStart=${main} edge --config ${resolve(file)}`,
    'Restart=always',
    'RestartSec=2',
    `WatchdogSec=${WATCHDOG_S}`,
    'TimeoutStopSec=20',
    'KillSignal=SIGINT',
    'SuccessExitStatus=130',
    '',
    '# Twice what the node keeps to by itself: this is the wall behind it.',
    `MemoryMax=${limits.memoryMb * 2}M`,
    `MemoryHigh=${Math.round(limits.memoryMb * 1.5)}M`,
    `CPUQuota=${limits.cpuPercent * 2}%`,
    'Nice=5',
    '',
    ...(real.length > 0
      ? ['# debugfs and hostapd are root’s; everything else is closed below.', 'User=root']
      : ['DynamicUser=yes']),
    `ReadWritePaths=${[resolve(dir), ...(real.length > 0 ? ['/sys/kernel/debug', ...sockets] : [])].join(' ')}`,
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'ProtectHome=read-only',
    'PrivateTmp=yes',
    'ProtectControlGroups=yes',
    'ProtectKernelModules=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    'RestrictRealtime=yes',
    'LockPersonality=yes',
    'SystemCallArchitectures=native',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ];
  return lines.join('\n');
}
