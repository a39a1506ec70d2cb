/** The body of the learner: its tools, and the weights and updates it keeps. */
import type { SnapshotFrom } from 'xstate';
import { learnerMachine, type RoundEnded } from '#machines/learner.ts';
import type { PortFailure } from '#machines/port.ts';
import type { Outcome, Refusal } from '#protocols/errors.ts';
import * as tools from '#protocols/tools/learner.ts';
import { type Body, handle, type Memory, type PortWork } from './body.ts';

type Snapshot = SnapshotFrom<typeof learnerMachine>;

/** What a learner needs of the task that it is for. */
export interface LearnerParts {
  readonly task: string;
  readonly size: number;
  readonly liarShare: number;
  /** The weights it ships with, and their hash. */
  readonly shipped: Float32Array;
  readonly modelHash: string;
  /** Says what is wrong with an update, if anything is. */
  judge(
    update: Uint8Array,
    node: string,
    open: { round: number; modelHash: string },
  ): Refusal | null;
  close(
    round: { readonly round: number; readonly modelHash: string; readonly weights: Float32Array },
    updates: readonly { readonly node: string; readonly bytes: Uint8Array }[],
  ): Promise<Omit<RoundEnded, 'round' | 'atMs'> & { readonly weights: Float32Array }>;
}

const updateKey = (node: string) => `update/${node}`;
const weightsKey = (modelHash: string) => `weights/${modelHash}`;

export function learnerBody(parts: LearnerParts): Body {
  return {
    role: 'learner',
    machine: learnerMachine,
    publishes: [],
    hears: [],
    mailbox: { capacity: 4_096, overflow: 'drop-oldest' },
    baseVersion: ({ context }: Snapshot) => context.round,
    tools: [
      handle<typeof tools.describe, Snapshot>({
        tool: tools.describe,
        reply: ({ value, context: { round, modelHash, took, refused, rounds } }) => ({
          ok: true,
          value: {
            task: parts.task,
            doing: String(value),
            round,
            modelHash,
            size: parts.size,
            took: [...took],
            refused,
            liarShare: parts.liarShare,
            rounds: [...rounds],
          },
        }),
      }),
      handle<typeof tools.getModel, Snapshot>({
        tool: tools.getModel,
        reply: ({ context: { round, modelHash } }, _, { memory }) => {
          const weights = weightsOf(memory, modelHash) ?? parts.shipped;
          return {
            ok: true,
            value: { task: parts.task, round, modelHash, weights: told(weights) },
          };
        },
      }),
      handle<typeof tools.submitUpdate, Snapshot>({
        tool: tools.submitUpdate,
        event: ({ callId, caller, arguments: { update } }, { context }, { memory }) => {
          const bytes = new Uint8Array(Buffer.from(update, 'base64'));
          const error = parts.judge(bytes, caller, context);
          if (error === null) memory.set(updateKey(caller), { round: context.round, update });
          return { type: 'update.judged', callId, node: caller, error };
        },
        reply: answerOf,
      }),
      handle<typeof tools.rollBack, Snapshot>({
        tool: tools.rollBack,
        event: ({ callId, arguments: { modelHash } }, _, { memory }) => ({
          type: 'rollback.requested',
          callId,
          modelHash,
          isKept: weightsOf(memory, modelHash) !== undefined,
        }),
        reply: answerOf,
      }),
    ],
  };
}

interface KeptUpdate {
  readonly round: number;
  readonly update: string;
}

/** What fills the learner's port. */
export function learnerPorts(parts: LearnerParts): { close: PortWork<never, RoundEnded> } {
  const close: PortWork<{ round: number; modelHash: string; took: readonly string[] }, RoundEnded> =
    {
      kind: 'work',
      run({ round, modelHash, took }, { memory, clock }, done) {
        const weights = weightsOf(memory, modelHash) ?? parts.shipped;
        const updates = took.flatMap((node) => {
          const kept = memory.get(updateKey(node)) as KeptUpdate | undefined;
          if (kept?.round !== round) return [];
          return [{ node, bytes: new Uint8Array(Buffer.from(kept.update, 'base64')) }];
        });
        const finish = (outcome: Outcome<RoundEnded, PortFailure>) => done(outcome);
        parts.close({ round, modelHash, weights }, updates).then(
          ({ weights: next, ...ended }) => {
            for (const node of took) memory.delete(updateKey(node));
            keep(memory, modelHash, weights);
            keep(memory, ended.modelHash, next);
            finish({ ok: true, value: { round, atMs: Math.floor(clock.now() / 1_000), ...ended } });
          },
          (cause: unknown) =>
            finish({ ok: false, error: { code: 'not_closed', message: String(cause) } }),
        );
        return undefined;
      },
    };
  return { close: close as PortWork<never, RoundEnded> };
}

/** So many former weights can be come back to. */
const KEPT_MAX = 10;

function keep(memory: Memory, modelHash: string, weights: Float32Array): void {
  const before = (memory.get('kept') as readonly string[] | undefined) ?? [];
  const kept = [modelHash, ...before.filter((one) => one !== modelHash)];
  for (const gone of kept.slice(KEPT_MAX)) memory.delete(weightsKey(gone));
  memory.set('kept', kept.slice(0, KEPT_MAX));
  memory.set(weightsKey(modelHash), told(weights));
}

function answerOf({ context: { last } }: Snapshot, { callId }: { callId: string }) {
  // What the chart noted is what the tool's schema says: it made it.
  return last?.callId === callId
    ? (last.outcome as Outcome<never>)
    : ({
        ok: false,
        error: { code: 'closing', hint: tools.submitUpdate.refusals.closing },
      } as const);
}

function told(weights: Float32Array): string {
  return Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength).toString('base64');
}

function weightsOf(memory: Memory, modelHash: string): Float32Array | undefined {
  const kept = memory.get(weightsKey(modelHash)) as string | undefined;
  if (kept === undefined) return undefined;
  return new Float32Array(Uint8Array.from(Buffer.from(kept, 'base64')).buffer);
}
