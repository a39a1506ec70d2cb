/** The file of a report: looked at before the run, written after it. */
import * as fs from 'node:fs';
import { InputError } from '#protocols/errors.ts';

/** An `InputError` when it cannot be written, so that nobody learns that after an hour. */
export function checkReportFile(file: string): void {
  const isNew = !fs.existsSync(file);
  attempt(() => fs.closeSync(fs.openSync(file, 'a')));
  if (isNew) fs.rmSync(file);
}

export function writeReportFile(file: string, page: string): void {
  attempt(() => fs.writeFileSync(file, page));
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--report: expected a file that can be written: ${message}`, 'usage', {
      cause,
    });
  }
}
