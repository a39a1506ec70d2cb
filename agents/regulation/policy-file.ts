/** Reads what an operator asks for from files in YAML or JSON: rules for radios, and a policy for plans. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { Policy } from '#protocols/policy.ts';
import { type SitePolicy, WrittenSitePolicy } from '#protocols/site-policy.ts';

export function readPolicyFile(path: string): Policy {
  return readAs(path, Policy, 'a policy', 'docs/deciding/policy.schema.json');
}

export function readSitePolicyFile(path: string): SitePolicy {
  const schema = 'docs/deciding/site-policy.schema.json';
  return readAs(path, WrittenSitePolicy, 'a site policy', schema);
}

function readAs<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  what: string,
  written: string,
): z.output<Schema> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`${path}: expected ${what}, but it cannot be read`, 'usage', { cause });
  }
  let value: unknown;
  try {
    value = parse(text, { prettyErrors: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new InputError(`${path}: expected YAML or JSON, but ${why}`, 'usage', { cause });
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new InputError(
    `${path}: expected ${what}, but ${issue?.path.join('.') || 'the whole'}: ${issue?.message}; ${written} says how it is written`,
  );
}

/** `docs/deciding/policy.schema.json`, which editors read. */
export function policySchema(): string {
  return schemaText(Policy);
}

/** `docs/deciding/site-policy.schema.json`. */
export function sitePolicySchema(): string {
  return schemaText(WrittenSitePolicy);
}

function schemaText(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), undefined, 2)}\n`;
}
