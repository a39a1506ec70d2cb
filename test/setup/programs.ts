/** A folder of programs that alone makes up somebody's PATH: real ones by link, others as scripts. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function makePath(folder: string, programs: Record<string, string>): string {
  mkdirSync(folder, { recursive: true });
  for (const name of [
    'chmod',
    'cmp',
    'cp',
    'dirname',
    'grep',
    'mkdir',
    'paste',
    'readlink',
    'sleep',
    'tr',
  ]) {
    const real = execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    symlinkSync(real, join(folder, name));
  }
  for (const [name, script] of Object.entries(programs)) makeProgram(join(folder, name), script);
  return folder;
}

export function makeProgram(path: string, script: string): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
