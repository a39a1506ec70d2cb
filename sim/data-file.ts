/** Data that people write: YAML or JSON, in a folder that comes with Airguard or in a file of one's own. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as yaml from 'yaml';
import type * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';

/** The names of the YAML files in a folder. */
export function namesIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** What stands in the file of that name in the folder, or of that path. `what` names it in errors. */
export function readNamed(folder: string, nameOrPath: string, what: string): unknown {
  const isPath = /[/\\]|\.(ya?ml|json)$/.test(nameOrPath);
  const names = namesIn(folder);
  if (!isPath && !names.includes(nameOrPath)) {
    const near = nearest(nameOrPath, names);
    throw new InputError(
      `unknown ${what} '${nameOrPath}'${near === undefined ? '' : ` (did you mean '${near}'?)`}: expected ${names.join(', ')}, or the path of a YAML or JSON file`,
    );
  }
  return readData(isPath ? nameOrPath : path.join(folder, `${nameOrPath}.yaml`), what);
}

/** The data by its schema, or an error that names the wrong field. */
export function checkData<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(`${what}: at ${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
}

/** The data in a file. */
export function readData(file: string, what: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`${what} ${file}: expected a file that can be read: ${message}`);
  }
  try {
    return yaml.parse(text);
  } catch (cause) {
    const [firstLine] = (cause as Error).message.split('\n');
    const message = `${what} ${file}: expected YAML or JSON: ${firstLine?.replace(/:$/, '')}`;
    throw new InputError(message, 'usage', { cause });
  }
}
