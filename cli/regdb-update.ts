/**
 * Takes a new regulatory database from the Debian package, without root: apt keeps an index of its
 * own in a folder of ours, and dpkg-deb unpacks there.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseRegdb, type Regdb } from '#agents/regulation/regdb.ts';
import { InputError } from '#protocols/errors.ts';

const packageName = 'wireless-regdb';
const insidePackage = 'lib/firmware/regulatory.db-upstream';

export interface Fetched {
  readonly bytes: Uint8Array;
  readonly regdb: Regdb;
  /** Such as `wireless-regdb 2026.05.30-1~deb12u1`. */
  readonly package: string;
}

export async function fetchRegdb(
  note: (text: string) => void,
  stop: AbortSignal,
): Promise<Fetched> {
  const desk = fs.mkdtempSync(join(tmpdir(), 'airguard-regdb-'));
  try {
    for (const folder of ['lists', 'archives']) {
      fs.mkdirSync(join(desk, folder, 'partial'), { recursive: true });
    }
    const quietly = ['--quiet=2', '-o', 'APT::Sandbox::User=root'];
    const own = ['-o', `Dir::State::lists=${join(desk, 'lists')}`, '-o', `Dir::Cache=${desk}`];
    note('Fetching a fresh package index …');
    const isFresh = await run('apt-get', [...quietly, ...own, 'update'], desk, stop);
    note(`Fetching ${packageName} …`);
    const index = isFresh ? own : [];
    if (!(await run('apt-get', [...quietly, ...index, 'download', packageName], desk, stop))) {
      throw new InputError(
        `no new regulatory database: expected \`apt-get download ${packageName}\` to work, and it did not; on a system without apt, replace the file and its pin by hand`,
        'notReachable',
      );
    }
    const archive = fs.readdirSync(desk).find((name) => name.endsWith('.deb'));
    const isUnpacked =
      archive !== undefined && (await run('dpkg-deb', ['-x', archive, 'package'], desk, stop));
    const path = join(desk, 'package', insidePackage);
    if (!isUnpacked || !fs.existsSync(path)) {
      throw new InputError(
        `${packageName}: expected the package to hold ${insidePackage}, and it does not`,
        'refused',
      );
    }
    const bytes = fs.readFileSync(path);
    const version = decodeURIComponent(archive.split('_')[1] ?? 'of unknown version');
    return {
      bytes,
      regdb: parseRegdb(bytes, `${packageName} ${version}`),
      package: `${packageName} ${version}`,
    };
  } finally {
    fs.rmSync(desk, { recursive: true, force: true });
  }
}

/** Replaces the database and its pin. The pin comes last: a file without it is refused, not used. */
export function installRegdb(fetched: Fetched, databasePath: string): void {
  const pin = `/** What the shipped database must be. \`airguard audit regdb --update\` rewrites this file. */
export const regdbPin = {
  sha256: '${fetched.regdb.sha256}',
  bytes: ${fetched.regdb.bytes},
  package: '${fetched.package}',
} as const;
`;
  replace(databasePath, fetched.bytes);
  replace(join(dirname(databasePath), 'pin.ts'), pin);
}

function replace(path: string, content: Uint8Array | string): void {
  const desk = join(dirname(path), `.${basename(path)}.${process.pid}`);
  fs.writeFileSync(desk, content, { flush: true });
  fs.renameSync(desk, path);
}

/** Whether the command ended well. What it prints goes to stderr. */
function run(command: string, args: string[], cwd: string, stop: AbortSignal): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 2, 2], signal: stop });
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}
