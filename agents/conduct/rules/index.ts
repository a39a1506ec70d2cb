import { callRate } from './call-rate.ts';
import { channelMove } from './channel-move.ts';
import { clearingBeforeUse } from './clearing-before-use.ts';
import { closingTime } from './closing-time.ts';
import type { ConductRule } from './conduct-rule.ts';
import { grantedCalls } from './granted-calls.ts';
import { knownVerdict } from './known-verdict.ts';
import { operatorMoves } from './operator-moves.ts';
import { uniformSpreading } from './uniform-spreading.ts';
import { verdictBehindUse } from './verdict-behind-use.ts';

/** Every rule about conduct, beside those about wishes that hold for what is sent as well. */
export const conductRules: readonly ConductRule[] = [
  closingTime,
  channelMove,
  clearingBeforeUse,
  uniformSpreading,
  verdictBehindUse,
  knownVerdict,
  grantedCalls,
  callRate,
  ...operatorMoves,
];
