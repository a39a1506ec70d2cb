/** One call of a tool by a person: its arguments, what it needs to be let through, its outcome. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { callTool } from '#agents/mcp/caller.ts';
import { approve } from '#agents/regulation/approvals.ts';
import { InputError, type Outcome, type Refusal } from '#protocols/errors.ts';
import { type Address, address, CLOUD, partsOf } from '#protocols/ids.ts';
import { nearest } from '#protocols/nearest.ts';
import { OPERATOR, type Role } from '#protocols/roles.ts';
import type { Tool } from '#protocols/tool.ts';
import { check, getPolicy } from '#protocols/tools/auditor.ts';
import { getPlan } from '#protocols/tools/coordinator.ts';
import { findTool, toolsByRole } from '#protocols/tools/index.ts';
import type { Approval, Verdict } from '#protocols/verdict.ts';
import type { Session } from './session.ts';

export function toolNamed(name: string): Tool {
  const tool = findTool(name);
  if (tool !== undefined) return tool;
  const known = Object.values(toolsByRole).flat();
  const near = nearest(
    name,
    known.map((each) => each.name),
  );
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
  throw new InputError(
    `unknown tool '${name}'${hint}: expected one that \`airguard tools list ADDRESS\` shows`,
  );
}

/** JSON, a file of it after `@`, or `-` for what comes on stdin; held against the tool's schema. */
export function readInput(tool: Tool, text: string): unknown {
  const { from, json } = sourceOf(text);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${from}: expected JSON, but ${why}`, 'usage', { cause });
  }
  const parsed = tool.input.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = z.prettifyError(parsed.error).replace(/\s+/g, ' ').replace(/✖ /g, '');
  throw new InputError(`${from}: expected the arguments of ${tool.name}, but ${why}`);
}

function sourceOf(text: string): { from: string; json: string } {
  if (text !== '-' && !text.startsWith('@')) return { from: '--input', json: text };
  const path = text === '-' ? 0 : text.slice(1);
  const from = path === 0 ? 'stdin' : String(path);
  try {
    return { from, json: readFileSync(path, 'utf8') };
  } catch (cause) {
    throw new InputError(`--input: expected to read ${from}`, 'usage', { cause });
  }
}

export interface CallMade {
  readonly callId: string;
  readonly outcome: Outcome<unknown>;
}

/** Calls as the operator: a verdict comes from the auditor, an approval from the operator's key. */
export async function makeCall(
  session: Session,
  target: Address,
  tool: Tool,
  input: unknown,
  on: {
    readonly progress: (text: string) => void;
    readonly signal: AbortSignal;
    /** Of a second person, who has named the call. */
    readonly countersignature?: Approval | undefined;
  },
): Promise<CallMade> {
  const { caller, timeoutMs, random } = session;
  const { countersignature } = on;
  const callId =
    countersignature?.approvalId ?? `cli-${Buffer.from(random.bytes(12)).toString('hex')}`;
  const permit = await obtainPermit(session, target, tool, input, callId);
  if (!permit.ok) return { callId, outcome: permit };
  const outcome = await callTool(caller, {
    from: { actor: target, caller: OPERATOR },
    callId,
    target,
    tool,
    input,
    timeoutMs,
    ...permit.value,
    ...(countersignature === undefined ? {} : { countersignature }),
    signal: on.signal,
    onProgress: ({ message }) => on.progress(`${tool.name}: ${message ?? 'under way'}`),
  });
  return { callId, outcome };
}

type Permit = { readonly verdict?: Verdict; readonly approval?: Approval };

async function obtainPermit(
  session: Session,
  target: Address,
  tool: Tool,
  input: unknown,
  callId: string,
): Promise<Outcome<Permit>> {
  switch (tool.effect) {
    case 'observe':
    case 'propose':
      return { ok: true, value: {} };
    case 'actuate': {
      const checked = await callTool(session.caller, {
        ...asOperator(session, address(session.site, CLOUD, 'auditor' satisfies Role)),
        callId: `${callId}-check`,
        tool: check,
        input: { target, tool: tool.name, arguments: input, idempotencyKey: callId },
      });
      return checked.ok ? { ok: true, value: { verdict: checked.value.verdict } } : checked;
    }
    case 'administer': {
      const base = await baseVersionOf(session, target, callId);
      if (!base.ok) return base;
      const approval = approve(
        {
          approvalId: callId,
          approver: OPERATOR,
          target,
          tool: tool.name,
          arguments: input,
          baseVersion: base.value,
          nowMs: Math.floor(session.clock.now() / 1_000),
        },
        session.keys().signer,
      );
      return { ok: true, value: { approval } };
    }
  }
}

/** The coordinator's plans and the auditor's policy have a version that an approval is held against. */
async function baseVersionOf(
  session: Session,
  target: Address,
  callId: string,
): Promise<Outcome<number | null>> {
  const { actor } = partsOf(target);
  if (actor === ('auditor' satisfies Role)) {
    const policy = await callTool(session.caller, {
      ...asOperator(session, target),
      callId: `${callId}-base`,
      tool: getPolicy,
      input: {},
    });
    return policy.ok ? { ok: true, value: policy.value.version } : policy;
  }
  if (actor !== ('coordinator' satisfies Role)) return { ok: true, value: null };
  const plan = await callTool(session.caller, {
    ...asOperator(session, target),
    callId: `${callId}-base`,
    tool: getPlan,
    input: {},
  });
  return plan.ok ? { ok: true, value: plan.value.baseVersion } : plan;
}

function asOperator({ timeoutMs }: Session, target: Address) {
  return { from: { actor: target, caller: OPERATOR }, target, timeoutMs } as const;
}

export function exitCodeOf({ code }: Refusal): 'refused' | 'notReachable' {
  return code === 'not_reachable' || code === 'timed_out' ? 'notReachable' : 'refused';
}
