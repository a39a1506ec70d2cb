/**
 * Finds a real nats-server, and fetches one where there is none: Debian's package, unpacked into
 * the project's cache without touching the system, or Homebrew's.
 *
 * As a command it prints the path. It runs on the system's Node, 18 or newer.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache', 'nats-server');

/**
 * The path of a nats-server: the one that AIRGUARD_NATS_SERVER names, else the first on PATH, else
 * the newest in the project's cache, else, with `install`, a fetched one. Where none of these has
 * one it throws an error whose message says what to type.
 *
 * @param {{ install?: boolean, say?: (line: string) => void }} options
 * @returns {Promise<string>}
 */
export async function findNatsServer({ install = false, say = tellStderr } = {}) {
  const named = process.env.AIRGUARD_NATS_SERVER;
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`AIRGUARD_NATS_SERVER names no program that can be run: ${named}`);
  }
  const found = onPath('nats-server') ?? newestInCache() ?? (install && fetchNatsServer(say));
  if (found) return found;
  throw new Error(`There is no nats-server here. ${whatToType()}`);
}

/** @param {(line: string) => void} say */
function fetchNatsServer(say) {
  if (onPath('apt-get') && onPath('dpkg-deb')) return unpackDebian(say);
  if (onPath('brew')) return installWithBrew(say);
  return undefined;
}

/**
 * Any user may do this: apt downloads into a folder of ours, and dpkg-deb unpacks there. Two at
 * once each work in their own folder, and the first to finish leaves the program for both.
 *
 * @param {(line: string) => void} say
 */
function unpackDebian(say) {
  fs.mkdirSync(cache, { recursive: true });
  const desk = fs.mkdtempSync(join(cache, 'unpacking-'));
  try {
    say('Fetching nats-server from the Debian archive, once …');
    const download = [...aptQuietly, 'download', 'nats-server'];
    if (!run('apt-get', download, desk)) {
      say('The package index is missing or old; fetching a fresh one …');
      const freshly = ownPackageIndex(desk);
      const isFetched =
        run('apt-get', [...freshly, ...aptQuietly, 'update'], desk) &&
        run('apt-get', [...freshly, ...download], desk);
      if (!isFetched) return undefined;
    }
    const archive = fs.readdirSync(desk).find((name) => name.endsWith('.deb'));
    if (!archive || !run('dpkg-deb', ['-x', archive, 'package'], desk)) return undefined;

    const unpacked = join(desk, 'package', 'usr', 'sbin', 'nats-server');
    const version = /v(\d+\.\d+\.\d+)/.exec(spawnSync(unpacked, ['--version']).stdout?.toString());
    if (!version?.[1]) return undefined;
    const program = join(cache, version[1], 'nats-server');
    fs.mkdirSync(dirname(program), { recursive: true });
    fs.renameSync(unpacked, program);
    return program;
  } finally {
    fs.rmSync(desk, { recursive: true, force: true });
  }
}

/** Root's apt would otherwise complain that its unprivileged user cannot write here. */
const aptQuietly = ['--quiet=2', '-o', 'APT::Sandbox::User=root'];

/**
 * Options under which apt keeps its index in `desk`: that needs no root, and no other index changes.
 *
 * @param {string} desk
 */
function ownPackageIndex(desk) {
  for (const folder of ['lists', 'archives']) {
    fs.mkdirSync(join(desk, folder, 'partial'), { recursive: true });
  }
  const settings = [
    `Dir::State::lists=${join(desk, 'lists')}`,
    `Dir::Cache=${desk}`,
    'Acquire::Languages=none',
  ];
  return settings.flatMap((setting) => ['-o', setting]);
}

/** @param {(line: string) => void} say */
function installWithBrew(say) {
  say('Installing nats-server with Homebrew, once …');
  return run('brew', ['install', 'nats-server'], root) ? onPath('nats-server') : undefined;
}

/**
 * Some of Debian's users have no sbin on their path, where its package puts the server.
 *
 * @param {string} name
 */
function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .flatMap((folder) => [folder, folder.replace(/\/bin$/, '/sbin')])
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function newestInCache() {
  if (!fs.existsSync(cache)) return undefined;
  return fs
    .readdirSync(cache)
    .filter((name) => /^\d/.test(name))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((version) => join(cache, version, 'nats-server'))
    .findLast(isProgram);
}

/** @param {string} path */
function isProgram(path) {
  try {
    fs.accessSync(path, fs.constants.X_OK);
    return fs.statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * What the command prints goes to stderr: stdout is for the path.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} folder
 */
function run(command, args, folder) {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 2, 2] });
  return status === 0;
}

function whatToType() {
  if (onPath('apt-get')) return 'Type: sudo apt-get update && sudo apt-get install nats-server';
  if (onPath('brew')) return 'Type: brew install nats-server';
  return 'Install nats-server 2.9 or newer, then type: export AIRGUARD_NATS_SERVER=/path/to/nats-server';
}

/** @param {string} line */
function tellStderr(line) {
  process.stderr.write(`${line}\n`);
}

const isCommand =
  process.argv[1] !== undefined &&
  fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isCommand) {
  try {
    process.stdout.write(`${await findNatsServer({ install: true })}\n`);
  } catch (error) {
    tellStderr(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
