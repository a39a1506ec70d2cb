/**
 * What an actor tells of itself: `server/discover` and `tools/list`. Both are made once per body,
 * since nothing in them changes while a process runs.
 */
import * as z from 'zod';
import type { Address } from '#protocols/ids.ts';
import { extensions, metaKey, protocolVersion } from '#protocols/mcp.ts';
import { type Effect, laneOf, type Tool } from '#protocols/tool.ts';
import type { Body } from '../body.ts';
import { serverInfo } from './envelope.ts';

/** How long a list may be kept; tools change only with a new bundle. */
const LIST_TTL_MS = 60_000;

/**
 * The hints of MCP for each effect. They are hints: what a caller may do is decided by grants,
 * verdicts and approvals.
 */
const hints: Record<Effect, object> = {
  observe: { readOnlyHint: true, openWorldHint: false },
  propose: { readOnlyHint: true, openWorldHint: false },
  actuate: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  administer: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: false,
  },
};

const lists = new WeakMap<Body, string>();

/** The text of the result of `tools/list`. */
export function toolListOf(body: Body): string {
  let list = lists.get(body);
  if (list === undefined) {
    const tools = body.tools
      .map((handler) => describeTool(handler.tool as Tool))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    list = JSON.stringify({
      resultType: 'complete',
      ttlMs: LIST_TTL_MS,
      cacheScope: 'private',
      tools,
      _meta: { [metaKey.serverInfo]: serverInfo },
    });
    lists.set(body, list);
  }
  return list;
}

function describeTool(tool: Tool) {
  const { name, description, effect } = tool;
  return {
    name,
    description: `${description}${refusalsOf(tool)}`,
    inputSchema: schemaOf(tool.input, 'input'),
    outputSchema: schemaOf(tool.output, 'output'),
    annotations: hints[effect],
    _meta: { [metaKey.effect]: effect, 'airguard/lane': laneOf[effect] },
  };
}

/** Refusals tell a caller what to do next, so they belong to the description. */
function refusalsOf({ refusals }: Tool): string {
  const known = Object.entries(refusals);
  if (known.length === 0) return '';
  return ` Refusals: ${known.map(([code, hint]) => `${code}: ${hint}`).join(' ')}`;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' });
}

/** The text of the result of `server/discover`. */
export function discoveryOf(address: Address, actors: readonly Described[]): string {
  return JSON.stringify({
    resultType: 'complete',
    ttlMs: LIST_TTL_MS,
    cacheScope: 'private',
    supportedVersions: [protocolVersion],
    capabilities: { tools: {}, extensions: { [extensions.tasks]: {} } },
    instructions: `The tools of ${address}; those that actuate need a verdict, those that administer an approval.`,
    _meta: { [metaKey.serverInfo]: serverInfo, 'airguard/actors': actors },
  });
}

export interface Described {
  readonly address: string;
  readonly role: string;
  readonly tools: readonly string[];
}

export function describeActors(
  addresses: readonly Address[],
  bodyOf: (address: Address) => Body | undefined,
): Described[] {
  return addresses.flatMap((address) => {
    const body = bodyOf(address);
    if (body === undefined) return [];
    const tools = body.tools.map(({ tool }) => tool.name as string).sort();
    return [{ address, role: body.role, tools }];
  });
}
