import type { Rule } from './rule.ts';

export const callUnderstood: Rule = {
  id: 'call-understood',
  source: 'Airguard',
  text: 'Only a call whose effect on the air is known may touch it.',
  confirmed: true,
  holds: ({ understood, tool }) =>
    understood || `'${tool}' with these arguments is no call the rules can judge.`,
};
