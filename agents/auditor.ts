/** The body of the auditor: its tools, and what it remembers of radios and chains. */
import type { SnapshotFrom } from 'xstate';
import { auditorMachine, type ChainHead, type Judged } from '#machines/auditor.ts';
import { type Refusal, refuse } from '#protocols/errors.ts';
import type { EventData } from '#protocols/event.ts';
import { auditorEvents } from '#protocols/events/auditor.ts';
import { nodeHeartbeat } from '#protocols/events/edge-node.ts';
import { channelChanged, type RadioLegalState, stateChanged } from '#protocols/events/radio.ts';
import { type Policy, policyHash } from '#protocols/policy.ts';
import { isGranted, OPERATOR } from '#protocols/roles.ts';
import type { ToolInput } from '#protocols/tool.ts';
import * as tools from '#protocols/tools/auditor.ts';
import { setChannel } from '#protocols/tools/radio.ts';
import type { Signer } from '#protocols/verdict.ts';
import {
  type Body,
  type Call,
  type Heard,
  handle,
  type Memory,
  type Place,
  type PortWork,
} from './body.ts';
import { reportOf } from './conduct/report.ts';
import { ruleTexts } from './conduct/rule-texts.ts';
import { observedInLedger } from './conduct/sources/ledger.ts';
import type { Doubted } from './host/host-options.ts';
import type { LedgerTail } from './ledger/tail.ts';
import { HUB_WRITER } from './ledger/verify.ts';
import { quarantines, release, underWitness } from './plausibility/witness.ts';
import type { Regdb } from './regulation/regdb.ts';
import { ruleSetHash } from './regulation/rule-set.ts';
import { judge, verdictValidMs } from './regulation/verdicts.ts';

type Snapshot = SnapshotFrom<typeof auditorMachine>;

export interface AuditorParts {
  /** The auditor's key, which every edge has pinned. */
  readonly signer: Signer;
  readonly regdb: Regdb;
  /** The newest entries of all chains, where this process follows them; null where it does not. */
  readonly tail: LedgerTail | null;
  /** The operator's rules as they were when the site was first set up; a call changes them. */
  readonly policy?: Policy | undefined;
  /** Reports that this host turned away, by node. */
  readonly doubted?: () => Readonly<Record<string, Doubted>>;
}

export function auditorBody(parts: AuditorParts): Body {
  return {
    role: 'auditor',
    machine: auditorMachine,
    publishes: auditorEvents,
    hears: underWitness([
      { event: stateChanged, to: noteState },
      { event: channelChanged, to: noteChange },
      { event: nodeHeartbeat, to: noteHeartbeat },
    ]),
    baseVersion: ({ context }: Snapshot) => context.policyVersion,
    mailbox: { capacity: 65_536, overflow: 'drop-oldest' },
    tools: [
      handle<typeof tools.check, Snapshot>({
        tool: tools.check,
        event: (call, _, place) => ({ type: 'call.judged', ...judgeCall(call, place, parts) }),
        reply: ({ context: { last } }, { callId }) =>
          last?.callId === callId ? last.outcome : { ok: false, error: refuse('unavailable') },
      }),
      handle<typeof tools.explainRule, Snapshot>({
        tool: tools.explainRule,
        reply: (_, { arguments: { rule } }) => {
          const found = ruleTexts.filter(({ id }) => rule === undefined || id === rule);
          if (found.length === 0) return { ok: false, error: own('unknown_rule') };
          const value = { ruleSetHash, regdbHash: parts.regdb.sha256, rules: found };
          return { ok: true, value };
        },
      }),
      handle<typeof tools.getLedger, Snapshot>({
        tool: tools.getLedger,
        reply: (_, { arguments: { writer, limit } }, { memory }) => ({
          ok: true,
          value: {
            heads: chainsOf(memory, parts.tail).map(({ holds: _holds, ...head }) => head),
            entries: [...(parts.tail?.entries(writer ?? HUB_WRITER, limit) ?? [])],
          },
        }),
      }),
      handle<typeof tools.report, Snapshot>({
        tool: tools.report,
        reply: ({ context: { verdicts, refused } }, { arguments: span }, { memory, clock }) => {
          const entries = parts.tail?.all() ?? [];
          const policy = policyIn(memory, parts);
          const toMs = span.toMs ?? nowMs(clock);
          const report = reportOf(observedInLedger(entries), { ...span, toMs }, { policy });
          return {
            ok: true,
            value: { verdicts, refused, chains: chainsOf(memory, parts.tail), report },
          };
        },
      }),
      handle<typeof tools.getPolicy, Snapshot>({
        tool: tools.getPolicy,
        reply: ({ context: { policyVersion } }, _, { memory }) => {
          const policy = policyIn(memory, parts);
          return {
            ok: true,
            value: {
              policy: policy ?? null,
              policyHash: policy === undefined ? null : policyHash(policy),
              version: policyVersion,
            },
          };
        },
      }),
      handle<typeof tools.setPolicy, Snapshot>({
        tool: tools.setPolicy,
        event: ({ callId, caller, arguments: { policy, reason } }, _, { memory }) => {
          memory.set(policyKey, policy ?? 'none');
          return {
            type: 'policy.set',
            callId,
            by: caller,
            reason,
            name: policy?.name ?? null,
            policyHash: policy === null ? null : policyHash(policy),
          };
        },
        reply: ({ context }) => ({
          ok: true,
          value: { policyHash: context.policyHash, version: context.policyVersion },
        }),
      }),
      handle<typeof tools.listSuspects, Snapshot>({
        tool: tools.listSuspects,
        reply: (_, __, { memory }) => ({
          ok: true,
          value: {
            doubted: Object.entries(parts.doubted?.() ?? {})
              .map(([node, { count, last }]) => ({ node, count, last }))
              .sort((a, b) => (a.node < b.node ? -1 : 1)),
            quarantined: quarantines(memory).map(({ why, ...one }) => ({ ...one, why: [...why] })),
          },
        }),
      }),
      handle<typeof tools.liftQuarantine, Snapshot>({
        tool: tools.liftQuarantine,
        event: ({ callId, caller, arguments: { node, reason } }, _, { memory }) => {
          const was = release(memory, node);
          return { type: 'lift.requested', callId, by: caller, node, reason, was };
        },
        reply: ({ context: { lastLifted } }, { callId, arguments: { node } }) =>
          lastLifted?.callId === callId && lastLifted.was
            ? { ok: true, value: { node } }
            : { ok: false, error: own('not_quarantined') },
      }),
    ],
  };
}

