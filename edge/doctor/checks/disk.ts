import { dirname } from 'node:path';
import { type Check, type Finding, fault, fine, warning } from '../check.ts';
import type { System } from '../system.ts';

/** Below this the ledger and the node's own memory are at risk too. */
const LEAST_BYTES = 256 * 1_048_576;

export const disk: Check = {
  name: 'disk',
  about: 'Whether the disk holds what the recorder may keep',
  look(system, { recording }) {
    if (recording === undefined) return [];
    const { folder, budgetBytes } = recording;
    const there = nearest(system, folder);
    const space = system.space(there);
    if (space === undefined) {
      return [fault('disk', `the disk of ${folder} cannot be asked for its space`, `df ${there}`)];
    }
    if (!system.isWritable(there)) return [notWritable(system, folder, there)];
    const kept = there === folder ? keptBytes(system, folder) : 0;
    const { freeBytes } = space;
    const has = `${size(freeBytes)} free for ${folder}, which holds ${size(kept)} of ${size(budgetBytes)}`;
    if (freeBytes < LEAST_BYTES) return [fault('disk', has, `du -xh ${there} | sort -h | tail`)];
    const wanted = budgetBytes - kept;
    if (wanted > freeBytes - LEAST_BYTES) {
      const most = Math.max(0, kept + freeBytes - LEAST_BYTES);
      const reason = `${has}: the budget is ${size(wanted - freeBytes + LEAST_BYTES)} too large; at most ${size(most)} fit`;
      return [warning('disk', reason, `du -xh ${there} | sort -h | tail`)];
    }
    return [fine('disk', has)];
  },
};

function notWritable(system: System, folder: string, there: string): Finding {
  const options = mountOptions(system, there);
  if (options?.includes('ro')) {
    return fault(
      'disk',
      `${folder} lies on a disk mounted read-only`,
      `sudo mount -o remount,rw ${there}`,
    );
  }
  const reason = `user ${system.user} may not write to ${there}`;
  return fault('disk', reason, `sudo mkdir -p ${folder} && sudo chown ${system.user} ${folder}`);
}

/** Of the mount that the path lies on: the longest mount point that it begins with. */
function mountOptions(system: System, path: string): readonly string[] | undefined {
  const mounts = system.read('/proc/self/mounts');
  if (!mounts.ok) return undefined;
  const rows = Buffer.from(mounts.value)
    .toString()
    .split('\n')
    .map((line) => line.split(' '));
  const under = rows.filter(([, point = '-']) => {
    return point === '/' || path === point || path.startsWith(`${point}/`);
  });
  const [longest] = under.toSorted((a, b) => b[1]!.length - a[1]!.length);
  return longest?.[3]?.split(',');
}

/** The folder, or the nearest above it that is there. */
function nearest(system: System, folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (system.list(at).ok || at === dirname(at)) return at;
  }
}

function keptBytes(system: System, folder: string): number {
  const names = system.list(folder);
  if (!names.ok) return 0;
  return names.value.reduce((sum, name) => sum + (system.size(`${folder}/${name}`) ?? 0), 0);
}

function size(bytes: number): string {
  const gib = bytes / 1_073_741_824;
  return gib >= 1 ? `${gib.toFixed(1)} GiB` : `${Math.round(bytes / 1_048_576)} MiB`;
}
