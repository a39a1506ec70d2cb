/**
 * A strict stand-in for a disk that loses power: of what was written since a file was last forced to it
 * each page may be there, be zeros, or end the file, and a file that was removed may be back. It stands in
 * for what no test can do; a real disk loses no more than this.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderDisk, type RecorderDisk } from '#edge/recorder/disk.ts';
import type { Random } from '#protocols/random.ts';

const PAGE_BYTES = 4_096;

export interface VolatileDisk extends RecorderDisk {
  /** Everything open is gone; what is left in the folder is what a restart would find. */
  losePower(random: Random): void;
}

export function volatileDisk(folder: string): VolatileDisk {
  const inner = folderDisk(folder);
  const removed = mkdtempSync(join(tmpdir(), 'airguard-removed-'));
  /** Bytes of each file that were forced to the disk. */
  const forced = new Map<string, number>();
  const gone = new Set<string>();
  let isPowered = true;
  const check = () => {
    if (!isPowered) throw Object.assign(new Error('EIO: there is no power'), { code: 'EIO' });
  };
  return {
    list: inner.list,
    async create(name) {
      check();
      const file = await inner.create(name);
      forced.set(name, 0);
      let written = 0;
      return {
        async write(data) {
          check();
          await file.write(data);
          written += data.length;
        },
        async sync() {
          check();
          const upTo = written;
          await file.sync();
          forced.set(name, upTo);
        },
        close: () => file.close(),
      };
    },
    async remove(name) {
      check();
      copyFileSync(join(folder, name), join(removed, name));
      gone.add(name);
      await inner.remove(name);
    },
    losePower(random) {
      isPowered = false;
      for (const name of gone) {
        if (random.below(2) === 0) copyFileSync(join(removed, name), join(folder, name));
      }
      for (const [name, kept] of forced) {
        if (gone.has(name)) continue;
        const path = join(folder, name);
        writeFileSync(path, afterLoss(readFileSync(path), kept, random));
      }
      rmSync(removed, { recursive: true });
    },
  };
}

function afterLoss(bytes: Buffer, kept: number, random: Random): Buffer {
  let end = kept;
  while (end < bytes.length) {
    const next = Math.min(bytes.length, (Math.floor(end / PAGE_BYTES) + 1) * PAGE_BYTES);
    const fate = random.below(4);
    if (fate === 0) break;
    if (fate === 1) bytes.fill(0, end, next);
    end = next;
  }
  return bytes.subarray(0, end);
}
