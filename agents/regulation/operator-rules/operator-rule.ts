import { sameChannel } from '#protocols/channels.ts';
import type { Question, Rule } from '../rules/rule.ts';

/** A rule that an operator's policy fills in. It holds wherever there is no policy. */
export interface OperatorRule extends Rule {
  /** Whether it looks at moves alone, or at whatever a radio does. */
  readonly when: 'move' | 'always';
}

/** A radio that has no channel, at its start or after radar, goes where it may: that is no change. */
export function changesChannel({ operator, transmission, state }: Question): boolean {
  const wanted = transmission?.channel ?? null;
  if (operator === undefined || wanted === null || state.channel === null) return false;
  return !sameChannel(wanted, state.channel);
}