/** What fills the auditor's ports. */
export function auditorPorts({ tail }: Pick<AuditorParts, 'tail'>): { heads: PortWork<null> } {
  return {
    heads: {
      kind: 'work',
      run(_, { memory }, done) {
        const heads: ChainHead[] = chainsOf(memory, tail)
          .filter(({ holds, writer }) => holds && writer !== HUB_WRITER)
          .map(({ holds: _holds, ...head }) => head);
        done({ ok: true, value: heads });
        return undefined;
      },
    },
  };
}

function judgeCall(
  call: Call<ToolInput<typeof tools.check>>,
  { memory, clock }: Place,
  parts: AuditorParts,
): Judged {
  const { signer, regdb } = parts;
  const { target, tool, arguments: input, idempotencyKey, onBehalfOf } = call.arguments;
  const caller = onBehalfOf ?? call.caller;
  const about = { callId: call.callId, target, tool, caller };
  const refusal = (error: Refusal): Judged => ({
    ...about,
    rule: null,
    outcome: { ok: false, error },
  });
  if (caller !== call.caller && call.caller !== OPERATOR) {
    return refusal(refuse('not_granted', 'Only `operator` asks on behalf of another.'));
  }
  const isOwnRadio = target.split('/')[1] === caller;
  if (!isOwnRadio && !isGranted(caller, tool)) return refusal(refuse('not_granted'));
  const known = memory.get(radioKey(target)) as KnownState | undefined;
  if (known === undefined) return refusal(own('unknown_radio'));

  const now = nowMs(clock);
  const policy = policyIn(memory, parts);
  const judged = judge(
    {
      target,
      tool,
      arguments: input,
      caller,
      idempotencyKey,
      nowMs: now,
      state: known.state,
      ...(policy === undefined
        ? {}
        : { operator: { policy, changesMs: changesOf(memory, target, now) } }),
    },
    { signer, regdb },
  );
  if (judged.ok) {
    if (policy !== undefined && tool === setChannel.name) noteGranted(memory, target, now);
    return { ...about, rule: null, outcome: { ok: true, value: { verdict: judged.value } } };
  }
  const { rule, ...error } = judged.error;
  return { ...about, rule, outcome: { ok: false, error } };
}

const nowMs = (clock: Place['clock']) => Math.floor(clock.now() / 1_000);

function own(code: 'unknown_rule' | 'unknown_radio' | 'not_quarantined'): Refusal {
  const hints = {
    ...tools.explainRule.refusals,
    ...tools.check.refusals,
    ...tools.liftQuarantine.refusals,
  };
  return { code, hint: hints[code] };
}

interface KnownState {
  readonly state: RadioLegalState;
  readonly atMs: number;
}

const radioKey = (address: string) => `radio/${address}`;

