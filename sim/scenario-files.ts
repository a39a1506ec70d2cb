/** The scenarios that come with Airguard, and those in files of one's own. */
import * as path from 'node:path';
import * as z from 'zod';
import { namesIn, readNamed } from './data-file.ts';
import { parseScenario, Scenario } from './scenario.ts';

const folder = path.join(import.meta.dirname, 'scenarios');

export function scenarioNames(): string[] {
  return namesIn(folder);
}

/** Loads a scenario by its name, or from a YAML or JSON file by its path. */
export function loadScenario(nameOrPath: string): Scenario {
  return parseScenario(readNamed(folder, nameOrPath, 'scenario'), nameOrPath);
}

/** The schema of scenario files, as editors take it. */
export function scenarioSchema(): string {
  const schema = z.toJSONSchema(Scenario, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'Airguard scenario', ...schema }, null, 2)}\n`;
}
