import * as fs from 'node:fs';
import { join } from 'node:path';
import { newSeed } from '#agents/keys/ed25519.ts';
import { loadKeys } from '#agents/keys/key-files.ts';
import { approve as signApproval } from '#agents/regulation/approvals.ts';
import { approverKey, dualControl } from '#protocols/agent-rules.ts';
import { InputError } from '#protocols/errors.ts';
import { Address } from '#protocols/ids.ts';
import { Approval } from '#protocols/verdict.ts';
import type { Command } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';
import { readInput, toolNamed } from '../tools/call.ts';

export const approve: Command = {
  name: 'approve',
  summary:
    'Signs, as a second person, a call that two approve. `tools call --countersigned` sends it.',
  usage: 'ADDRESS TOOL --input JSON|@FILE --as NAME --out FILE [--base N] [--dir DIR]',
  examples: [
    'airguard audit approve hq/cloud/auditor auditor_set_policy --input @change.json --as ann --out ann.json',
    'airguard tools call cloud/auditor auditor_set_policy --input @change.json --countersigned ann.json',
  ],
  options: {
    input: { about: 'The arguments of the call: JSON, @FILE, or - for stdin', value: 'JSON' },
    as: { about: 'Whose key, as `airguard keys --approver NAME` made it', value: 'NAME' },
    out: { about: 'The file to write', value: 'FILE' },
    base: {
      about: 'The version that is changed, as auditor_get_policy tells',
      value: 'N',
      default: '0',
    },
    dir: { about: 'Where the key is', value: 'DIR', default: '.airguard' },
  },
  positionals: { min: 2, max: 2 },
  async run(args, output) {
    const [named = '', toolName = ''] = args.positionals;
    const target = Address.safeParse(named);
    if (!target.success) {
      throw new InputError(`expected a whole address like hq/cloud/auditor, came '${named}'`);
    }
    const tool = toolNamed(toolName);
    if (!Object.hasOwn(dualControl, tool.name)) {
      throw new InputError(
        `${tool.name}: expected a call that two approve, which are ${Object.keys(dualControl).join(', ')}`,
      );
    }
    const [as, out, input] = ['as', 'out', 'input'].map((name) => {
      const text = args.text(name);
      if (text === undefined) throw new InputError(`--${name}: expected a value, came nothing`);
      return text;
    }) as [string, string, string];
    const approver = approverNamed(as);
    const { signer } = loadKeys(join(args.text('dir') ?? '.airguard', 'keys'), approver);
    const clock = new RealClock();
    const approval = signApproval(
      {
        approvalId: `two-${Buffer.from(newSeed()).toString('hex').slice(0, 24)}`,
        approver,
        target: target.data,
        tool: tool.name,
        arguments: readInput(tool, input),
        baseVersion: args.integer('base') ?? 0,
        nowMs: Math.floor(clock.now() / 1_000),
      },
      signer,
    );
    clock.stop();
    fs.writeFileSync(out, `${JSON.stringify(approval, undefined, 2)}\n`);
    if (output.json) output.document({ file: out, approval });
    else {
      output.line(
        `${out}: ${approver} approves ${tool.name} at ${target.data}, for 15 minutes, arguments ${approval.argumentsHash}`,
      );
    }
    return 'held';
  },
};

/** The principal of a person who approves. */
export function approverNamed(name: string): string {
  const principal = name.startsWith('approver-') ? name : `approver-${name}`;
  if (approverKey.test(principal)) return principal;
  throw new InputError(`expected the name of a person in lower case, such as ann, came '${name}'`);
}

export function readApproval(path: string): Approval {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new InputError(`${path}: expected an approval as JSON, but it cannot be read`, 'usage', {
      cause,
    });
  }
  const approval = Approval.safeParse(value);
  if (approval.success) return approval.data;
  throw new InputError(`${path}: expected an approval, as \`airguard audit approve\` writes it`);
}
