import * as fs from 'node:fs';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { type Role, roles } from '#protocols/roles.ts';
import type { Command } from '../command.ts';
import { chartOf } from './export/chart.ts';
import { formats } from './export/index.ts';
import { machines } from './machines.ts';

const names = formats.map(({ name }) => name);

export const exportChart: Command = {
  name: 'export',
  summary:
    'Writes the statechart of a role: for Stately Studio, Mermaid, PlantUML, SCXML, or as data.',
  usage: 'ROLE [--format NAME] [--out FILE]',
  examples: [
    'airguard inspect export radio',
    'airguard inspect export coordinator --format mermaid',
    'airguard inspect export radio --format scxml --out radio.scxml',
  ],
  options: {
    format: {
      about: formats.map(({ name, about }) => `${name}: ${about}`).join('. '),
      value: 'NAME',
      default: formats[0]!.name,
    },
    out: { about: 'Where to write it; the terminal when left out', value: 'FILE' },
  },
  positionals: { min: 1, max: 1 },
  async run(args, output) {
    const role = oneOf('a role', roles, args.positionals[0] ?? '') as Role;
    const name = oneOf('--format', names, args.text('format') ?? '');
    const format = formats.find((one) => one.name === name)!;
    const machine = machines[role];
    const text = format.write({ role, chart: chartOf(machine), machine });
    const file = args.text('out');
    if (file !== undefined) write(file, `${text}\n`);
    if (output.json) output.document({ role, format: name, file: file ?? null, text });
    else if (file === undefined) output.line(text);
    else output.line(`${file}: the chart of ${role} as ${name}`);
    return 'held';
  },
};

function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (cause) {
    throw new InputError(`--out ${file}: ${(cause as Error).message}`, 'usage', { cause });
  }
}

function oneOf(what: string, known: readonly string[], came: string): string {
  if (known.includes(came)) return came;
  const near = nearest(came, [...known]);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  throw new InputError(`${what}: expected one of ${known.join(', ')}, came '${came}'${hint}`);
}
