import type { ConductRule } from './conduct-rule.ts';

export const clearingBeforeUse: ConductRule = {
  id: 'clearing-before-use',
  of: 'conduct',
  source: '47 CFR 15.407(h)(2)(ii); ETSI EN 301 893 V1.5.1, table D.1',
  text: 'A radar channel was listened to without a break for the time owed, before its use.',
  confirmed: true,
  holds: ({ faultOfUse }) => faultOfUse.clearing ?? true,
};
