/** What was seen of a site in a span of time, as an auditor reports it. */
import type { AuditReport } from '#protocols/audit-report.ts';
import { overlapMhz, span } from '#protocols/channels.ts';
import { operatorRules } from '../regulation/operator-rules/index.ts';
import { rules } from '../regulation/rules/index.ts';
import { ConductAudit, type ConductParts, notOfConduct } from './conduct-audit.ts';
import type { Observed } from './observed.ts';
import { blockOf, type RadioRecord } from './radio-record.ts';
import { conductRules } from './rules/index.ts';

export interface ReportSpan {
  /** From the first to the last that was seen, where they are left out. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

const DAY_MS = 86_400_000;

/** What lies before the span is followed too, since a radio comes from somewhere; only the span is told. */
export function reportOf(
  observed: Iterable<Observed>,
  wanted: ReportSpan,
  parts: ConductParts = {},
): AuditReport {
  const audit = new ConductAudit(parts);
  const lastUs = (wanted.toMs ?? Number.POSITIVE_INFINITY) * 1_000;
  for (const one of observed) {
    if (one.atUs > lastUs) break;
    audit.see(one);
  }
  const { site } = audit;
  const result = audit.finish();
  const fromMs = wanted.fromMs ?? ms(result.fromUs);
  const toMs = wanted.toMs ?? Math.max(fromMs, ms(result.untilUs));
  const isTold = ({ atUs }: { readonly atUs: number }) => ms(atUs) >= fromMs && ms(atUs) <= toMs;
  const records = result.radios.map((radio) => site.radios.get(radio)!);
  const judged = site.judged.filter(isTold);
  const refusals = judged.filter(({ verdictId }) => verdictId === null);
  const stretches = result.stretches
    .filter(({ toUs }) => toUs === null || ms(toUs) >= fromMs)
    .map(({ rule, clause, who, fromUs, toUs, what }) => ({
      rule,
      clause,
      who,
      fromMs: ms(fromUs),
      toMs: toUs === null ? null : ms(toUs),
      what,
    }));
  const breaches = countOf(stretches.map(({ rule }) => rule));
  return {
    fromMs,
    toMs,
    radios: records.map((record) => {
      const moves = record.moves.filter(isTold);
      // Less than a day is no rate of a day.
      const days = Math.max(1, (toMs - fromMs) / DAY_MS);
      return {
        radio: record.radio,
        country: record.country ?? null,
        moves: moves.length,
        byCause: countOf(moves.map(({ cause }) => cause)),
        movesPerDay: Math.round((100 * moves.length) / days) / 100,
      };
    }),
    verdicts: {
      given: judged.length - refusals.length,
      refused: countOf(refusals.map(({ rule }) => rule ?? 'other')),
    },
    refusals: refusals.map(({ atUs, target, tool, caller, rule, reason }) => ({
      atMs: ms(atUs),
      target,
      tool,
      caller,
      rule,
      reason,
    })),
    moves: records
      .flatMap(({ moves }) => moves.filter(isTold))
      .sort((a, b) => a.atUs - b.atUs)
      .map(({ atUs, radio, from, to, cause, verdictId, listenedUs, owedUs }) => ({
        atMs: ms(atUs),
        radio,
        from,
        to,
        cause,
        verdictId,
        listenedMs: listenedUs === null ? null : ms(listenedUs),
        owedMs: ms(owedUs),
      })),
    radar: records
      .flatMap((record) => radarsOf(record).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs))
      .sort((a, b) => a.atMs - b.atMs),
    rules: allRules.map((rule) => ({ ...rule, breaches: breaches[rule.id] ?? 0 })),
    stretches,
  };
}

const allRules = [
  ...rules.filter(({ id }) => !notOfConduct.includes(id)).map((rule) => about(rule, 'domain')),
  ...conductRules
    .filter(({ id }) => !operatorRules.some((rule) => rule.id === id))
    .map((rule) => about(rule, rule.of)),
  ...operatorRules.map((rule) => about(rule, 'operator')),
];

function about(
  { id, source, text }: { readonly id: string; readonly source: string; readonly text: string },
  of: AuditReport['rules'][number]['of'],
) {
  return { id, of, clause: source, text };
}

function radarsOf({ episodes, moves, radio }: RadioRecord): AuditReport['radar'] {
  return episodes
    .filter(({ told }) => told)
    .map((episode) => {
      const { atUs, centerMhz, widthMhz, silentUs, closingUs, closedUntilUs } = episode;
      const block = episode.closed ?? blockOf(episode);
      const again = moves.find((move) => move.atUs > atUs && overlapMhz(span(move.to), block) > 0);
      return {
        atMs: ms(atUs),
        radio,
        centerMhz,
        widthMhz,
        sentForMs: silentUs === undefined ? null : (silentUs - atUs) / 1_000,
        closingMs: closingUs / 1_000,
        closedUntilMs: closedUntilUs === null ? null : ms(closedUntilUs),
        usedAgainMs: closedUntilUs === null || again === undefined ? null : ms(again.atUs),
      };
    });
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const ms = (us: number) => Math.floor(us / 1_000);
