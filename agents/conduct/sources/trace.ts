/** Reads conduct off the trace of a simulation: what drivers answered, what chips heard, who called. */
import * as z from 'zod';
import { Channel } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import type { TraceRecord } from '#protocols/trace.ts';
import type { Observed } from '../observed.ts';

/** What the world writes down at its start. */
export const WrittenSite = z.object({
  kind: z.literal('site'),
  startsAtUs: z.number().int(),
  country: z.string(),
  radios: z.array(
    z.object({ radio: z.string(), indoor: z.boolean(), antennaGainDbi: z.number().nullable() }),
  ),
});
export type WrittenSite = z.infer<typeof WrittenSite>;

const RadioAnswer = z.object({
  port: z.literal(['open', 'listen', 'tune', 'hush', 'power']),
  outcome: z.object({
    ok: z.literal(true),
    value: z.object({
      channel: Channel.nullable(),
      silent: z.boolean(),
      eirpDbm: z.number(),
    }),
  }),
});
const Chosen = z.object({
  port: z.literal('choose'),
  outcome: z.object({ ok: z.literal(true), value: z.object({ cause: z.string() }) }),
});
const Told = z.object({
  port: z.literal(['tune', 'power']),
  input: z.object({ verdictId: z.string().nullish() }),
});
const Reset = z.object({
  type: z.literal('driver.opened'),
  state: z.object({ channel: Channel.nullable(), silent: z.boolean(), eirpDbm: z.number() }),
});
const Asked = z.object({
  type: z.literal('move.requested'),
  move: z.object({ cause: z.string() }),
});
const Judged = z.object({
  type: z.literal('call.judged'),
  target: z.string(),
  tool: z.string(),
  caller: z.string(),
  rule: z.string().nullable(),
  outcome: z.union([
    z.object({
      ok: z.literal(true),
      value: z.object({ verdict: z.object({ verdictId: z.string() }) }),
    }),
    z.object({ ok: z.literal(false), error: z.object({ hint: z.string() }) }),
  ]),
});
const Heard = z.object({
  type: z.literal('radar.detected'),
  centerMhz: z.number(),
  widthMhz: z.number(),
});
const Struck = z.object({
  kind: z.literal('radar'),
  radio: z.string(),
  centerMhz: z.number(),
  widthMhz: z.number(),
});
const Started = z.object({ kind: z.literal('start'), node: z.string() });
const Called = z.object({ tool: z.string(), caller: z.string(), refused: z.string().optional() });

export function* observedInTrace(records: Iterable<TraceRecord>): Generator<Observed> {
  /** Since when the world's time counts, by site. */
  const startsAtUs = new Map<string, number>();
  const causes = new Map<string, string>();
  const channels = new Map<string, Channel>();
  let lastUs = 0;
  for (const { tUs, address, type, payload } of records) {
    const site = address.split('/')[0] ?? '';
    const written = type === 'world' ? WrittenSite.safeParse(payload) : undefined;
    if (written?.success) {
      startsAtUs.set(site, written.data.startsAtUs);
      for (const { radio, indoor, antennaGainDbi } of written.data.radios) {
        const { country } = written.data;
        const atUs = written.data.startsAtUs + tUs;
        yield { kind: 'site', atUs, radio, country, indoor, antennaGainDbi };
      }
      continue;
    }
    const startUs = startsAtUs.get(site);
    if (startUs === undefined) {
      if (type === 'world') continue;
      throw new InputError(
        `the trace does not say what its site '${site}' is: expected one that \`airguard sim --trace\` of this version wrote`,
      );
    }
    lastUs = startUs + tUs;
    yield* observedIn({ atUs: lastUs, address, type, payload }, { causes, channels });
  }
  if (lastUs > 0) yield { kind: 'waited', atUs: lastUs };
}

function* observedIn(
  {
    atUs,
    address,
    type,
    payload,
  }: Pick<TraceRecord, 'type' | 'payload'> & { atUs: number; address: string },
  known: { causes: Map<string, string>; channels: Map<string, Channel> },
): Generator<Observed> {
  const radio = address;
  switch (type) {
    case 'port': {
      const chosen = Chosen.safeParse(payload);
      if (chosen.success) known.causes.set(radio, chosen.data.outcome.value.cause);
      const answer = RadioAnswer.safeParse(payload);
      if (!answer.success) return;
      const { port, outcome } = answer.data;
      const { channel, silent, eirpDbm } = outcome.value;
      yield { kind: 'radio', atUs, radio, channel, silent, eirpDbm };
      if (port !== 'tune' || channel === null) return;
      const from = known.channels.get(radio) ?? null;
      const cause = known.causes.get(radio) ?? 'start';
      known.channels.set(radio, channel);
      yield { kind: 'moved', atUs, radio, from, to: channel, silentMs: null, cause };
      return;
    }
    case 'actuation': {
      const told = Told.safeParse(payload);
      if (!told.success) return;
      const { verdictId } = told.data.input;
      yield {
        kind: 'told',
        atUs,
        radio,
        verdictId: verdictId == null || verdictId === '' ? null : verdictId,
      };
      return;
    }
    case 'message': {
      const asked = Asked.safeParse(payload);
      if (asked.success) known.causes.set(radio, asked.data.move.cause);
      const reset = Reset.safeParse(payload);
      if (reset.success) {
        const { channel, silent, eirpDbm } = reset.data.state;
        yield { kind: 'radio', atUs, radio, channel, silent, eirpDbm };
      }
      const judged = Judged.safeParse(payload);
      if (judged.success) {
        const { target, tool, caller, rule, outcome } = judged.data;
        const verdictId = outcome.ok ? outcome.value.verdict.verdictId : null;
        const reason = outcome.ok ? '' : outcome.error.hint;
        yield { kind: 'judged', atUs, target, tool, caller, rule, verdictId, reason };
      }
      const heard = Heard.safeParse(payload);
      if (!heard.success) return;
      const { centerMhz, widthMhz } = heard.data;
      yield { kind: 'radar', atUs, radio, centerMhz, widthMhz };
      return;
    }
    case 'fault': {
      const struck = Struck.safeParse(payload);
      if (struck.success) {
        const { centerMhz, widthMhz } = struck.data;
        yield { kind: 'radar-sent', atUs, radio: struck.data.radio, centerMhz, widthMhz };
      }
      const started = Started.safeParse(payload);
      if (started.success) yield { kind: 'restarted', atUs, node: started.data.node };
      return;
    }
    case 'call': {
      const called = Called.safeParse(payload);
      if (!called.success) return;
      const { tool, caller, refused = null } = called.data;
      yield { kind: 'called', atUs, target: address, tool, caller, refused };
    }
  }
}
