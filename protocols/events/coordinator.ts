import * as z from 'zod';
import { Channel } from '../channels.ts';
import { defineEvent } from '../event.ts';
import { Interval } from '../tools/twin.ts';
import { Dbm, Sha256, Share } from '../units.ts';

/** One move of one radio, and why. */
export const Change = z.strictObject({
  changeId: z.string(),
  radio: z.string().describe('Address of the radio'),
  from: Channel.nullable(),
  to: Channel,
  /** Where the power is what changes, EIRP; the channel stays then. */
  power: z.strictObject({ fromDbm: Dbm, toDbm: Dbm }).optional(),
  /** A sentence for a person: what is wrong, what is expected of the move. */
  reason: z.string(),
  /** The measurements behind it, a line each. */
  evidence: z.array(z.string()),
  /** Expected utility of the radio's clients, in [0, 1], before and after. */
  expectedBefore: z.number(),
  expectedAfter: z.number(),
});
export type Change = z.infer<typeof Change>;

/** How a plan is expected to do, and what it was chosen from. */
export const Prospect = z.strictObject({
  /** A twin's draws of the air, the coordinator's own model where no twin answered, or a try that is to be measured. */
  by: z.literal(['twin', 'model', 'exploration']),
  gain: Interval.describe('Utility over that of staying, less one'),
  harm: Share.describe('The largest share of its throughput that a neighbour would lose'),
  alternatives: z.array(z.strictObject({ changes: z.number().int(), gain: Interval })),
  /** Of what the decision was made from: with it, it can be made again. */
  recordHash: Sha256,
});
export type Prospect = z.infer<typeof Prospect>;

/** A client that would do better at another radio of its node; nobody is told to move by it. */
export const Steering = z.strictObject({
  client: z.string(),
  from: z.string().describe('Address of the radio it is at'),
  to: z.string().describe('Address of the radio it would do better at'),
  reason: z.string(),
});
export type Steering = z.infer<typeof Steering>;

/** Where a radio on a channel with radar would go when it hears one. */
export const Backup = z.strictObject({
  radio: z.string().describe('Address of the radio'),
  channel: Channel,
});
export type Backup = z.infer<typeof Backup>;

export const Plan = z.strictObject({
  planId: z.string(),
  /** Grows with every change of the fleet's channels; an approval is good for one. */
  baseVersion: z.number().int().min(0),
  strategy: z.string(),
  changes: z.array(Change),
  prospect: Prospect.optional(),
  steering: z.array(Steering).optional().describe('Proposals; they are no part of what is applied'),
  backups: z.array(Backup).optional().describe('Of radios on channels with radar'),
});
export type Plan = z.infer<typeof Plan>;

const decided = z.strictObject({ planId: z.string(), change: Change, detail: z.string() });

export const planProposed = defineEvent({
  name: 'plan.proposed',
  role: 'coordinator',
  kind: 'event',
  description: 'A plan was made.',
  data: Plan,
});
export const changeApplied = defineEvent({
  name: 'change.applied',
  role: 'coordinator',
  kind: 'event',
  description: 'A radio moved as planned; its effect is being measured.',
  data: decided,
});
export const changeRefused = defineEvent({
  name: 'change.refused',
  role: 'coordinator',
  kind: 'event',
  description: 'A planned move was turned down by the auditor or by the radio.',
  data: decided,
});
export const changeConfirmed = defineEvent({
  name: 'change.confirmed',
  role: 'coordinator',
  kind: 'event',
  description: 'Measured after the move: not worse than before.',
  data: decided.extend({
    measuredBefore: z.number().nullable(),
    measuredAfter: z.number().nullable(),
  }),
});
export const changeReverted = defineEvent({
  name: 'change.reverted',
  role: 'coordinator',
  kind: 'event',
  description: 'Measured after the move: worse than before, so the radio goes back.',
  data: decided.extend({
    measuredBefore: z.number().nullable(),
    measuredAfter: z.number().nullable(),
  }),
});

export const coordinatorEvents = [
  planProposed,
  changeApplied,
  changeRefused,
  changeConfirmed,
  changeReverted,
] as const;
