import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import type { Explored } from '#sim/model-check/explore.ts';
import { chartChecks } from '#sim/model-check/models/index.ts';
import type { Command, Output } from '../command.ts';
import { exportChart } from '../inspect/export-command.ts';
import { table } from '../table.ts';

const roles = chartChecks.map(({ role }) => role);

const check: Command = {
  name: 'check',
  summary: 'Goes through everything that can become of a chart, and says what should not.',
  usage: '[ROLE] [options]',
  examples: ['airguard inspect check', 'airguard inspect check radio --json'],
  options: {
    limit: { about: 'Situations to go through at most', value: 'N', default: '200000' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, output) {
    const limit = args.integer('limit') ?? 0;
    if (limit < 1) throw new InputError(`--limit: expected at least 1, came ${limit}`);
    const explored = checksOf(args.positionals[0]).map((one) =>
      one.run({
        limit,
        onProgress: (done, waiting) =>
          output.progress(`${one.role}: ${done} situations seen, ${waiting} to go`),
      }),
    );
    output.progress('');
    if (output.json) output.document({ roles: explored });
    else tell(explored, output);
    return explored.some(({ findings }) => findings.length > 0) ? 'invariantBroke' : 'held';
  },
};

export const inspect: Command = {
  name: 'inspect',
  summary: 'Looks into the statecharts of the fleet.',
  usage: 'check|export ...',
  examples: ['airguard inspect check', 'airguard inspect export radio --format mermaid'],
  options: {},
  subcommands: [check, exportChart],
};

function checksOf(role: string | undefined) {
  if (role === undefined) return chartChecks;
  const found = chartChecks.filter((one) => one.role === role);
  if (found.length > 0) return found;
  const near = nearest(role, roles);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  throw new InputError(`expected a role, one of ${roles.join(', ')}, came '${role}'${hint}`);
}

function tell(explored: readonly Explored[], output: Output): void {
  const cells = explored.map(
    ({ role, configurations, situations, steps, findings, isComplete }) => [
      role,
      `${configurations}`,
      `${situations}`,
      `${steps}`,
      `${findings.length}`,
      isComplete ? '' : 'not all of it was seen: raise --limit',
    ],
  );
  const heads = ['role', 'configurations', 'situations', 'steps', 'findings', ''];
  for (const line of table([heads, ...cells])) output.line(line);
  for (const { role, findings } of explored) {
    for (const { kind, where, text, path } of findings) {
      output.line();
      output.line(`${role}: ${kind} in ${where}: ${text}`);
      for (const step of path) output.line(`  ${step}`);
    }
  }
}
