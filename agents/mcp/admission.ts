/** The second half of the door: arguments against the tool's schema, then verdict or approval. */
import type * as z from 'zod';
import type { Clock } from '#protocols/clock.ts';
import { type Outcome, refuse } from '#protocols/errors.ts';
import { metaKey } from '#protocols/mcp.ts';
import type { ParsedCallSubject } from '#protocols/subjects.ts';
import type { Tool } from '#protocols/tool.ts';
import { Approval, Verdict } from '#protocols/verdict.ts';
import type { Body, ToolHandler } from '../body.ts';
import type { Bus } from '../bus/bus.ts';
import type { Gate } from '../gate.ts';
import type { ActorHost } from '../host/actor-host.ts';
import type { CallRates } from './call-rates.ts';
import type { CallRecords } from './call-records.ts';

export interface DoorOptions {
  readonly host: ActorHost;
  readonly bus: Bus;
  readonly gate: Gate;
  readonly clock: Clock;
  /** False until the host has learnt the time since it started. */
  readonly clockTrusted: () => boolean;
  /** The durable consumer of COMMANDS; the client's own name by default, as permissions have it. */
  readonly durable?: string;
  /** How often a call that takes long says that it is still under way. */
  readonly progressEveryMs?: number;
}

export interface Doorway extends DoorOptions {
  readonly records: CallRecords;
  readonly rates: CallRates;
}

export function nowMs(clock: Clock): number {
  return Math.floor(clock.now() / 1_000);
}

export interface Admitted {
  readonly arguments: unknown;
  readonly verdict?: Verdict;
}

/** `key` is the idempotency key; only calls of the durable lane have a verdict or an approval. */
export function admit(
  { host, gate, records }: Doorway,
  subject: ParsedCallSubject,
  call: {
    readonly tool: Tool;
    readonly arguments: unknown;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly key: string;
    readonly nowMs: number;
  },
): Outcome<Admitted> {
  const parsed = call.tool.input.safeParse(call.arguments);
  if (!parsed.success) {
    return { ok: false, error: refuse('invalid_arguments', issueOf(parsed.error)) };
  }
  const { address, caller } = subject;
  const gated = {
    target: address,
    tool: call.tool.name,
    arguments: parsed.data,
    caller,
    idempotencyKey: call.key,
    nowMs: call.nowMs,
  };
  switch (call.tool.effect) {
    case 'observe':
    case 'propose':
      return { ok: true, value: { arguments: parsed.data } };
    case 'actuate': {
      const verdict = Verdict.optional().safeParse(call.meta[metaKey.verdict]);
      if (!verdict.success) {
        return { ok: false, error: refuse('verdict_invalid', issueOf(verdict.error)) };
      }
      const usedFor = verdict.data?.idempotencyKey;
      if (usedFor !== undefined && usedFor !== call.key && records.find(caller, usedFor)) {
        return { ok: false, error: refuse('verdict_replayed', `It was for key ${usedFor}.`) };
      }
      const state = host.legalState(address);
      if (state === undefined) return { ok: false, error: refuse('unavailable', undefined, 1_000) };
      const admitted = gate.admitActuation({ ...gated, verdict: verdict.data, state });
      return admitted.ok
        ? { ok: true, value: { arguments: parsed.data, verdict: admitted.value } }
        : admitted;
    }
    case 'administer': {
      const approval = Approval.optional().safeParse(call.meta[metaKey.approval]);
      if (!approval.success) {
        return { ok: false, error: refuse('approval_invalid', issueOf(approval.error)) };
      }
      const second = Approval.optional().safeParse(call.meta[metaKey.countersignature]);
      if (!second.success) {
        return { ok: false, error: refuse('approval_invalid', issueOf(second.error)) };
      }
      const admitted = gate.admitAdministration({
        ...gated,
        approval: approval.data,
        countersignature: second.data,
        baseVersion: host.baseVersion(address),
      });
      return admitted.ok ? { ok: true, value: { arguments: parsed.data } } : admitted;
    }
  }
}

/** The first thing that is wrong, with its place. */
export function issueOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'They do not fit.';
  const path = issue.path.map(String).join('.').slice(0, 100);
  return `${path === '' ? '' : `${path}: `}${issue.message.slice(0, 300)}`;
}

const handlers = new WeakMap<Body, ReadonlyMap<string, ToolHandler>>();

export function handlerOf(body: Body, tool: string): ToolHandler | undefined {
  let known = handlers.get(body);
  if (known === undefined) {
    known = new Map(body.tools.map((handler) => [handler.tool.name, handler as ToolHandler]));
    handlers.set(body, known);
  }
  return known.get(tool);
}
