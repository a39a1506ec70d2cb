import { isWithin } from '#protocols/policy.ts';
import { changesChannel, type OperatorRule } from './operator-rule.ts';

export const quietHours: OperatorRule = {
  id: 'operator-quiet-hours',
  source: "the operator's policy, `quietHours`",
  text: 'In quiet hours no radio is moved.',
  confirmed: true,
  when: 'move',
  holds(question) {
    const quiet = question.operator?.policy.quietHours ?? [];
    if (!changesChannel(question)) return true;
    const { policy } = question.operator!;
    return (
      !isWithin(quiet, question.nowMs, policy) || `The policy '${policy.name}' wants quiet now.`
    );
  },
};
