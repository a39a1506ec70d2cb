/** What is there: the actors of each node, and the tools of one actor. */

import * as z from 'zod';
import type { Bus, BusError } from '#agents/bus/bus.ts';
import { callTool } from '#agents/mcp/caller.ts';
import { EVERY_ACTOR } from '#agents/mcp/door.ts';
import { encodeRequest } from '#agents/mcp/envelope.ts';
import { isRecord, parseJson } from '#agents/mcp/json.ts';
import { readTaskEntry, type TaskEntry } from '#agents/mcp/tasks.ts';
import { InputError, type Outcome } from '#protocols/errors.ts';
import { type Address, address, CLOUD, partsOf } from '#protocols/ids.ts';
import { metaKey, protocolVersion } from '#protocols/mcp.ts';
import { OPERATOR } from '#protocols/roles.ts';
import { callSubject, type Method, methodToken } from '#protocols/subjects.ts';
import { getPlan } from '#protocols/tools/coordinator.ts';
import type { Session } from './session.ts';

/** A node that does not answer within this counts as away. */
const DISCOVER_WITHIN_MS = 2_000;

const Discovery = z.looseObject({
  _meta: z.looseObject({
    'airguard/actors': z.array(
      z.looseObject({ address: z.string(), role: z.string(), tools: z.array(z.string()) }),
    ),
  }),
});
type Actor = z.infer<typeof Discovery>['_meta']['airguard/actors'][number];

const ToolList = z.looseObject({
  tools: z.array(
    z.looseObject({
      name: z.string(),
      description: z.string(),
      inputSchema: z.unknown(),
      _meta: z.looseObject({ [metaKey.effect]: z.string() }),
    }),
  ),
});
export type ListedTool = z.infer<typeof ToolList>['tools'][number];

export interface FoundNode {
  readonly node: string;
  /** Null when it does not answer. */
  readonly actors: readonly Actor[] | null;
}

/** Asks every node that is known, all at once. */
export async function findActors(session: Session): Promise<FoundNode[]> {
  const nodes = await knownNodes(session);
  return Promise.all(
    nodes.map(async (node) => {
      const whole = address(session.site, node, EVERY_ACTOR);
      const answer = await ask(session.bus, whole, 'server/discover');
      const parsed = answer.ok ? Discovery.safeParse(answer.value) : undefined;
      return { node, actors: parsed?.success ? parsed.data._meta['airguard/actors'] : null };
    }),
  );
}

/** Those of the fleet's state, and those whose radios the coordinator knows. */
async function knownNodes(session: Session): Promise<string[]> {
  const target = address(session.site, CLOUD, 'coordinator');
  const plan = await callTool(session.caller, {
    from: { actor: target, caller: OPERATOR },
    callId: 'cli-plan',
    target,
    tool: getPlan,
    input: {},
    timeoutMs: DISCOVER_WITHIN_MS,
  });
  const radios = plan.ok ? Object.keys(plan.value.channels) : [];
  const nodes = radios.map((radio) => partsOf(radio as Address).node as string);
  return [...new Set([...session.nodes, ...nodes])].sort();
}

export async function listTools(session: Session, target: Address): Promise<ListedTool[]> {
  const answer = await ask(session.bus, target, 'tools/list');
  if (!answer.ok) {
    throw new InputError(
      `nothing answers at ${target}: ${answer.error}; \`airguard tools list\` shows who is there`,
      'notReachable',
    );
  }
  const parsed = ToolList.safeParse(answer.value);
  if (parsed.success) return parsed.data.tools;
  throw new InputError(`${target}: expected a list of tools, came something else`, 'notReachable');
}

/** How a durable call of the operator stands: at its receiver, or as it was last noted. */
export async function findTask(
  session: Session,
  target: Address,
  taskId: string,
): Promise<unknown> {
  const answer = await ask(session.bus, target, 'tasks/get', { taskId });
  if (answer.ok) return answer.value;
  const noted = await new Promise<TaskEntry | undefined>((resolve) => {
    readTaskEntry(session.bus, { caller: OPERATOR, taskId }, resolve);
  });
  if (noted !== undefined) return noted;
  throw new InputError(
    `no task '${taskId}' at ${target}: expected the id of a call that the operator made there; ${answer.error}`,
    'notReachable',
  );
}

function ask(
  bus: Bus,
  target: Address,
  method: Method,
  given: object = {},
): Promise<Outcome<unknown, string>> {
  const params = {
    ...given,
    _meta: { [metaKey.protocolVersion]: protocolVersion, [metaKey.clientCapabilities]: {} },
  };
  const subject = callSubject('live', target, methodToken(method), OPERATOR);
  const data = encodeRequest(1, method, params);
  return new Promise((resolve) => {
    bus.request(subject, data, { timeoutMs: DISCOVER_WITHIN_MS }, (outcome) => {
      if (!outcome.ok) return resolve({ ok: false, error: describe(outcome.error) });
      const parsed = parseJson(outcome.value.data);
      const answer = parsed.ok && isRecord(parsed.value) ? parsed.value : {};
      if (answer.result !== undefined) return resolve({ ok: true, value: answer.result });
      const error = isRecord(answer.error) ? String(answer.error.message) : 'no answer of MCP';
      resolve({ ok: false, error });
    });
  });
}

function describe({ code, message }: BusError): string {
  return code === 'no_responders' ? 'nobody serves it' : message;
}
