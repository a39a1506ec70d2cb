/** Findings for a person: a line for each, then what to do. */
import type { Finding, Result } from '#edge/doctor/check.ts';
import { textTable } from '../table.ts';

const marks: Readonly<Record<Result, string>> = { ok: '✔', warning: '!', fault: '✖' };

export function told(findings: readonly Finding[]): string[] {
  const lines = textTable(
    findings.map(({ about, result, reason }) => [`${marks[result]} ${about}`, reason]),
  );
  const mended = findings.filter(({ mend }) => mend.length > 0);
  if (mended.length === 0) return lines;
  // A command is not wrapped, so that it can be taken whole.
  const todo = mended.flatMap(({ about, mend }) => [
    `  # ${about}`,
    ...mend.map((one) => `  ${one}`),
  ]);
  return [...lines, '', 'Do this:', ...todo];
}
