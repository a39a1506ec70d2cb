import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { Sha256, Share } from '../units.ts';

/** More go in several calls. */
export const RADIOS_A_CALL = 1_000;

export const describe = defineTool({
  name: 'policy_describe',
  description:
    'Tells which model scores channels, what its features are in their order, and how good it was measured to be.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    modelHash: Sha256.nullable().describe('Null: no model is loaded'),
    loadable: z.array(Sha256),
    featureVersion: z.number().int(),
    radioFeatures: z.array(z.string()),
    channelFeatures: z.array(z.string()),
    usable: z.boolean().describe('Whether it beat the best heuristic on sites it had not seen'),
    because: z.string(),
    temperature: z
      .number()
      .describe('A score of one more: so much more of the logarithm of throughput'),
    waitMs: z.number().describe('Calls that come within this are worked off together'),
  }),
});

export const evaluate = defineTool({
  name: 'policy_evaluate',
  description:
    'Scores every channel that radios may take, all of a site in one call. The higher the better; only differences within a radio mean anything.',
  effect: 'observe',
  input: z.strictObject({
    modelHash: Sha256,
    featureVersion: z.number().int(),
    radios: z
      .array(
        z.strictObject({
          id: z.string().min(1),
          features: z
            .array(z.number())
            .describe('Its own, then of the channel it is on, then of each channel it may take'),
        }),
      )
      .min(1)
      .max(RADIOS_A_CALL),
    edges: z
      .array(z.tuple([z.number().int().min(0), z.number().int().min(0), z.number()]))
      .max(RADIOS_A_CALL * 64)
      .describe('Who shares the air: places in the list of radios, and a weight, each pair once'),
  }),
  output: z.strictObject({
    modelHash: Sha256,
    scores: z.array(z.strictObject({ id: z.string(), scores: z.array(z.number()) })),
    together: Share.describe('Of the radios worked off at once, the share that this call had'),
  }),
  refusals: {
    no_model: 'No model is loaded. Load one with policy_load.',
    other_model:
      'Another model is loaded. Ask policy_describe, and make the features for that one.',
    other_features: 'The features are of another version, or not as many as the version has.',
    bad_edge: 'An edge names a radio that is not in the list, or one with itself, or a pair twice.',
  },
});

export const load = defineTool({
  name: 'policy_load',
  description: 'Lets another of the models that this process has score from now on.',
  effect: 'administer',
  input: z.strictObject({ modelHash: Sha256 }),
  output: z.strictObject({ modelHash: Sha256, before: Sha256.nullable() }),
  refusals: {
    unknown_model: 'This process has no model of that hash. policy_describe lists those it has.',
  },
});

export const policyTools = [describe, evaluate, load] as const;
