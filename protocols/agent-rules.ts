/**
 * The rules of agents among themselves, beside the grants: which calls two people approve, and how
 * often one caller may call.
 */
import type { Effect } from './tool.ts';

/** Destructive tools, and why one person is not enough for them. */
export const dualControl: Readonly<Record<string, string>> = {
  auditor_set_policy: 'it loosens or lifts the rules that hold for every radio of the site',
};

/** Names of keys that approve beside the operator's: `approver-` and a person. */
export const approverKey = /^approver-[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?$/;

/**
 * How often one caller may call one actor in a minute; null for as often as it likes. What only asks
 * is not counted. A coordinator that runs wild is slowed down here before it wears out a radio.
 */
export const callsPerMinute: Readonly<Record<Effect, number | null>> = {
  observe: null,
  propose: 60,
  actuate: 60,
  administer: 30,
};
