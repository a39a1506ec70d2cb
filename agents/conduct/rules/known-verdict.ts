import { AUDITOR_KEY } from '../../regulation/verdicts.ts';
import type { ConductRule } from './conduct-rule.ts';

export const knownVerdict: ConductRule = {
  id: 'known-verdict',
  of: 'agents',
  source: 'Airguard',
  text: 'A verdict of the auditor that a radio acted under is one that the auditor wrote down.',
  confirmed: true,
  together({ uses, judged }) {
    // Without the auditor's own record nothing can be said.
    if (judged.length === 0) return [];
    const given = new Set(judged.map(({ verdictId }) => verdictId));
    return uses
      .filter(({ id }) => id.startsWith(`${AUDITOR_KEY}/`) && !given.has(id))
      .map(({ atUs, radio, id }) => ({
        fromUs: atUs,
        toUs: atUs,
        who: radio,
        what: `It acted under the verdict ${id}, which the auditor has no record of.`,
      }));
  },
};
