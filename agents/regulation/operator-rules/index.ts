import { allowedChannels } from './allowed-channels.ts';
import { changeWindows } from './change-windows.ts';
import { maxChanges } from './max-changes.ts';
import type { OperatorRule } from './operator-rule.ts';
import { powerCeiling } from './power-ceiling.ts';
import { quietHours } from './quiet-hours.ts';

/** Every rule that a policy may fill in, in the order they are held, after the law. */
export const operatorRules: readonly OperatorRule[] = [
  allowedChannels,
  powerCeiling,
  quietHours,
  changeWindows,
  maxChanges,
];
