/** `<dir>/<name>/alive`: written every few seconds, so that a container's health check sees its age. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 2_000;

export function startHeartbeat(dir: string, name: string): { close(): void } {
  const folder = join(dir, name);
  const file = join(folder, 'alive');
  mkdirSync(folder, { recursive: true });
  const beat = () => {
    try {
      // In its place, which takes no room on a full disk.
      const flag = existsSync(file) ? 'r+' : 'w';
      writeFileSync(file, `${process.pid}\n`, { flag });
    } catch {
      // A disk that takes nothing ends no process; that the file grows old is seen.
    }
  };
  beat();
  const timer = setInterval(beat, EVERY_MS).unref();
  return {
    close: () => {
      clearInterval(timer);
      rmSync(file, { force: true });
    },
  };
}
