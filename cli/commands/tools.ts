/** Lists and calls the tools of a running fleet, as the operator. */

import { InputError } from '#protocols/errors.ts';
import { metaKey } from '#protocols/mcp.ts';
import { OPERATOR } from '#protocols/roles.ts';
import { readApproval } from '../audit/approve.ts';
import type { Command } from '../command.ts';
import { textTable } from '../table.ts';
import { exitCodeOf, makeCall, readInput, toolNamed } from '../tools/call.ts';
import { findActors, findTask, listTools } from '../tools/discover.ts';
import { addressOf, openSession, sessionOptions } from '../tools/session.ts';

const list: Command = {
  name: 'list',
  summary: 'Lists the actors that answer, or the tools of one of them.',
  usage: '[ADDRESS] [options]',
  examples: ['airguard tools list', 'airguard tools list ap12/radio-0'],
  options: sessionOptions,
  positionals: { min: 0, max: 1 },
  async run(args, output) {
    const session = await openSession(args);
    try {
      const [named] = args.positionals;
      if (named !== undefined) {
        const target = addressOf(named, session.site);
        const tools = await listTools(session, target);
        if (output.json) output.document({ address: target, tools });
        else {
          const rows = tools.map(({ name, description, _meta }) => [
            name,
            String(_meta[metaKey.effect]),
            firstSentence(description),
          ]);
          for (const line of textTable(rows)) output.line(line);
        }
        return 'held';
      }
      const nodes = await findActors(session);
      const actors = nodes.flatMap((node) => node.actors ?? []);
      if (output.json) output.document({ site: session.site, nodes });
      else {
        const rows = actors.map(({ address, role, tools }) => [address, role, tools.join(' ')]);
        for (const line of textTable(rows)) output.line(line);
        for (const { node } of nodes.filter((each) => each.actors === null)) {
          output.note(`${session.site}/${node} does not answer`);
        }
      }
      if (actors.length > 0) return 'held';
      throw new InputError(
        `no actor of site '${session.site}' answers: expected a fleet that runs`,
        'notReachable',
      );
    } finally {
      await session.close();
    }
  },
};

/** The first sentence says what a tool does; the rest how it is refused. */
function firstSentence(text: string): string {
  const end = text.indexOf('. ');
  return end === -1 ? text : text.slice(0, end + 1);
}

const call: Command = {
  name: 'call',
  summary:
    'Calls a tool, with a verdict of the auditor or an approval of yours where it needs one.',
  usage: 'ADDRESS TOOL [--input JSON|@FILE|-] [options]',
  examples: [
    'airguard tools call ap12/radio-0 radio_get_state',
    `airguard tools call ap12/radio-0 radio_set_power --input '{"eirpDbm": 14}'`,
  ],
  options: {
    input: { about: 'The arguments: JSON, @FILE, or - for stdin', value: 'JSON', default: '{}' },
    countersigned: {
      about: 'The approval of a second person, as `audit approve` wrote it',
      value: 'FILE',
    },
    ...sessionOptions,
  },
  positionals: { min: 2, max: 2 },
  async run(args, output, stop) {
    const [named = '', name = ''] = args.positionals;
    const tool = toolNamed(name);
    const approved = args.text('countersigned');
    const input = readInput(tool, args.text('input') ?? '{}');
    const session = await openSession(args);
    try {
      const target = addressOf(named, session.site);
      const { callId, outcome } = await makeCall(session, target, tool, input, {
        progress: (text) => output.progress(text),
        signal: stop,
        countersignature: approved === undefined ? undefined : readApproval(approved),
      });
      if (output.json) {
        const result = outcome.ok
          ? { ok: true, value: outcome.value }
          : { ok: false, refusal: outcome.error };
        output.document({ address: target, tool: name, caller: OPERATOR, callId, ...result });
      } else if (outcome.ok) output.line(JSON.stringify(outcome.value, undefined, 2));
      else {
        const task = outcome.error.code === 'timed_out' ? ` Its task: ${callId}` : '';
        output.note(`${name} at ${target}: ${outcome.error.code}: ${outcome.error.hint}${task}`);
      }
      return outcome.ok ? 'held' : exitCodeOf(outcome.error);
    } finally {
      await session.close();
    }
  },
};

const task: Command = {
  name: 'task',
  summary: 'Tells how a call stands that had to wait for its node.',
  usage: 'ADDRESS ID [options]',
  examples: ['airguard tools task ap12/radio-0 cli-5f0c9d1e2b3a4c5d6e7f8091'],
  options: sessionOptions,
  positionals: { min: 2, max: 2 },
  async run(args, output) {
    const [named = '', id = ''] = args.positionals;
    const session = await openSession(args);
    try {
      const found = await findTask(session, addressOf(named, session.site), id);
      if (output.json) output.document(found);
      else output.line(JSON.stringify(found, undefined, 2));
      return 'held';
    } finally {
      await session.close();
    }
  },
};

export const tools: Command = {
  name: 'tools',
  summary: 'Lists and calls the tools of a running fleet.',
  usage: 'list|call|task [options]',
  examples: ['airguard tools list', 'airguard tools call ap12/radio-0 radio_get_state'],
  options: {},
  subcommands: [list, call, task],
};
