import type { ConductRule } from './conduct-rule.ts';

export const verdictBehindUse: ConductRule = {
  id: 'verdict-behind-use',
  of: 'agents',
  source: 'Airguard',
  text: 'Whatever a radio sends it was told to under a verdict, of the auditor or of its own node.',
  confirmed: true,
  holds: ({ faultOfUse }) => faultOfUse.verdict ?? true,
};
