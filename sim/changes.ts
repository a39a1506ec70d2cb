/**
 * Keeps the channel changes of a run with their reasons, from the events that radios publish. A radio
 * that was asked to move knows only by whom; the reason is in the plan.
 */
import { isRecord, parseJson } from '#agents/mcp/json.ts';
import { channelKey } from '#protocols/channels.ts';
import type { EventData } from '#protocols/event.ts';
import { planProposed } from '#protocols/events/coordinator.ts';
import { channelChanged } from '#protocols/events/radio.ts';
import { parseSubject } from '#protocols/subjects.ts';
import type { BusListener } from './tapped-bus.ts';

export type ChannelChange = { readonly tUs: number; readonly address: string } & EventData<
  typeof channelChanged
>;

export class ChangeLog {
  readonly changes: ChannelChange[] = [];
  readonly listener: BusListener;
  /** Why the newest plan sends a radio to a channel, by `<address> <channel>`. */
  readonly #planned = new Map<string, string>();

  constructor(nowUs: () => number) {
    this.listener = {
      appended: (_client, subject, _id, data) => {
        if (subject.endsWith(`.${planProposed.name}`)) this.#notePlan(data);
        if (!subject.endsWith(`.${channelChanged.name}`)) return;
        const source = parseSubject(subject);
        const parsed = channelChanged.data.safeParse(eventIn(data));
        if (source === undefined || !parsed.success) return;
        const change = parsed.data;
        const address = `${source.site}/${source.node}/${source.actor}`;
        const planned = this.#planned.get(`${address} ${channelKey(change.to)}`);
        const reason = change.cause === 'call' ? (planned ?? change.reason) : change.reason;
        this.changes.push({ tUs: nowUs(), address, ...change, reason });
      },
    };
  }

  #notePlan(data: Uint8Array): void {
    const plan = planProposed.data.safeParse(eventIn(data));
    if (!plan.success) return;
    for (const { radio, to, reason } of plan.data.changes) {
      this.#planned.set(`${radio} ${channelKey(to)}`, reason);
    }
  }
}

function eventIn(data: Uint8Array): unknown {
  const parsed = parseJson(data);
  return parsed.ok && isRecord(parsed.value) ? parsed.value.data : undefined;
}
