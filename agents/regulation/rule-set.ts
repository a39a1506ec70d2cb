/** The rules and the table of limits as one thing with a hash, which verdicts are bound to. */
import { sha256OfJson } from '#protocols/canonical-json.ts';
import { limits } from './limit-table.ts';
import { rules } from './rules/index.ts';

/** Raised when what a rule does changes while its text stays. */
export const ruleSetVersion = 1;

export const ruleSetHash: string = sha256OfJson({
  version: ruleSetVersion,
  rules: rules.map(({ id, source, text, confirmed }) => ({ id, source, text, confirmed })),
  limits,
});

export interface RuleText {
  readonly id: string;
  readonly source: string;
  readonly text: string;
  readonly confirmed: boolean;
}

/** Rules and limits alike, for whoever asks what holds. */
export const ruleTexts: readonly RuleText[] = [
  ...rules.map(({ id, source, text, confirmed }) => ({ id, source, text, confirmed })),
  ...limits.map(({ id, clause, source, text, confirmed }) => ({
    id,
    source: `${clause} (${source})`,
    text,
    confirmed,
  })),
];

/** The page docs/rules.md. */
export function rulesMarkdown(): string {
  const yes = (confirmed: boolean) => (confirmed ? 'yes' : 'no');
  return `${[
    '# Rules',
    '',
    'What the auditor holds every call against that would touch the air, and every edge again before it acts. Made from the code by `./airguard docs`.',
    '"Confirmed" says whether the text behind a rule, or a quotation of it, was at hand when it was entered.',
    '',
    '| rule | what it says | source | confirmed |',
    '|---|---|---|---|',
    ...rules.map(
      ({ id, text, source, confirmed }) =>
        `| \`${id}\` | ${text} | ${source} | ${yes(confirmed)} |`,
    ),
    '',
    '## Limits that the regulatory database cannot say',
    '',
    'Japan, and domains without a DFS region, take the stricter of FCC and ETSI.',
    '',
    '| limit | region | value | where | what it says | clause | read in | confirmed |',
    '|---|---|---|---|---|---|---|---|',
    ...limits.map(
      ({ id, region, value, unit, lowMhz, highMhz, text, clause, source, confirmed }) =>
        `| \`${id}\` | ${region} | ${value} ${unit} | ${lowMhz === undefined ? 'everywhere' : `${lowMhz} to ${highMhz} MHz`} | ${text} | ${clause} | ${source} | ${yes(confirmed)} |`,
    ),
    '',
    `Rule set hash: \`${ruleSetHash}\``,
  ].join('\n')}\n`;
}
