/** Reads an operator's policy from a file in YAML or JSON. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { Policy } from '#protocols/policy.ts';

export function readPolicyFile(path: string): Policy {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`${path}: expected a policy, but it cannot be read`, 'usage', { cause });
  }
  let value: unknown;
  try {
    value = parse(text, { prettyErrors: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new InputError(`${path}: expected YAML or JSON, but ${why}`, 'usage', { cause });
  }
  const policy = Policy.safeParse(value);
  if (policy.success) return policy.data;
  const issue = policy.error.issues[0];
  throw new InputError(
    `${path}: expected a policy, but ${issue?.path.join('.') || 'the whole'}: ${issue?.message}; docs/deciding/policy.schema.json says how it is written`,
  );
}

/** `docs/deciding/policy.schema.json`, which editors read. */
export function policySchema(): string {
  const schema = z.toJSONSchema(Policy, { io: 'input' });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
