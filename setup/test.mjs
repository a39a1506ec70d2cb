/**
 * Runs the tests: `npm test`, or `npm test -- test/machines test/tidy.test.ts` for some of them.
 * What begins with a dash goes to Node's test runner. `--long` stands for the suites in test/long,
 * which are left out otherwise.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNatsServer } from './nats-server.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const args = process.argv.slice(2);
const isLong = args.includes('--long');
const flags = args.filter((arg) => arg.startsWith('-') && arg !== '--long');
const chosen = args.filter((arg) => !arg.startsWith('-'));
const folders = isLong ? ['test/long'] : ['test'];
const files = (chosen.length > 0 ? chosen : folders).flatMap(testsIn);

if (files.length > 0) {
  process.exitCode = await runTests();
} else if (chosen.length > 0) {
  console.error(`There are no tests in ${chosen.join(', ')}.`);
  process.exitCode = 1;
} else {
  console.log(`There are no tests in ${folders} yet.`);
}

async function runTests() {
  try {
    // Every suite that starts a broker then takes this one.
    process.env.AIRGUARD_NATS_SERVER = await findNatsServer({ install: true });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  const runner = ['--test', '--test-reporter=spec', '--test-concurrency=2'];
  const { status } = spawnSync(
    process.execPath,
    [...process.execArgv, ...runner, ...flags, ...files],
    {
      stdio: 'inherit',
    },
  );
  return status ?? 1;
}

/**
 * The long suites are run only where they are asked for.
 *
 * @param {string} path a test file, or a folder of them
 */
function testsIn(path) {
  if (path.endsWith('.test.ts')) return [path];
  const isAskedFor = path.startsWith('test/long');
  return globSync(`${path}/**/*.test.ts`, { exclude: isAskedFor ? [] : ['test/long/**'] }).sort();
}
