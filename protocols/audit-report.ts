/** What an auditor reports of a span of time: the same by a tool, as JSON, CSV or PDF. */
import * as z from 'zod';
import { Channel } from './channels.ts';
import { EpochMs, Mhz, Ms } from './units.ts';

const Count = z.number().int().min(0);

export const AuditStretch = z.strictObject({
  rule: z.string(),
  clause: z.string().describe('Where the rule stands'),
  who: z.string().describe('A radio’s address, or a caller'),
  fromMs: EpochMs,
  toMs: EpochMs.nullable().describe('Null when it had not ended'),
  what: z.string(),
});

export const AuditReport = z.strictObject({
  fromMs: EpochMs,
  toMs: EpochMs,
  radios: z.array(
    z.strictObject({
      radio: z.string(),
      country: z.string().nullable().describe('Null: the law could not be held against it'),
      moves: Count,
      byCause: z.record(z.string(), Count),
      movesPerDay: z.number().min(0),
    }),
  ),
  verdicts: z.strictObject({
    given: Count,
    refused: z.record(z.string(), Count).describe('By rule, or by the code of the refusal'),
  }),
  refusals: z.array(
    z.strictObject({
      atMs: EpochMs,
      target: z.string(),
      tool: z.string(),
      caller: z.string(),
      rule: z.string().nullable(),
      reason: z.string(),
    }),
  ),
  moves: z.array(
    z.strictObject({
      atMs: EpochMs,
      radio: z.string(),
      from: Channel.nullable(),
      to: Channel,
      cause: z.string(),
      verdictId: z.string().nullable(),
      listenedMs: Ms.nullable().describe('Silence before its use'),
      owedMs: Ms,
    }),
  ),
  radar: z.array(
    z.strictObject({
      atMs: EpochMs,
      radio: z.string(),
      centerMhz: Mhz,
      widthMhz: z.number(),
      sentForMs: Ms.nullable().describe('From hearing it to silence; null while it still sent'),
      closingMs: Ms.describe('What the law allows'),
      closedUntilMs: EpochMs.nullable().describe('Null where it used nothing there'),
      usedAgainMs: EpochMs.nullable().describe('Its first use of what was closed; null for none'),
    }),
  ),
  rules: z.array(
    z.strictObject({
      id: z.string(),
      of: z.literal(['domain', 'conduct', 'operator', 'agents']),
      clause: z.string(),
      text: z.string(),
      breaches: Count,
    }),
  ),
  stretches: z.array(AuditStretch),
});
export type AuditReport = z.infer<typeof AuditReport>;
