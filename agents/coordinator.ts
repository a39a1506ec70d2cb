/** The body of a coordinator: its tools, and where what it hears goes. */
import type { SnapshotFrom } from 'xstate';
import { coordinatorMachine } from '#machines/coordinator.ts';
import { sha256OfJson } from '#protocols/canonical-json.ts';
import type { Channel } from '#protocols/channels.ts';
import { type Backup, coordinatorEvents, type Steering } from '#protocols/events/coordinator.ts';
import { type RadioLegalState, radioEvents } from '#protocols/events/radio.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import * as tools from '#protocols/tools/coordinator.ts';
import { type Body, type Hears, handle, pending } from './body.ts';
import { underWitness } from './plausibility/witness.ts';

type Snapshot = SnapshotFrom<typeof coordinatorMachine>;
type Noted = Exclude<Hears['to'], 'chart'>;

/** What the coordinator's mind notes of each event; the chart steps only for what it reacts to. */
export interface CoordinatorNotes {
  readonly notes: Readonly<Record<string, Noted>>;
  /** Names of events that the chart also gets. */
  readonly reactsTo: readonly string[];
}

/** Where the mind leaves what it proposes beside a plan, in the actor's memory. */
export const STEERING = 'steering';
export const BACKUPS = 'backups';
/** Ids of the plans whose records it keeps, the newest last. */
export const RECORDS = 'records';

export function coordinatorBody({ notes, reactsTo }: CoordinatorNotes, policy: SitePolicy): Body {
  const hears = radioEvents.flatMap((event): Hears[] => {
    const noted = notes[event.name];
    return [
      ...(noted === undefined ? [] : [{ event, to: noted }]),
      ...(reactsTo.includes(event.name) ? [{ event, to: 'chart' as const }] : []),
    ];
  });
  return {
    role: 'coordinator',
    machine: coordinatorMachine,
    publishes: coordinatorEvents,
    hears: underWitness(hears),
    mailbox: { capacity: 65_536, overflow: 'drop-oldest' },
    baseVersion: (snapshot: Snapshot) => snapshot.context.baseVersion,
    tools: [
      handle<typeof tools.getPlan, Snapshot>({
        tool: tools.getPlan,
        reply: ({ value, context }, _, { memory }) => {
          const channels: Record<string, Channel | null> = {};
          for (const [key, state] of memory.entries('radio/')) {
            channels[key.slice('radio/'.length)] = (state as RadioLegalState).channel;
          }
          return {
            ok: true,
            value: {
              baseVersion: context.baseVersion,
              strategy: context.strategy,
              doing: typeof value === 'string' ? value : (Object.keys(value)[0] ?? ''),
              channels,
              plan: context.proposed?.plan ?? null,
              policy,
              steering: [...((memory.get(STEERING) as readonly Steering[] | undefined) ?? [])],
              backups: [...((memory.get(BACKUPS) as readonly Backup[] | undefined) ?? [])],
            },
          };
        },
      }),
      handle<typeof tools.explainDecision, Snapshot>({
        tool: tools.explainDecision,
        reply: ({ context }, { arguments: { radio, limit } }) => ({
          ok: true,
          value: {
            decisions: context.decisions
              .filter((decision) => radio === undefined || decision.radio === radio)
              .slice(0, limit)
              .map(({ changeId: _, radio: moved, evidence, ...decision }) => ({
                ...decision,
                radio: moved,
                evidence: [...evidence],
              })),
          },
        }),
      }),
      handle<typeof tools.getRecord, Snapshot>({
        tool: tools.getRecord,
        reply: (_, { arguments: asked }, { memory }) => {
          const kept = (memory.get(RECORDS) as readonly string[] | undefined) ?? [];
          const planId = asked.planId ?? kept.at(-1);
          const record = planId === undefined ? undefined : memory.get(`record/${planId}`);
          if (planId === undefined || record === undefined) return unknownRecord;
          const tries = memory.get(`tries/${planId}`) as { record: unknown } | undefined;
          return {
            ok: true,
            value: {
              planId,
              recordHash: sha256OfJson(tries?.record ?? record),
              record,
              tries: tries?.record ?? null,
            },
          };
        },
      }),
      handle<typeof tools.proposePlan, Snapshot>({
        tool: tools.proposePlan,
        event: ({ callId, arguments: { radios } }) => ({
          type: 'plan.requested',
          callId,
          radios: radios ?? null,
        }),
        reply: ({ context }, { callId }) => (context.asking?.callId === callId ? pending : busy),
      }),
      handle<typeof tools.applyPlan, Snapshot>({
        tool: tools.applyPlan,
        event: ({ arguments: { planId, planHash } }) => ({
          type: 'plan.approved',
          planId,
          planHash,
        }),
        reply: ({ context }, { arguments: { planId } }) =>
          context.work?.planId === planId
            ? { ok: true, value: { accepted: context.work.items.map(({ change }) => change) } }
            : context.work === null
              ? unknownPlan('There is no such plan, or its hash differs. Propose it again.')
              : busy,
      }),
      handle<typeof tools.revertPlan, Snapshot>({
        tool: tools.revertPlan,
        event: ({ arguments: { planId } }) => ({ type: 'plan.recalled', planId }),
        reply: ({ context }, { arguments: { planId } }) =>
          context.work?.reverting && context.work.planId === planId
            ? { ok: true, value: { reverting: context.work.items.map(({ change }) => change) } }
            : context.work === null
              ? unknownPlan('That plan is not the last one applied.')
              : busy,
      }),
    ],
  };
}

const busy = {
  ok: false,
  error: { code: 'busy', hint: 'A plan is being applied. Ask again when it is confirmed.' },
} as const;

const unknownRecord = {
  ok: false,
  error: { code: 'unknown_record', hint: tools.getRecord.refusals.unknown_record },
} as const;

const unknownPlan = (hint: string) =>
  ({ ok: false, error: { code: 'unknown_plan', hint } }) as const;
