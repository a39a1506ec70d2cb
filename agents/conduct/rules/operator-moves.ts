/** The operator's rules about moves, held against the moves that were made. */
import { questionOf } from '../../regulation/judge.ts';
import { operatorRules } from '../../regulation/operator-rules/index.ts';
import type { OperatorRule } from '../../regulation/operator-rules/operator-rule.ts';
import type { RadioRecord } from '../radio-record.ts';
import type { Breach, ConductRule, SiteRecord } from './conduct-rule.ts';

export const operatorMoves: readonly ConductRule[] = operatorRules
  .filter(({ when }) => when === 'move')
  .map((rule) => ({
    id: rule.id,
    of: 'operator' as const,
    source: rule.source,
    text: rule.text,
    confirmed: rule.confirmed,
    past: (radio, site) => outside(rule, radio, site),
  }));

function outside(rule: OperatorRule, radio: RadioRecord, site: SiteRecord): Breach[] {
  const { policy, regdb } = site;
  if (policy === undefined) return [];
  // Radar moves a radio whatever the operator says, and so does its start.
  const moves = radio.moves.filter(({ cause }) => cause === 'call' || cause === 'alone');
  return moves.flatMap(({ atUs, from, to }, index) => {
    const state = radio.stateAt(atUs);
    if (state === undefined || from === null) return [];
    const changesMs = moves.slice(0, index).map((move) => Math.floor(move.atUs / 1_000));
    const held = rule.holds(
      questionOf(
        {
          tool: 'radio_set_channel',
          arguments: to,
          state: { ...state, channel: from },
          nowMs: Math.floor(atUs / 1_000),
          caller: '',
          operator: { policy, changesMs },
        },
        regdb,
      ),
    );
    return held === true ? [] : [{ fromUs: atUs, toUs: atUs, who: radio.radio, what: held }];
  });
}
