import * as z from 'zod';
import { Channel } from '../channels.ts';
import { Backup, Change, Plan, Prospect, Steering } from '../events/coordinator.ts';
import { SitePolicy } from '../site-policy.ts';
import { defineTool } from '../tool.ts';
import { Sha256, Share } from '../units.ts';
import { scoreDecision } from './twin.ts';

export const getPlan = defineTool({
  name: 'coordinator_get_plan',
  description:
    'Tells which channel each radio has, which plan is under way and what waits in it, and the policy it is made under.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    baseVersion: z.number().int(),
    strategy: z.string(),
    doing: z.string(),
    channels: z.record(z.string(), Channel.nullable()),
    plan: Plan.nullable(),
    policy: SitePolicy.describe('What the operator asks of plans'),
    steering: z
      .array(Steering)
      .describe('Clients that would do better at another radio of their node, as last looked at'),
    backups: z
      .array(Backup)
      .describe('Where radios on channels with radar would go when they hear one'),
  }),
});

export const explainDecision = defineTool({
  name: 'coordinator_explain_decision',
  description: 'Tells why a radio was moved or left, the newest decision first.',
  effect: 'observe',
  input: z.strictObject({
    radio: z.string().optional().describe('Address of a radio; all of the site when left out'),
    limit: z.number().int().min(1).max(100).default(10),
  }),
  output: z.strictObject({
    decisions: z.array(
      z.strictObject({
        atMs: z.number().int(),
        radio: z.string(),
        outcome: z.string(),
        reason: z.string(),
        evidence: z.array(z.string()),
        planId: z.string(),
        prospect: Prospect.nullable().describe(
          'What the whole plan was expected to bring, and what else was looked at; null where radios were looked at one by one',
        ),
        measured: z
          .strictObject({ before: Share.nullable(), after: Share.nullable() })
          .nullable()
          .describe('What its clients got of what they asked; null until it was measured'),
        worth: scoreDecision.output
          .nullable()
          .describe(
            'What the plan was worth beside having stayed, by the twin; null until it was asked',
          ),
      }),
    ),
  }),
});

export const getRecord = defineTool({
  name: 'coordinator_get_record',
  description:
    'Gives all that a decision was made from; `airguard audit replay` makes it again from that. The last eight are kept.',
  effect: 'observe',
  input: z.strictObject({
    planId: z
      .string()
      .optional()
      .describe('As coordinator_explain_decision tells; the newest when left out'),
  }),
  output: z.strictObject({
    planId: z.string(),
    recordHash: Sha256.describe('The prospect of a plan has the same one'),
    record: z.unknown(),
    tries: z
      .unknown()
      .describe(
        'Where nothing was better and something was tried: what the tries were chosen from; else null',
      ),
  }),
  refusals: { unknown_record: 'No record of such a decision is kept. Only the last eight are.' },
});

export const proposePlan = defineTool({
  name: 'coordinator_propose_plan',
  description:
    'Makes a plan from what was measured, without applying it. Its hash is what an approval signs.',
  effect: 'propose',
  input: z.strictObject({
    radios: z.array(z.string()).optional().describe('Only these; the whole site when left out'),
  }),
  output: z.strictObject({ plan: Plan, planHash: Sha256 }),
  refusals: {
    nothing_better: 'No move is expected to help by more than the threshold.',
    busy: 'A plan is being applied. Ask again when it is confirmed.',
    empty_site: 'No radio of the site has reported yet. Ask again when they have.',
    nothing_legal:
      'No channel is legal for any radio of the site. Check their country, their antenna gain and what is closed since radar was heard.',
    all_pinned:
      'Every radio has to stay where it is: pinned, moved a short while ago, or at its limit of changes a day.',
  },
});

export const applyPlan = defineTool({
  name: 'coordinator_apply_plan',
  description: 'Applies a proposed plan, one change a neighbourhood at a time, and confirms it.',
  effect: 'administer',
  input: z.strictObject({
    planId: z.string(),
    planHash: Sha256,
    baseVersion: z.number().int().min(0),
  }),
  output: z.strictObject({ accepted: z.array(Change) }),
  refusals: {
    unknown_plan: 'There is no such plan, or its hash differs. Propose it again.',
    busy: 'A plan is being applied. Ask again when it is confirmed.',
  },
});

export const revertPlan = defineTool({
  name: 'coordinator_revert_plan',
  description: 'Takes the last applied plan back: each radio it moved returns to where it was.',
  effect: 'administer',
  input: z.strictObject({ planId: z.string() }),
  output: z.strictObject({ reverting: z.array(Change) }),
  refusals: {
    unknown_plan: 'That plan is not the last one applied.',
    busy: 'A plan is being applied. Ask again when it is confirmed.',
  },
});

export const coordinatorTools = [
  getPlan,
  explainDecision,
  getRecord,
  proposePlan,
  applyPlan,
  revertPlan,
] as const;
