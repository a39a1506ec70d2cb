/** The pages that are made from the code, each by a function. */
import * as z from 'zod';
import { rulesMarkdown } from '#agents/conduct/rule-texts.ts';
import { policySchema, sitePolicySchema } from '#agents/regulation/policy-file.ts';
import { strategyNames } from '#cloud/coordinator/strategies/index.ts';
import { commonRefusals } from '#protocols/errors.ts';
import { formatTables } from '#protocols/format-tables.ts';
import { grants, roles } from '#protocols/roles.ts';
import { laneOf, type Tool } from '#protocols/tool.ts';
import { toolsByRole } from '#protocols/tools/index.ts';
import { sceneSchema } from '#sim/air/packet/scene-file.ts';
import { checkers } from '#sim/checkers/index.ts';
import { scenarioSchema } from '#sim/scenario-files.ts';
import { spectrumParts } from './air/spectrum-parts.ts';
import { commonOptions } from './arguments.ts';
import type { Command, LazyCommand } from './command.ts';
import { plants } from './fleet/plants.ts';
import { formatParts } from './format-parts.ts';
import { describeOption } from './help.ts';
import { machinePage } from './inspect/machines-page.ts';
import { chirpstackCodec } from './lorawan/chirpstack-codec.ts';
import { loraParts } from './lorawan/doc-parts.ts';

export interface GeneratedDoc {
  /** From the root of the project. */
  readonly file: string;
  /** `before` is what the page says now; only pages that are in part written by hand look at it. */
  make(commands: readonly LazyCommand[], before: string): string | Promise<string>;
}

export const generatedDocs: readonly GeneratedDoc[] = [
  { file: 'docs/commands.md', make: commandsPage },
  { file: 'docs/tools.md', make: toolsPage },
  { file: 'docs/rules.md', make: rulesMarkdown },
  { file: 'docs/permissions.md', make: permissionsPage },
  { file: 'docs/formats.md', make: (_, before) => splice(before, formatParts()) },
  { file: 'docs/air/spectra.md', make: (_, before) => splice(before, spectrumParts()) },
  { file: 'docs/edge/lorawan.md', make: (_, before) => splice(before, loraParts()) },
  { file: 'docs/edge/chirpstack-codec.js', make: chirpstackCodec },
  { file: 'docs/guides/simulator.md', make: (_, before) => splice(before, simulatorParts()) },
  ...roles.map((role) => ({ file: `docs/machines/${role}.md`, make: () => machinePage(role) })),
  { file: 'sim/scenarios/schema.json', make: scenarioSchema },
  { file: 'sim/scenes/schema.json', make: sceneSchema },
  { file: 'docs/deciding/policy.schema.json', make: policySchema },
  { file: 'docs/deciding/site-policy.schema.json', make: sitePolicySchema },
];

const made = '<!-- Made from the code by `./airguard docs --write`. -->';

async function commandsPage(commands: readonly LazyCommand[]): Promise<string> {
  const loaded = await Promise.all(commands.map(({ load }) => load()));
  const common = optionRows(Object.entries(commonOptions));
  return page(
    '# Commands',
    made,
    'Every command takes:',
    common.join('\n'),
    ...loaded.flatMap((command) => commandSections(command, `airguard ${command.name}`, '##')),
  );
}

function commandSections(command: Command, name: string, level: string): string[] {
  const { summary, usage, examples, options, subcommands = [] } = command;
  const rows = optionRows(Object.entries(options));
  return [
    `${level} \`${name}\``,
    summary,
    ...(command.run === undefined ? [] : [fence(`${name} ${usage}`.trim())]),
    ...(rows.length === 0 ? [] : [rows.join('\n')]),
    ...(examples.length === 0 || command.run === undefined
      ? []
      : ['For example:', fence(examples.join('\n'))]),
    ...subcommands.flatMap((sub) => commandSections(sub, `${name} ${sub.name}`, `${level}#`)),
  ];
}

function optionRows(options: Parameters<typeof describeOption>[0][]): string[] {
  return options.map(describeOption).map(([left, right]) => `- \`${left}\`: ${right}`);
}

function permissionsPage(): string {
  return page(
    '# Permissions',
    made,
    'What the broker lets each client publish and subscribe, made from the grants in `protocols/roles.ts` by `protocols/permissions.ts`. A node’s process is a client of the leaf broker beside it. A link is what the hub lets that broker pass on and tells it. All others are clients of the hub.',
    '`<bucket>` stands for each key-value bucket, `<store>` for each object store; [formats](formats.md#subjects) lists both.',
    formatTables().permissions,
  );
}

function simulatorParts(): Readonly<Record<string, string>> {
  const list = (entries: readonly { name: string; about: string }[]) =>
    entries.map(({ name, about }) => `- \`${name}\`: ${about}`).join('\n');
  return {
    checkers: list(checkers.map(({ name, text }) => ({ name, about: text }))),
    strategies: list(strategyNames),
    plants: list(plants),
  };
}

/** Puts each part between `<!-- made: NAME -->` and `<!-- /made -->`. */
function splice(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((whole, [name, part]) => {
    const [before, after] = whole.split(`<!-- made: ${name} -->\n`);
    const end = after?.indexOf('<!-- /made -->') ?? -1;
    if (after === undefined || end < 0) throw new Error(`no place for '${name}' in the page`);
    return `${before}<!-- made: ${name} -->\n${part}\n${after.slice(end)}`;
  }, text);
}

function toolsPage(): string {
  const sections = Object.entries(toolsByRole).flatMap(([role, tools]) => [
    `## ${role}`,
    ...tools.flatMap(toolSections),
  ]);
  const common = Object.entries(commonRefusals).map(([code, hint]) => `- \`${code}\`: ${hint}`);
  return page(
    '# Tools',
    made,
    'What each role serves, as any caller sees it.',
    ...sections,
    '## Refusals of any tool',
    common.join('\n'),
  );
}

function toolSections(tool: Tool): string[] {
  const { name, description, effect, input, output, refusals } = tool;
  const holders = Object.entries(grants)
    .filter(([, granted]) => granted === '*' || (granted as readonly string[]).includes(name))
    .map(([holder]) => holder);
  const own = Object.entries(refusals).map(([code, hint]) => `- \`${code}\`: ${hint}`);
  return [
    `### \`${name}\``,
    description,
    `Effect: ${effect}, on the ${laneOf[effect]} lane. Granted to: ${holders.join(', ')}.`,
    'Input:',
    fence(json(z.toJSONSchema(input, { io: 'input' })), 'json'),
    'Output:',
    fence(json(z.toJSONSchema(output, { io: 'output' })), 'json'),
    ...(own.length === 0 ? [] : ['Refusals of its own:', own.join('\n')]),
  ];
}

function json(schema: object): string {
  const { $schema: _, ...rest } = schema as Readonly<Record<string, unknown>>;
  return JSON.stringify(rest, null, 2);
}

function fence(text: string, language = 'sh'): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function page(...blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}
