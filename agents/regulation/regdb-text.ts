/** The database as text, and what differs between two. */
import type { Domain, Regdb, RegdbRule } from './regdb.ts';

/** One rule as a line, in the form of the database's source: `(5250 - 5350 @ 80), (20), DFS`. */
export function describeRule(rule: RegdbRule): string {
  const { startKhz, endKhz, maxWidthKhz, maxEirpDbm, clearingMs, flags, wmm } = rule;
  const wait = clearingMs === null ? '' : `, clearing ${clearingMs / 1000} s`;
  const marks = [...flags, ...(wmm === null ? [] : ['WMM'])];
  const tail = marks.length === 0 ? '' : `, ${marks.join(', ')}`;
  return `(${startKhz / 1000} - ${endKhz / 1000} @ ${maxWidthKhz / 1000}), (${maxEirpDbm} dBm)${wait}${tail}`;
}

export interface RegdbChange {
  readonly country: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Countries whose rules differ, in alphabetical order. */
export function changesBetween(before: Regdb, after: Regdb): RegdbChange[] {
  const countries = new Set([...before.domains.keys(), ...after.domains.keys()]);
  return [...countries]
    .sort()
    .map((country) => {
      const old = linesOf(before.domains.get(country));
      const now = linesOf(after.domains.get(country));
      return {
        country,
        removed: old.filter((line) => !now.includes(line)),
        added: now.filter((line) => !old.includes(line)),
      };
    })
    .filter(({ removed, added }) => removed.length + added.length > 0);
}

function linesOf(domain: Domain | undefined): string[] {
  if (domain === undefined) return [];
  return [
    `DFS region ${domain.dfsRegion}`,
    // A WMM table is long and seldom changes: where it does, the line shows it whole.
    ...domain.rules.map((rule) =>
      rule.wmm === null ? describeRule(rule) : `${describeRule(rule)} ${JSON.stringify(rule.wmm)}`,
    ),
  ];
}
