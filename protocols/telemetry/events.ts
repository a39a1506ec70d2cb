/** What happened at a node that is worth telling. Who took part is a pseudonym, reasons are codes. */
import * as z from 'zod';
import { Dbm, Mhz, Share } from '../units.ts';
import { Count, Pseudonym, ShortHash, Word } from './fields.ts';

const span = { lowMhz: Mhz, highMhz: Mhz };

/** What the classifier tells apart, and what it does not know. */
export const interferenceClasses = [
  'wifi',
  'microwave',
  'bluetooth',
  'zigbee',
  'analogue-video',
  'fhss-phone',
  'radar',
  'narrow-jammer',
  'wide-jammer',
  'unknown',
] as const;
export type InterferenceClass = (typeof interferenceClasses)[number];

/** An alert goes before all else. */
const severity = z.literal(['alert', 'notice']);

function event<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.strictObject({ kind: z.literal(kind), severity, ...shape });
}

export const NodeEvent = z.discriminatedUnion('kind', [
  event('mode.changed', { from: Word, to: Word, cause: Word }),
  event('dfs.recorded', {
    what: z.literal(['radar', 'clearing', 'cleared', 'closed', 'opened', 'false-alarm']),
    centerMhz: Mhz,
    widthMhz: z.number().positive().max(320),
    pulses: Count.optional(),
    testSignal: Word.optional(),
  }),
  event('anomaly.detected', {
    ...span,
    /** What told it: the bins, or the noise that the chip reports. */
    sign: z.literal(['bins', 'noise']).default('bins'),
    score: z.number().min(0),
    threshold: z.number().min(0),
    /** How often it was seen before, by the node's own memory. */
    seenBefore: Count,
  }),
  event('interference.classified', {
    ...span,
    class: z.literal(interferenceClasses),
    confidence: Share.optional(),
    peakDbm: Dbm,
    duty: Share.optional(),
  }),
  event('decision.made', {
    by: Word,
    action: Word,
    reason: Word,
    verdict: ShortHash.optional(),
    expected: z.number().optional(),
  }),
  event('key.rotated', { principal: Word, from: ShortHash, to: ShortHash }),
  event('access.checked', { who: Pseudonym, what: Word, granted: z.boolean(), reason: Word }),
  event('compliance.recorded', {
    ruleSet: ShortHash,
    regdb: ShortHash,
    country: z.string().regex(/^[A-Z0-9]{2}$/),
    held: Count,
    broken: z.array(Word).max(64),
  }),
]);
export type NodeEvent = z.infer<typeof NodeEvent>;
