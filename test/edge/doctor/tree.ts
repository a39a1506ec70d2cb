/** A folder that looks like a machine, as far as the doctor looks: files, links and programs. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { rootedSystem } from '#edge/doctor/rooted-system.ts';
import type { System } from '#edge/doctor/system.ts';

export const NOW_MS = Date.UTC(2026, 10, 21);

export type Files = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** An empty text makes a folder of a path that ends with a slash. */
export function systemOf(
  files: Files,
  { user = 0, nowMs = NOW_MS, nodeVersion = '24.21.0', closed = {} as Record<string, string> } = {},
): System {
  const root = mkdtempSync(join(tmpdir(), 'airguard-doctor-'));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path);
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true });
    if (path.endsWith('/')) continue;
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, at);
    else writeFileSync(at, content);
    if (path.startsWith('/usr/bin/')) chmodSync(at, 0o755);
  }
  const system = rootedSystem({ root, clock: { now: () => nowMs * 1_000 }, user, nodeVersion });
  // Tests may run as root, whom no mode of a file keeps out.
  const code = (path: string) =>
    Object.entries(closed).find(([prefix]) => path.startsWith(prefix))?.[1];
  return {
    ...system,
    read(path, limit) {
      const refused = code(path);
      return refused === undefined
        ? system.read(path, limit)
        : { ok: false, error: { code: refused } };
    },
    list(path) {
      const refused = code(path);
      return refused === undefined ? system.list(path) : { ok: false, error: { code: refused } };
    },
  };
}
