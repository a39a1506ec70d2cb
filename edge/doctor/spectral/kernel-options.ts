/** Which options of the kernel a spectral scan needs, and which this kernel lacks. */
import { gunzipSync } from 'node:zlib';
import type { Family } from '../../drivers/phy/chips.ts';
import { type System, textOf } from '../system.ts';

/** @see linux/drivers/net/wireless/ath/ath11k/Kconfig, ath10k/Kconfig, ath9k/Kconfig */
export const neededOptions: Readonly<Record<Family, readonly string[]>> = {
  ath11k: ['DEBUG_FS', 'RELAY', 'ATH11K_DEBUGFS', 'ATH11K_SPECTRAL'],
  ath10k: ['DEBUG_FS', 'RELAY', 'ATH10K_DEBUGFS', 'ATH10K_SPECTRAL'],
  ath9k: ['DEBUG_FS', 'RELAY', 'ATH9K_DEBUGFS', 'ATH9K_COMMON_SPECTRAL'],
};

export interface KernelOptions {
  /** The file they were read from. */
  readonly source: string;
  readonly missing: readonly string[];
}

const MOST_BYTES = 4 * 1_048_576;

/** Undefined when the kernel's options stand nowhere. */
export function kernelOptions(system: System, family: Family): KernelOptions | undefined {
  const release = textOf(system, '/proc/sys/kernel/osrelease') ?? '';
  const packed = system.read('/proc/config.gz', MOST_BYTES);
  const plain = [`/boot/config-${release}`, `/lib/modules/${release}/config`];
  const [source, text] = packed.ok
    ? ['/proc/config.gz', unpacked(packed.value)]
    : (plain
        .map((path) => [path, textOf(system, path, MOST_BYTES)] as const)
        .find(([, found]) => found !== undefined) ?? ['', undefined]);
  if (text === undefined) return undefined;
  const set = new Set([...text.matchAll(/^CONFIG_(\w+)=[ym]$/gm)].map(([, name]) => name));
  return { source, missing: neededOptions[family].filter((name) => !set.has(name)) };
}

function unpacked(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString();
  } catch {
    return undefined;
  }
}
