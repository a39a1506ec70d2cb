/** What goes wrong, as data: what it is, whom it hits, and when. */
import * as z from 'zod';
import { RadarPattern } from '#protocols/air.ts';
import { DurationUs } from '#protocols/duration.ts';
import { Dbm, Share } from '#protocols/units.ts';

/** Once at a time, once at a time drawn from the seed, or again and again at random. */
const When = z.union([
  z.strictObject({ at: DurationUs }),
  z.strictObject({ within: z.tuple([DurationUs, DurationUs]) }),
  z.strictObject({
    perNodeHour: z.number().positive().describe('How often an hour, times the number of nodes'),
  }),
]);
export type When = z.infer<typeof When>;

const when = When.describe('at, within or perNodeHour');
const node = z
  .string()
  .default('any')
  .describe('A node, `any` for one drawn from the seed, or `cloud`');
const lasts = DurationUs;

/** The faults by kind. */
export const FaultPlan = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('radar'),
    when,
    lasts: lasts.prefault('60s'),
    eirpDbm: Dbm.default(60).describe(
      'Some 20 m from the radio it strikes, so that it is heard there',
    ),
    pattern: RadarPattern.default('fcc-0').describe(
      'Which test signal of the radar rules it sends',
    ),
  }),
  /** The wire between a node and the hub. */
  z.strictObject({ kind: z.literal('cut'), when, node, lasts: lasts.prefault('2m') }),
  /** The node's process dies, and is started again after that time. */
  z.strictObject({ kind: z.literal('crash'), when, node, lasts: lasts.prefault('20s') }),
  /** The broker of a node, or the hub's (`cloud`), dies and is started again. */
  z.strictObject({ kind: z.literal('broker'), when, node, lasts: lasts.prefault('10s') }),
  /** The wall clock of a node is set by that much. */
  z.strictObject({
    kind: z.literal('jump'),
    when,
    node,
    byMs: z.number().int().describe('Forward, or back when negative'),
  }),
  /** The clock of a node runs fast, or slow when negative, for a while. */
  z.strictObject({
    kind: z.literal('drift'),
    when,
    node,
    ppm: z.number().min(-1000).max(1000),
    lasts: lasts.prefault('10m'),
  }),
  /** The link of a node loses, delays, repeats and reorders. */
  z.strictObject({
    kind: z.literal('noise'),
    when,
    node,
    lasts: lasts.prefault('5m'),
    loss: Share.default(0),
    duplication: Share.default(0),
    reordering: Share.default(0),
    latency: DurationUs.prefault('20ms'),
    spread: DurationUs.prefault('5ms'),
  }),
]);
export type FaultPlan = z.infer<typeof FaultPlan>;
