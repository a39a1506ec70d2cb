/** What a check is: it looks at one thing, and says what is wrong with it and what mends it. */
import type { System } from './system.ts';

export type Result = 'ok' | 'warning' | 'fault';

export interface Finding {
  /** What it is about: the check, or the radio. */
  readonly about: string;
  readonly result: Result;
  /** One line. */
  readonly reason: string;
  /** What to type; empty when all is well, or nothing that can be typed mends it. */
  readonly mend: readonly string[];
}

/** What the node is set to do, as far as a check needs it. */
export interface Patient {
  /** Addresses such as `ath11k:phy0`; undefined: whatever radios the machine has. */
  readonly radios?: readonly string[] | undefined;
  readonly natsUrl?: string | undefined;
  /** `HOST:PORT` of the hub's door for nodes, where the node starts its own broker and links it there. */
  readonly hub?: string | undefined;
  readonly recording?: { readonly folder: string; readonly budgetBytes: number } | undefined;
  /** Files of models, each with its card beside it. */
  readonly models: readonly string[];
}

export interface Check {
  readonly name: string;
  /** What it looks at, for the list of checks. */
  readonly about: string;
  look(system: System, patient: Patient): Promise<readonly Finding[]> | readonly Finding[];
}

export function fine(about: string, reason: string): Finding {
  return { about, result: 'ok', reason, mend: [] };
}

export function warning(about: string, reason: string, ...mend: string[]): Finding {
  return { about, result: 'warning', reason, mend };
}

export function fault(about: string, reason: string, ...mend: string[]): Finding {
  return { about, result: 'fault', reason, mend };
}
