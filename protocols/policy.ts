/**
 * The rules of an operator, as a file in YAML or JSON. They stand beside the law and only narrow it:
 * what they leave out is as the law has it. Radar moves a radio whatever they say.
 */
import * as z from 'zod';
import { sha256OfJson } from './canonical-json.ts';
import { Band, WidthMhz } from './channels.ts';
import { parseDurationMs } from './duration.ts';
import { Dbm } from './units.ts';

export const policyVersion = 1;

export const Day = z.literal(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export type Day = z.infer<typeof Day>;

const everyDay = [...Day.values];

const TimeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day like 22:00');

/** From one time of day to another; one that ends before it begins runs past midnight. */
export const Hours = z.strictObject({
  days: z
    .array(Day)
    .min(1)
    .default(everyDay)
    .describe('The days on which it begins; every day when left out'),
  from: TimeOfDay,
  to: TimeOfDay.describe('The end, which no longer belongs to it; 24:00 is midnight'),
});
export type Hours = z.infer<typeof Hours>;

export const Policy = z.strictObject({
  version: z.literal(policyVersion),
  name: z.string().min(1).max(100).describe('For a person'),
  utcOffset: z
    .string()
    .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'an offset like +02:00')
    .default('+00:00')
    .describe('What times of day are written in'),
  channels: z
    .array(
      z.strictObject({
        band: Band,
        numbers: z
          .array(z.number().int())
          .min(1)
          .optional()
          .describe('Primary channels; any when left out'),
        maxWidthMhz: WidthMhz.default(320),
      }),
    )
    .min(1)
    .optional()
    .describe('What may be used; a band that is not listed may not'),
  power: z
    .array(z.strictObject({ band: Band, maxEirpDbm: Dbm }))
    .optional()
    .describe('The most EIRP in a band'),
  changeWindows: z
    .array(Hours)
    .min(1)
    .optional()
    .describe('Radios change channel only then; at any time when left out'),
  quietHours: z.array(Hours).optional().describe('No radio changes channel then'),
  maxChanges: z
    .array(
      z.strictObject({
        changes: z.number().int().min(0),
        // Kept as it is written: a policy that is read, told and read again stays the same.
        per: z
          .string()
          .refine((text) => (parseDurationMs(text) ?? 0) > 0, 'a duration like 90s, 10m or 24h')
          .describe('The time in which they are counted, such as 24h'),
      }),
    )
    .optional()
    .describe('How often one radio changes channel'),
});
/** As it was read, with defaults filled in; read once more it is the same. */
export type Policy = z.infer<typeof Policy>;

/** What a verdict names the policy by. */
export function policyHash(policy: Policy): string {
  return sha256OfJson(policy);
}

const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1_440;

/** Whether an instant lies in some of the hours. */
export function isWithin(
  hours: readonly Hours[],
  atMs: number,
  { utcOffset }: Pick<Policy, 'utcOffset'>,
): boolean {
  const sign = utcOffset.startsWith('-') ? -1 : 1;
  const minutes = Math.floor(atMs / MS_PER_MINUTE) + sign * minutesOf(utcOffset.slice(1));
  const today = Math.floor(minutes / MINUTES_PER_DAY);
  const now = minutes - today * MINUTES_PER_DAY;
  return hours.some(({ days, from, to }) => {
    const [begin, end] = [minutesOf(from), minutesOf(to)];
    if (begin < end) return days.includes(dayOf(today)) && now >= begin && now < end;
    return (
      (days.includes(dayOf(today)) && now >= begin) ||
      (days.includes(dayOf(today - 1)) && now < end)
    );
  });
}

/** 1970-01-01 was a Thursday. */
function dayOf(day: number): Day {
  return everyDay[(((day + 3) % 7) + 7) % 7]!;
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}
