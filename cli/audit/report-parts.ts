/** An auditor's report as tables for people: the same for the terminal, for CSV and for PDF. */
import type { AuditReport } from '#protocols/audit-report.ts';
import { describeChannel } from '#protocols/channels.ts';

export interface Part {
  readonly title: string;
  /** What it says when there is nothing to list. */
  readonly none: string;
  readonly columns: readonly { readonly name: string; readonly share: number }[];
  readonly rows: readonly (readonly string[])[];
}

export function partsOfReport(report: AuditReport): Part[] {
  return [
    {
      title: 'Outside a rule',
      none: 'Nothing was seen outside a rule.',
      columns: columns('from', 14, 'for', 7, 'who', 13, 'rule', 13, 'what', 34, 'clause', 19),
      rows: report.stretches.map(({ fromMs, toMs, who, rule, what, clause }) => [
        timeText(fromMs),
        toMs === null ? 'still' : secondsText(toMs - fromMs),
        who,
        rule,
        what,
        clause,
      ]),
    },
    {
      title: 'Radar',
      none: 'No radio heard radar.',
      columns: columns(
        'heard',
        16,
        'radio',
        18,
        'at',
        16,
        'sent on for',
        12,
        'allowed',
        10,
        'closed until',
        16,
        'used again',
        12,
      ),
      rows: report.radar.map((one) => [
        timeText(one.atMs),
        one.radio,
        `${one.centerMhz} MHz`,
        one.sentForMs === null ? 'still' : `${one.sentForMs} ms`,
        `${one.closingMs} ms`,
        one.closedUntilMs === null ? 'not used' : timeText(one.closedUntilMs),
        one.usedAgainMs === null ? 'no' : timeText(one.usedAgainMs),
      ]),
    },
    {
      title: 'Moves',
      none: 'No radio moved.',
      columns: columns(
        'at',
        15,
        'radio',
        15,
        'from',
        17,
        'to',
        17,
        'cause',
        7,
        'listened (owed)',
        11,
        'verdict',
        18,
      ),
      rows: report.moves.map(({ atMs, radio, from, to, cause, listenedMs, owedMs, verdictId }) => [
        timeText(atMs),
        radio,
        from === null ? '-' : describeChannel(from),
        describeChannel(to),
        cause,
        `${listenedMs === null ? '?' : secondsText(listenedMs)} (${secondsText(owedMs)})`,
        verdictId ?? 'none',
      ]),
    },
    {
      title: 'Changes a radio',
      none: 'No radio is known.',
      columns: columns('radio', 30, 'country', 15, 'changes', 15, 'a day', 15, 'by cause', 25),
      rows: report.radios.map(({ radio, country, moves, movesPerDay, byCause }) => [
        radio,
        country ?? 'not on record',
        String(moves),
        String(movesPerDay),
        Object.entries(byCause)
          .map(([cause, count]) => `${cause} ${count}`)
          .join(', '),
      ]),
    },
    {
      title: 'Refusals',
      none: 'No call was refused a verdict.',
      columns: columns('at', 16, 'target', 16, 'tool', 16, 'caller', 12, 'rule', 14, 'reason', 26),
      rows: report.refusals.map(({ atMs, target, tool, caller, rule, reason }) => [
        timeText(atMs),
        target,
        tool,
        caller,
        rule ?? '-',
        reason,
      ]),
    },
    {
      title: 'Rules held',
      none: 'There are no rules.',
      columns: columns('rule', 18, 'of', 8, 'breaches', 8, 'what it says', 38, 'clause', 28),
      rows: report.rules.map(({ id, of, breaches, text, clause }) => [
        id,
        of,
        String(breaches),
        text,
        clause,
      ]),
    },
  ];
}

/** The report in a sentence or two. */
export function summaryOf(report: AuditReport): string {
  const { verdicts, stretches, radios, moves, radar, fromMs, toMs } = report;
  const refused = Object.values(verdicts.refused).reduce((sum, count) => sum + count, 0);
  const found = stretches.length === 0 ? 'none' : String(stretches.length);
  return `${timeText(fromMs)} to ${timeText(toMs)}: ${radios.length} radios, ${moves.length} moves, ${verdicts.given} verdicts given and ${refused} refused, ${radar.length} radar events, ${found} outside a rule.`;
}

/** RFC 4180; each part begins with its title on a line of its own, and an empty line ends it. */
export function csvOf(report: AuditReport): string {
  return partsOfReport(report)
    .map(({ title, columns: heads, rows }) =>
      [[title], heads.map(({ name }) => name), ...rows]
        .map((row) => `${row.map(csvCell).join(',')}\r\n`)
        .join(''),
    )
    .join('\r\n');
}

/** A cell that a spreadsheet would take for a formula is made text. */
function csvCell(text: string): string {
  const harmless = /^[=+@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function columns(...given: readonly (string | number)[]): Part['columns'] {
  const made: { name: string; share: number }[] = [];
  for (let at = 0; at < given.length; at += 2) {
    made.push({ name: String(given[at]), share: Number(given[at + 1]) });
  }
  return made;
}

export function timeText(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
}

function secondsText(ms: number): string {
  return ms >= 10_000 ? `${Math.round(ms / 1_000)} s` : `${(ms / 1_000).toFixed(3)} s`;
}
