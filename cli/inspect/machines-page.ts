/** The page of a role's chart. */
import type { Role } from '#protocols/roles.ts';
import { chartOf, statesOf } from './export/chart.ts';
import { mermaid } from './export/mermaid.ts';
import { machines } from './machines.ts';

export function machinePage(role: Role): string {
  const machine = machines[role];
  const chart = chartOf(machine);
  const timers = Object.entries(chart.timers);
  const states = [...statesOf(chart.root)].length - 1;
  return [
    `# The chart of \`${role}\``,
    '<!-- Made from the code by `./airguard docs --write`. -->',
    `${states} states. The code is [machines/${role}.ts](../../machines/${role}.ts), and \`./airguard inspect export ${role}\` writes it for Stately Studio.`,
    `\`\`\`mermaid\n${mermaid.write({ role, chart, machine })}\n\`\`\``,
    ...(timers.length === 0
      ? []
      : [
          'After a restart, a delay that was running',
          timers.map(([delay, policy]) => `- \`${delay}\`: ${policies[policy]}`).join('\n'),
        ]),
    '',
  ].join('\n\n');
}

const policies: Readonly<Record<string, string>> = {
  restart: 'starts over, since only time under observation counts',
  original: 'falls due when it would have',
  'original-if-trusted':
    'falls due when it would have, or starts over where the clock cannot be trusted',
};
