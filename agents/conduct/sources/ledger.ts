/**
 * Reads conduct off ledgers. Only what was written down there is known: a radio that fell silent says
 * so after radar alone, and the silence before a move is as its node says it.
 */
import * as z from 'zod';
import { Channel } from '#protocols/channels.ts';
import { LedgerEntry } from '#protocols/ledger.ts';
import type { Observed } from '../observed.ts';

const Moved = z.object({
  from: Channel.nullable(),
  to: Channel,
  cause: z.string(),
  silentMs: z.number(),
  verdictId: z.string(),
});
const Powered = z.object({ eirpDbm: z.number(), verdictId: z.string() });
/** What is set on site stands beside each change. */
const SetOnSite = z.object({
  country: z.string().optional(),
  indoor: z.boolean().optional(),
  eirpDbm: z.number().optional(),
});
const Block = z.object({ centerMhz: z.number(), widthMhz: z.number() });
const Radar = z.object({ radar: Block, closure: Block.optional() });
const Silent = z.object({ silent: z.literal(true) });
const Verdict = z.object({ verdictId: z.string(), tool: z.string(), caller: z.string() });
const Refusal = z.object({ tool: z.string(), caller: z.string(), rule: z.string().nullable() });

/** Entries of all chains in the order of time; what is no entry is passed over. */
export function* observedInLedger(entries: Iterable<unknown>): Generator<Observed> {
  const parsed: LedgerEntry[] = [];
  for (const value of entries) {
    const entry = LedgerEntry.safeParse(value);
    if (entry.success) parsed.push(entry.data);
  }
  // A chain is in order whatever its clock did; between chains time decides.
  const times = new Map<string, number>();
  const timed = parsed.map((entry) => {
    const atMs = Math.max(entry.at, times.get(entry.writer) ?? 0);
    times.set(entry.writer, atMs);
    return { entry, atMs };
  });
  timed.sort((a, b) => a.atMs - b.atMs);
  const powers = new Map<string, number>();
  for (const { entry, atMs } of timed) yield* observedIn(entry, atMs * 1_000, powers);
}

function* observedIn(
  { kind, subject, body, reason }: LedgerEntry,
  atUs: number,
  powers: Map<string, number>,
): Generator<Observed> {
  switch (kind) {
    case 'actuation': {
      if (Silent.safeParse(body).success) {
        yield { kind: 'radio', atUs, radio: subject, channel: null, silent: true };
      }
      yield* setOnSite(subject, body, atUs);
      const { eirpDbm } = SetOnSite.safeParse(body).data ?? {};
      if (eirpDbm !== undefined) powers.set(subject, eirpDbm);
      const moved = Moved.safeParse(body);
      const powered = Powered.safeParse(body);
      const verdictId = moved.data?.verdictId ?? powered.data?.verdictId;
      if (verdictId === undefined) return;
      yield { kind: 'told', atUs, radio: subject, verdictId: verdictId === '' ? null : verdictId };
      if (!moved.success) {
        yield { kind: 'powered', atUs, radio: subject, eirpDbm: powered.data!.eirpDbm };
        return;
      }
      const { from, to, cause, silentMs } = moved.data;
      const power = powers.get(subject);
      if (power !== undefined) yield { kind: 'powered', atUs, radio: subject, eirpDbm: power };
      yield { kind: 'moved', atUs, radio: subject, from, to, cause, silentMs };
      return;
    }
    case 'radar': {
      const radar = Radar.safeParse(body);
      if (!radar.success) return;
      yield* setOnSite(subject, body, atUs);
      const { radar: heard, closure: closed } = radar.data;
      const closure = closed === undefined ? {} : { closed };
      yield { kind: 'radar', atUs, radio: subject, ...heard, ...closure };
      return;
    }
    case 'verdict': {
      const verdict = Verdict.safeParse(body);
      if (verdict.success) {
        yield { kind: 'judged', atUs, target: subject, rule: null, reason, ...verdict.data };
      }
      return;
    }
    case 'refusal': {
      const refusal = Refusal.safeParse(body);
      if (refusal.success) {
        yield { kind: 'judged', atUs, target: subject, verdictId: null, reason, ...refusal.data };
      }
    }
  }
}

function* setOnSite(radio: string, body: unknown, atUs: number): Generator<Observed> {
  const { country, indoor } = SetOnSite.safeParse(body).data ?? {};
  if (country === undefined || indoor === undefined) return;
  yield { kind: 'site', atUs, radio, country, indoor };
}
