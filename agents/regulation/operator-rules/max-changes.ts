import { parseDurationMs } from '#protocols/duration.ts';
import { changesChannel, type OperatorRule } from './operator-rule.ts';

export const maxChanges: OperatorRule = {
  id: 'operator-max-changes',
  source: "the operator's policy, `maxChanges`",
  text: 'A radio is moved no more often than the operator allows; moves after radar do not count.',
  confirmed: true,
  when: 'move',
  holds(question) {
    if (!changesChannel(question)) return true;
    const { policy, changesMs } = question.operator!;
    for (const { changes, per } of policy.maxChanges ?? []) {
      const sinceMs = question.nowMs - (parseDurationMs(per) ?? 0);
      const made = changesMs.filter((atMs) => atMs > sinceMs && atMs <= question.nowMs).length;
      if (made >= changes) {
        return `The policy '${policy.name}' allows a radio ${changes} changes in ${per}, and this one made ${made}.`;
      }
    }
    return true;
  },
};
