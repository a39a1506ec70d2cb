/** What a live process and its supervisor say to each other. */
import * as z from 'zod';
import { LedgerEntry } from '#protocols/ledger.ts';

const Count = z.number().int().min(0);

/** What a process counted since it started. */
export const Counts = z.strictObject({
  /** Messages, timers and answers of ports that charts consumed. */
  events: Count,
  calls: z.strictObject({ ok: Count, refused: Count, failed: Count }),
  /** Calls turned down at its door. */
  refusedHere: Count,
  actuations: Count,
});
export type Counts = z.infer<typeof Counts>;

export const Change = z.strictObject({
  atMs: Count,
  radio: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  cause: z.string(),
  reason: z.string(),
});
export type Change = z.infer<typeof Change>;

/** From the process. */
export const Told = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('counted'), counts: Counts }),
  z.strictObject({ type: z.literal('changed'), change: Change }),
  z.strictObject({ type: z.literal('noted'), entry: LedgerEntry }),
  /** Something happened on the air, or to it. */
  z.strictObject({ type: z.literal('happened'), text: z.string() }),
]);
export type Told = z.infer<typeof Told>;

/** To the process. */
export const Asked = z.discriminatedUnion('type', [z.strictObject({ type: z.literal('stop') })]);
export type Asked = z.infer<typeof Asked>;
