import { isGranted } from '#protocols/roles.ts';
import type { ConductRule } from './conduct-rule.ts';

export const grantedCalls: ConductRule = {
  id: 'granted',
  of: 'agents',
  source: 'Airguard, protocols/roles.ts',
  text: 'Nobody calls what they hold no grant for and is let through.',
  confirmed: true,
  together: ({ calls }) =>
    calls
      .filter(
        ({ caller, tool, refused, target }) =>
          refused === null && target.split('/')[1] !== caller && !isGranted(caller, tool),
      )
      .map(({ atUs, caller, tool, target }) => ({
        fromUs: atUs,
        toUs: atUs,
        who: caller,
        what: `${caller} called ${tool} of ${target} without a grant, and was let through.`,
      })),
};
