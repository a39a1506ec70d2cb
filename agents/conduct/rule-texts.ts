/** Every rule as text: of the law, of the operator, of agents, of conduct; and the table of limits. */
import { limits } from '../regulation/limit-table.ts';
import { operatorRules } from '../regulation/operator-rules/index.ts';
import { ruleSetHash } from '../regulation/rule-set.ts';
import { rules } from '../regulation/rules/index.ts';
import { conductRules } from './rules/index.ts';

export interface RuleText {
  readonly id: string;
  readonly source: string;
  readonly text: string;
  readonly confirmed: boolean;
}

/** The operator's rules about moves are held for what was done, too: they are listed once. */
const ofConduct = conductRules.filter(({ of }) => of !== 'operator');

export const ruleTexts: readonly RuleText[] = [
  ...[...rules, ...operatorRules, ...ofConduct].map(({ id, source, text, confirmed }) => ({
    id,
    source,
    text,
    confirmed,
  })),
  ...limits.map(({ id, clause, source, text, confirmed }) => ({
    id,
    source: `${clause} (${source})`,
    text,
    confirmed,
  })),
];

/** The page docs/rules.md. */
export function rulesMarkdown(): string {
  return `${[
    '# Rules',
    '',
    'What the auditor holds every call against that would touch the air, and every edge again before it acts. Made from the code by `./airguard docs`.',
    '"Confirmed" says whether the text behind a rule, or a quotation of it, was at hand when it was entered.',
    '',
    ...tableOf(rules),
    '',
    '## Rules of the operator',
    '',
    'Filled in by a [policy](deciding/auditor.md#rules-of-the-operator). The auditor holds them before it gives a verdict.',
    '',
    ...tableOf(operatorRules),
    '',
    '## Rules of conduct',
    '',
    'Held against what radios and agents did, by `airguard audit run`. So are those above.',
    '',
    ...tableOf(ofConduct),
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

const yes = (confirmed: boolean) => (confirmed ? 'yes' : 'no');

function tableOf(listed: readonly RuleText[]): string[] {
  return [
    '| rule | what it says | source | confirmed |',
    '|---|---|---|---|',
    ...listed.map(
      ({ id, text, source, confirmed }) =>
        `| \`${id}\` | ${text} | ${source} | ${yes(confirmed)} |`,
    ),
  ];
}
