import * as fs from 'node:fs';
import { reportOf } from '#agents/conduct/report.ts';
import { InputError } from '#protocols/errors.ts';
import type { Arguments, Command } from '../command.ts';
import { table } from '../table.ts';
import { csvOf, partsOfReport, summaryOf } from './report-parts.ts';
import { partsOf, partsOptions, sourceAt } from './sources.ts';

const SHOWN = 10;

export const report: Command = {
  name: 'report',
  summary:
    'Reports a span of time off a ledger or a trace: moves, verdicts, radar, changes a radio, what was outside a rule.',
  usage: 'LEDGER|TRACE [--from TIME] [--to TIME] [--csv FILE] [--pdf FILE]',
  examples: [
    'airguard audit report .airguard/ledger --from 2026-06-01 --to 2026-07-01 --pdf june.pdf',
    'airguard audit report hq.ledger --json',
  ],
  options: {
    from: { about: 'An instant or a day, UTC; from the beginning when left out', value: 'TIME' },
    to: { about: 'An instant, or a day that no longer belongs to it', value: 'TIME' },
    csv: { about: 'Writes the tables to a file', value: 'FILE' },
    pdf: { about: 'Writes the report to a file', value: 'FILE' },
    ...partsOptions,
  },
  positionals: { min: 1, max: 1 },
  async run(args, output) {
    const [path = ''] = args.positionals;
    const span = { fromMs: instant(args, 'from'), toMs: instant(args, 'to') };
    if (span.fromMs !== undefined && span.toMs !== undefined && span.toMs <= span.fromMs) {
      throw new InputError('--to: expected an instant after --from, came one before it');
    }
    const made = reportOf(sourceAt(path).observed, span, partsOf(args));
    const csv = args.text('csv');
    if (csv !== undefined) write(csv, csvOf(made));
    const pdf = args.text('pdf');
    if (pdf !== undefined) {
      const { reportPdf } = await import('./report-pdf.ts');
      write(pdf, await reportPdf(made));
    }
    if (output.json) {
      output.document(made);
      return 'held';
    }
    output.line(summaryOf(made));
    for (const { title, columns, rows } of partsOfReport(made)) {
      if (rows.length === 0 || title === 'Rules held') continue;
      output.line();
      output.line(title);
      const shown = rows.slice(0, SHOWN);
      for (const line of table([columns.map(({ name }) => name), ...shown], '  '))
        output.line(line);
      if (rows.length > SHOWN)
        output.line(`  … and ${rows.length - SHOWN} more; --json lists them`);
    }
    for (const file of [csv, pdf]) if (file !== undefined) output.line(`Written to ${file}`);
    return 'held';
  },
};

function instant(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const isWritten = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(
    text,
  );
  const ms = isWritten ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new InputError(
    `--${name}: expected a day like 2026-06-01 or an instant like 2026-06-01T08:00Z, came '${text}'`,
  );
}

function write(path: string, data: string | Uint8Array): void {
  try {
    fs.writeFileSync(path, data);
  } catch (cause) {
    throw new InputError(
      `${path}: expected a file that can be written: ${(cause as NodeJS.ErrnoException).code}`,
      'usage',
      { cause },
    );
  }
}