/** Keeps the newest state of each radio; one that was overtaken on its way is passed over. */
function noteState({ source, data, atMs }: Heard, { memory }: Place): void {
  const state = data as RadioLegalState;
  const known = memory.get(radioKey(source)) as KnownState | undefined;
  if (known !== undefined && state.stateVersion <= known.state.stateVersion && atMs <= known.atMs) {
    return;
  }
  memory.set(radioKey(source), { state, atMs } satisfies KnownState);
}

const policyKey = 'policy';

/** What a call set counts; before any did, what the site was set up with. */
function policyIn(memory: Memory, { policy }: AuditorParts): Policy | undefined {
  const set = memory.get(policyKey) as Policy | 'none' | undefined;
  return set === 'none' ? undefined : (set ?? policy);
}

interface Changes {
  /** When it was moved by a call or on its own account, oldest first. */
  readonly made: readonly number[];
  /** Verdicts for moves that have not been made. */
  readonly granted: readonly number[];
}

const changesKey = (address: string) => `changes/${address}`;
const noChanges: Changes = { made: [], granted: [] };
/** Of one radio; a policy that counts more than these in its time counts no further. */
const CHANGES_KEPT = 500;

function noteChange({ source, data, atMs }: Heard, { memory }: Place): void {
  const { cause } = data as EventData<typeof channelChanged>;
  // Radar moves a radio whatever the operator says, and so does its start.
  if (cause === 'radar' || cause === 'start') return;
  const { made, granted } = (memory.get(changesKey(source)) as Changes | undefined) ?? noChanges;
  const changes: Changes = {
    made: [...made, atMs].slice(-CHANGES_KEPT),
    granted: cause === 'call' ? granted.slice(1) : granted,
  };
  memory.set(changesKey(source), changes);
}

function noteGranted(memory: Memory, radio: string, atMs: number): void {
  const { made, granted } = (memory.get(changesKey(radio)) as Changes | undefined) ?? noChanges;
  const open = granted.filter((givenMs) => givenMs > atMs - verdictValidMs);
  memory.set(changesKey(radio), { made, granted: [...open, atMs] } satisfies Changes);
}

/** Moves made, and those that a verdict out there may still make. */
function changesOf(memory: Memory, radio: string, now: number): readonly number[] {
  const { made, granted } = (memory.get(changesKey(radio)) as Changes | undefined) ?? noChanges;
  return [...made, ...granted.filter((givenMs) => givenMs > now - verdictValidMs)];
}

interface KnownChain {
  readonly length: number;
  readonly head: string;
  readonly atMs: number;
  readonly fault: string | null;
}

const chainPrefix = 'chain/';

/** A chain only grows: a later heartbeat with fewer entries, or another end, shows a rewriting. */
function noteHeartbeat({ source, data, atMs }: Heard, { memory }: Place): void {
  const { ledgerHead: head, ledgerLength: length } = data as EventData<typeof nodeHeartbeat>;
  const key = `${chainPrefix}${source.split('/')[1]}`;
  const known = memory.get(key) as KnownChain | undefined;
  if (known === undefined || length > known.length) {
    memory.set(key, { length, head, atMs, fault: known?.fault ?? null } satisfies KnownChain);
    return;
  }
  if (known.fault !== null) return;
  if (length === known.length && head !== known.head) {
    memory.set(key, { ...known, fault: `entry ${length - 1} was replaced` } satisfies KnownChain);
  } else if (length < known.length && atMs > known.atMs) {
    const fault = `it had ${known.length} entries and now says ${length}`;
    memory.set(key, { ...known, fault } satisfies KnownChain);
  } else if (length === known.length && atMs > known.atMs) {
    memory.set(key, { ...known, atMs } satisfies KnownChain);
  }
}

/** Every chain of the site as far as it is known, by writer. */
function chainsOf(memory: Memory, tail: LedgerTail | null): (ChainHead & { holds: boolean })[] {
  const chains = new Map<string, ChainHead & { holds: boolean }>();
  for (const [key, value] of memory.entries(chainPrefix)) {
    const { length, head, fault } = value as KnownChain;
    const writer = key.slice(chainPrefix.length);
    chains.set(writer, { writer, length, head, holds: fault === null });
  }
  for (const { writer, length, head, fault } of tail?.chains() ?? []) {
    const told = chains.get(writer);
    const differs = told !== undefined && told.length === length && told.head !== head;
    const holds = fault === null && (told?.holds ?? true) && !differs;
    const longer = told !== undefined && told.length > length ? told : { length, head };
    chains.set(writer, { writer, length: longer.length, head: longer.head, holds });
  }
  return [...chains.values()].sort((a, b) => (a.writer < b.writer ? -1 : 1));
}
