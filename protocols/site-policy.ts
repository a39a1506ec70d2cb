/** What an operator asks of whoever plans a site. */
import * as z from 'zod';
import { Channel } from './channels.ts';
import { Dbm, Ms, Share } from './units.ts';
import { WrittenChannel } from './written-channel.ts';

const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day like `22:30`')
  .describe('In the site’s own time');

const Hours = z.strictObject({ from: TimeOfDay, to: TimeOfDay });
export type Hours = z.infer<typeof Hours>;

export const SitePolicy = z.strictObject({
  observeOnly: z.boolean().default(false).describe('Plans are made and left to a person'),
  utcOffsetMinutes: z.number().int().min(-840).max(840).default(0),
  quietHours: z
    .array(Hours)
    .default([])
    .describe('No radio is told anything, but to leave what fills its channel'),
  busyHours: z
    .array(Hours)
    .default([])
    .describe('Nothing that costs silence, and gains have to be twice as large'),
  dwellMs: Ms.default(600_000).describe('A radio that moved is left in peace for so long'),
  changesPerDay: z
    .number()
    .int()
    .min(0)
    .default(2)
    .describe('Of a radio in 24 hours; leaving what fills its channel does not count'),
  explorations: z
    .number()
    .int()
    .min(0)
    .max(24)
    .default(0)
    .describe('Tries of a radio in 24 hours, in turns with those it hears; 0: none'),
  changesAtOnce: z.number().int().min(1).max(64).default(64).describe('Of one plan'),
  threshold: Share.default(0.01).describe('Gain in utility that has to be certain'),
  thresholdWithoutTwin: Share.default(0.05).describe(
    'Gain by the model alone, where no twin answers',
  ),
  confidence: z.number().min(0.5).max(0.999).default(0.95).describe('Of the twin’s intervals'),
  harmMost: Share.default(0.1).describe('Of its throughput that a neighbour may lose'),
  pins: z.array(z.string()).default([]).describe('Radios that stay, `<node>/<radio>`'),
  mesh: z
    .array(z.strictObject({ child: z.string(), parent: z.string() }))
    .default([])
    .describe('Radios that have to be on the channel of another one'),
  radar: z
    .literal(['include', 'avoid', 'prefer'])
    .default('include')
    .describe(
      'Channels with radar: as any other, not at all, or without a thought for their silence',
    ),
  backup: Channel.nullable()
    .default(null)
    .describe('A channel that no plan uses, for radios that radar chases from theirs'),
  globalAt: TimeOfDay.nullable()
    .default('03:00')
    .describe(
      'In the hour from then on the whole site is planned anew, once a day; otherwise radios whose clients lack something, and those around them. Null: the whole site each time',
    ),
  powers: z.boolean().default(true).describe('Plans may change power'),
  eirpDbmMin: Dbm.default(8).describe('No plan goes below'),
});
export type SitePolicy = z.infer<typeof SitePolicy>;

/** The same as people write it. */
export const WrittenSitePolicy = SitePolicy.extend({
  backup: WrittenChannel.nullable().default(null).describe(SitePolicy.shape.backup.description!),
});

export const usualPolicy: SitePolicy = SitePolicy.parse({});

const DAY_MINUTES = 1_440;

/** Whether it is one of those hours; they may go over midnight. */
export function isWithin(
  hours: readonly Hours[],
  nowMs: number,
  { utcOffsetMinutes }: Pick<SitePolicy, 'utcOffsetMinutes'>,
): boolean {
  const minutes = Math.floor(nowMs / 60_000) + utcOffsetMinutes;
  const now = ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return hours.some(({ from, to }) => {
    const [begin, end] = [minutesOf(from), minutesOf(to)];
    return begin <= end ? now >= begin && now < end : now >= begin || now < end;
  });
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return 60 * hour + minute;
}
