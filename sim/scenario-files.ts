/** The scenarios that come with Airguard, and those in files of one's own. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as yaml from 'yaml';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { parseScenario, Scenario } from './scenario.ts';

const folder = path.join(import.meta.dirname, 'scenarios');

export function scenarioNames(): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** Loads a scenario by its name, or from a YAML or JSON file by its path. */
export function loadScenario(nameOrPath: string): Scenario {
  const isPath = /[/\\]|\.(ya?ml|json)$/.test(nameOrPath);
  const names = scenarioNames();
  if (!isPath && !names.includes(nameOrPath)) {
    const near = nearest(nameOrPath, names);
    throw new InputError(
      `unknown scenario '${nameOrPath}'${near === undefined ? '' : ` (did you mean '${near}'?)`}: expected ${names.join(', ')}, or the path of a YAML or JSON file`,
    );
  }
  const file = isPath ? nameOrPath : path.join(folder, `${nameOrPath}.yaml`);
  return parseScenario(readData(file), nameOrPath);
}

function readData(file: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError(
      `scenario ${file}: expected a file that can be read: ${(cause as Error).message}`,
    );
  }
  try {
    return yaml.parse(text);
  } catch (cause) {
    const [firstLine] = (cause as Error).message.split('\n');
    throw new InputError(
      `scenario ${file}: expected YAML or JSON: ${firstLine?.replace(/:$/, '')}`,
      'usage',
      {
        cause,
      },
    );
  }
}

/** The schema of scenario files, as editors take it. */
export function scenarioSchema(): string {
  const schema = z.toJSONSchema(Scenario, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'Airguard scenario', ...schema }, null, 2)}\n`;
}
