import * as z from 'zod';
import { UPDATE_BYTES_MAX } from '../learning/fl-update.ts';
import { defineTool } from '../tool.ts';
import { EpochMs, Sha256, Share } from '../units.ts';

/** How one round ended. */
export const RoundRecord = z.strictObject({
  round: z.number().int().min(0),
  atMs: EpochMs,
  nodes: z.number().int().min(0).describe('Nodes whose updates counted'),
  rule: z.string().describe('How their changes became one'),
  lossBefore: z.number().nullable().describe('Of what was held out; null where it is no number'),
  lossAfter: z.number().nullable(),
  isAccepted: z.boolean(),
  /** In force after it. */
  modelHash: Sha256,
});
export type RoundRecord = z.infer<typeof RoundRecord>;

export const describe = defineTool({
  name: 'learner_describe',
  description:
    'Tells what nodes learn together, which round is open, who took part, what was turned down and how former rounds ended.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    task: z.string(),
    doing: z.string(),
    round: z.number().int().min(0),
    modelHash: Sha256,
    size: z.number().int().positive().describe('How many weights are learned'),
    took: z.array(z.string()).describe('Nodes that took part in the open round'),
    refused: z.record(z.string(), z.number().int()).describe('Updates turned down, by code'),
    liarShare: Share.describe('Which part of the nodes may lie'),
    rounds: z.array(RoundRecord).describe('The newest first'),
  }),
});

export const getModel = defineTool({
  name: 'learner_get_model',
  description: 'Hands out the weights in force: what a node changes in the open round.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    task: z.string(),
    round: z.number().int().min(0),
    modelHash: Sha256,
    weights: z.base64().describe('Little-endian float32'),
  }),
});

export const submitUpdate = defineTool({
  name: 'learner_submit_update',
  description:
    'Takes what a node learned in the open round: one signed FlUpdate of Protocol Buffers. A second one of the same node takes the place of the first.',
  effect: 'propose',
  input: z.strictObject({
    update: z.base64().max(4 * Math.ceil(UPDATE_BYTES_MAX / 3)),
  }),
  output: z.strictObject({ round: z.number().int().min(0) }),
  refusals: {
    bad_update: 'The update cannot be read, or its signature is not of its caller.',
    other_model: 'The update changes another model. Fetch the model again.',
    other_round: 'The update is of another round. Fetch the model again.',
    not_finite: 'A weight of the update is not a number.',
    closing: 'The round is being closed. Fetch the model again in a moment.',
  },
});

export const rollBack = defineTool({
  name: 'learner_roll_back',
  description: 'Puts the weights of a former round in force again, and opens a new round on them.',
  effect: 'administer',
  input: z.strictObject({ modelHash: Sha256.describe('As learner_describe lists them') }),
  output: z.strictObject({ round: z.number().int().min(0), modelHash: Sha256 }),
  refusals: {
    unknown_model: 'These weights are not among those that are kept. See learner_describe.',
    closing: 'The round is being closed. Call again in a moment.',
  },
});

export const learnerTools = [describe, getModel, submitUpdate, rollBack] as const;
