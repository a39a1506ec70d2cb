/** What a learner is for, and what it holds updates against. */
import type { LearnerParts } from '#agents/learner.ts';
import type { LearningTask } from '#protocols/learning/task.ts';
import type { Keyring } from '#protocols/verdict.ts';
import { closeRound, readProposal } from './round.ts';

export interface LearnerWish<Examples> {
  readonly task: LearningTask<Examples>;
  /** What no node learns from: rounds are judged on it. */
  readonly heldOut: Examples;
  /** The keys of all nodes, by their names. */
  readonly keyring: Keyring;
  readonly rule: string;
  /** Which part of the nodes may lie. */
  readonly liarShare: number;
}

export function learnerParts<Examples>(wish: LearnerWish<Examples>): LearnerParts {
  const { task, heldOut, keyring, rule, liarShare } = wish;
  const { size } = task;
  return {
    task: task.name,
    size,
    liarShare,
    shipped: task.initial(),
    modelHash: task.hashOf(task.initial()),
    judge(update, node, { round, modelHash }) {
      const read = readProposal(update, node, { round, modelHash, size }, keyring);
      return read.ok ? null : read.error;
    },
    async close({ round, modelHash, weights }, updates) {
      const proposals = updates.flatMap(({ node, bytes }) => {
        const read = readProposal(bytes, node, { round, modelHash, size }, keyring);
        return read.ok ? [read.value] : [];
      });
      const closed = await closeRound({ task, weights, proposals, heldOut, rule, liarShare });
      const { lossBefore, lossAfter, ...rest } = closed;
      return {
        ...rest,
        modelHash: task.hashOf(closed.weights),
        lossBefore: numberOrNull(lossBefore),
        lossAfter: numberOrNull(lossAfter),
      };
    },
  };
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
