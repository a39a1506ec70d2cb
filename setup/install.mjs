/**
 * Installs the packages that package-lock.json names, and among them the Node 24 that everything
 * else runs on. This file itself runs on the system's Node, 18 or newer; `setup/node` calls it.
 *
 * It ends by copying package-lock.json into node_modules: as long as the two are equal, `setup/node`
 * asks nothing more. The copy is written last, so an interrupted installation is done again.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const nodeLink = join(modules, '.bin', 'node');
const lock = JSON.parse(fs.readFileSync(join(root, 'package-lock.json'), 'utf8'));
const major = Number.parseInt(process.versions.node, 10);

const unlock = await waitForTurn(join(root, '.cache', 'installing'));
try {
  install();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  unlock();
}

function install() {
  if (major < 18) {
    throw new Error(
      `Airguard installs itself with Node.js 18 or newer; this is ${process.version}.`,
    );
  }
  if (!hasAllPackages() || !findNode()) runNpm();
  const node = findNode();
  if (!node) {
    throw new Error(
      'Airguard runs on Node.js 24. The registry has it ready for Linux on x64 and arm64, and this ' +
        `is ${process.platform} on ${process.arch}: install Node.js 24 or newer, then try again.`,
    );
  }
  replace(nodeLink, (draft) => fs.symlinkSync(node, draft));
  replace(join(modules, '.installed-lock.json'), (draft) =>
    fs.copyFileSync(join(root, 'package-lock.json'), draft),
  );
}

/**
 * npm writes node_modules/.package-lock.json when all the rest is in place. Optional packages may be
 * absent there: most are for other platforms.
 */
function hasAllPackages() {
  try {
    const there = JSON.parse(fs.readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(lock.packages).every(
      ([path, { version, optional }]) =>
        path === '' ||
        (there[path]
          ? there[path].version === version && fs.existsSync(join(root, path, 'package.json'))
          : optional),
    );
  } catch {
    return false;
  }
}

/** What .bin/node is to point at: the Node 24 of the lock where it runs, else a newer one that is here. */
function findNode() {
  const fromNpm = join('..', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (spawnSync(join(dirname(nodeLink), fromNpm), ['--version']).status === 0) return fromNpm;
  return major >= 24 ? process.execPath : undefined;
}

function runNpm() {
  const started = Date.now();
  console.log('Installing Node 24 and the packages with npm, once: about half a minute …');
  // Not `npm ci`: it refuses a lock made where the registry lacks a package for another platform.
  fs.rmSync(modules, { recursive: true, force: true });
  const args = ['install', '--no-save', '--include=dev', '--include=optional', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    env: { ...process.env, npm_config_cache: npmCache() },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) {
    throw new Error(
      `The packages could not be installed: ${error?.message ?? 'npm says why above'}. ` +
        'Check the network, then give the same command again.',
    );
  }
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** npm's own cache where it can be written, else one in the project. */
function npmCache() {
  const usual = process.env.npm_config_cache ?? join(homedir(), '.npm');
  try {
    fs.mkdirSync(usual, { recursive: true });
    fs.accessSync(usual, fs.constants.W_OK);
    return usual;
  } catch {
    return join(root, '.cache', 'npm');
  }
}

/**
 * Two installations at once would tear each other's files apart, so the second waits. The lock
 * holds its owner's process id: one whose process is gone counts for nothing.
 *
 * @param {string} path
 */
async function waitForTurn(path) {
  fs.mkdirSync(dirname(path), { recursive: true });
  for (let hasTold = false; ; ) {
    try {
      fs.writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => fs.rmSync(path, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (!isOwned(path)) {
      fs.rmSync(path, { force: true });
      continue;
    }
    if (!hasTold) console.log('Waiting for another installation to end …');
    hasTold = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** @param {string} path */
function isOwned(path) {
  try {
    const owner = Number(fs.readFileSync(path, 'utf8'));
    // The owner writes its id a moment after it makes the file.
    if (owner === 0) return Date.now() - fs.statSync(path).mtimeMs < 2_000;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Whoever reads `path` meanwhile sees the old file or the new one, never half of it.
 *
 * @param {string} path
 * @param {(draft: string) => void} write
 */
function replace(path, write) {
  const draft = `${path}.${process.pid}`;
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.rmSync(draft, { force: true });
  write(draft);
  fs.renameSync(draft, path);
}
