import { isWithin } from '#protocols/policy.ts';
import { changesChannel, type OperatorRule } from './operator-rule.ts';

export const changeWindows: OperatorRule = {
  id: 'operator-window',
  source: "the operator's policy, `changeWindows`",
  text: 'A radio is moved only in the hours that the operator opens for it.',
  confirmed: true,
  when: 'move',
  holds(question) {
    const windows = question.operator?.policy.changeWindows;
    if (windows === undefined || !changesChannel(question)) return true;
    const { policy } = question.operator!;
    return (
      isWithin(windows, question.nowMs, policy) ||
      `The policy '${policy.name}' opens no hours for changes now.`
    );
  },
};
