/** A run of `sim` in a process of its own, so that memory and warm-up are its own. */
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import type { SimDocument } from '#cli/sim/run.ts';
import { exitCodes } from '#protocols/errors.ts';

const main = path.join(import.meta.dirname, '..', 'cli', 'main.ts');

export function simulate(...args: readonly string[]): Promise<SimDocument> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...process.execArgv, main, 'sim', ...args, '--json'],
      { maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        // A broken invariant is a finding; the document has it.
        const isDocument = error === null || error.code === exitCodes.invariantBroke;
        if (!isDocument)
          reject(new Error(`sim ${args.join(' ')}: ${stderr.trim() || error.message}`));
        // Our own document, of our own version.
        else resolve(JSON.parse(stdout) as SimDocument);
      },
    );
  });
}
