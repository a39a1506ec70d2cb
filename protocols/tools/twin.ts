import * as z from 'zod';
import { Fidelity } from '../air.ts';
import { Channel } from '../channels.ts';
import { RadioReport } from '../radio-report.ts';
import { defineTool } from '../tool.ts';
import { Dbm, Mbps, Share } from '../units.ts';

/** A figure with the interval that holds it, at the confidence asked for. */
export const Interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

/** What a radio would be told; who is not named keeps what it has. */
export const Setting = z.strictObject({ radio: z.string(), channel: Channel, eirpDbm: Dbm });
export type Setting = z.infer<typeof Setting>;

export const Candidate = z.strictObject({
  id: z.string().min(1),
  settings: z.array(Setting),
});
export type Candidate = z.infer<typeof Candidate>;

export const Outlook = z.strictObject({
  id: z.string(),
  /** Geometric mean of the throughput of clients, Mb/s. */
  utilityMbps: Interval,
  /** Utility over that of staying, less one: pairs of draws of the same air. */
  gain: Interval,
  jain: z.number(),
  fifthPercentileMbps: z.number(),
  aggregateMbps: z.number(),
  /** The largest share of its throughput that a network which is not ours would lose. */
  harm: Share,
  /** Mean throughput of each radio's clients, as the geometric mean, by radio: before and after. */
  radios: z.array(z.strictObject({ radio: z.string(), before: Mbps, after: Mbps })),
});
export type Outlook = z.infer<typeof Outlook>;

const draws = z
  .number()
  .int()
  .min(1)
  .max(256)
  .default(16)
  .describe('Airs drawn from the measurements');
const confidence = z.number().min(0.5).max(0.999).default(0.95).describe('Of the intervals');
const seed = z.number().int().min(0).default(1).describe('The same seed draws the same airs');

const refusals = {
  bad_reports: 'The reports, or the plans for them, do not fit each other. The text says where.',
  too_much: 'The site, plans and draws together are more than one call may ask for.',
  busy: 'As many calls as can wait are waiting. Call again in a few seconds.',
} as const;

export const evaluate = defineTool({
  name: 'twin_evaluate',
  description:
    'Runs plans from the measured state of a site, with its uncertainties, beside staying as it is, all on the same draws of the air. Tells how clients would fare and how sure that is. Moves nothing.',
  effect: 'observe',
  input: z.strictObject({
    reports: z.array(RadioReport).min(1).describe('Of all radios of the site, from about one time'),
    candidates: z.array(Candidate).min(1).max(256),
    draws,
    confidence,
    seed,
  }),
  output: z.strictObject({
    fidelity: Fidelity,
    error: z.string().nullable().describe('How far this air is off frames, in words'),
    draws: z.number().int(),
    stay: Outlook,
    outlooks: z.array(Outlook).describe('In the order of the candidates'),
  }),
  refusals,
});

export const scoreDecision = defineTool({
  name: 'twin_score_decision',
  description:
    'Holds what was decided against what would have been: from the reports of before, what was to be expected; from those of after, what came, and what staying would have given in the air as it then was.',
  effect: 'observe',
  input: z.strictObject({
    before: z.array(RadioReport).min(1).describe('What the decision was made from'),
    after: z.array(RadioReport).min(1).describe('Of the same radios, once it had settled'),
    settings: z.array(Setting).min(1).describe('What was told'),
    draws,
    confidence,
    seed,
  }),
  output: z.strictObject({
    expected: Interval.describe('Gain in utility that the reports of before let expect'),
    measured: z
      .number()
      .describe('Utility measured after over before, less one: what else changed is in it'),
    counterfactual: Interval.describe(
      'Utility over what staying would have given in the air as measured after, less one: the worth of the decision',
    ),
  }),
  refusals,
});

export const twinTools = [evaluate, scoreDecision] as const;
