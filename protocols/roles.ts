/**
 * The roles and what each may call. Permissions of the broker, the host's door and the compiler all
 * read this one table.
 */
import * as z from 'zod';

export const roles = [
  'radio',
  'edge-node',
  'coordinator',
  'auditor',
  'learner',
  'policy',
  'twin',
] as const;
export const Role = z.literal(roles);
export type Role = z.infer<typeof Role>;

/**
 * Who a call comes from: a node's name for anything that runs on a node, a cloud role's name for a
 * cloud role, `operator` for a person at the command line. It is one token, the last of a call's
 * subject, and the broker lets a client publish only under its own.
 */
export type Caller = string;

export const OPERATOR = 'operator';

/** The tools that each kind of caller may call, by where they are served. */
export const grants = {
  /** Any node, in its own name. */
  node: ['auditor_check', 'coordinator_get_plan', 'learner_get_model', 'learner_submit_update'],
  coordinator: [
    'radio_get_state',
    'radio_list_neighbours',
    'radio_scan_spectrum',
    'radio_set_channel',
    'radio_set_power',
    'radio_confirm_change',
    'node_describe',
    'node_get_health',
    'auditor_check',
    'policy_describe',
    'policy_evaluate',
    'coordinator_apply_plan',
    'twin_evaluate',
    'twin_score_decision',
  ],
  auditor: ['radio_get_state', 'node_describe', 'coordinator_get_plan'],
  operator: '*',
} as const satisfies Record<string, readonly string[] | '*'>;

export type GrantHolder = keyof typeof grants;

export function holderOf(caller: Caller): GrantHolder {
  return caller === 'coordinator' || caller === 'auditor' || caller === OPERATOR ? caller : 'node';
}

export function isGranted(caller: Caller, tool: string): boolean {
  const granted: readonly string[] | '*' = grants[holderOf(caller)];
  return granted === '*' || granted.includes(tool);
}
