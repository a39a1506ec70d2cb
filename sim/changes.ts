/** Keeps the channel changes of a run with their reasons, from the events that radios publish. */
import { isRecord, parseJson } from '#agents/mcp/json.ts';
import { sameChannel } from '#protocols/channels.ts';
import { changeApplied } from '#protocols/events/coordinator.ts';
import { channelChanged } from '#protocols/events/radio.ts';
import type { EventData } from '#protocols/event.ts';
import { parseSubject } from '#protocols/subjects.ts';
import type { BusListener } from './tapped-bus.ts';

export type ChannelChange = { readonly tUs: number; readonly address: string } & EventData<
  typeof channelChanged
>;

export class ChangeLog {
  readonly changes: ChannelChange[] = [];
  readonly listener: BusListener;

  constructor(nowUs: () => number) {
    this.listener = {
      appended: (_client, subject, _id, data) => {
        if (subject.endsWith(`.${changeApplied.name}`)) this.#explain(dataOf(data));
        if (!subject.endsWith(`.${channelChanged.name}`)) return;
        const source = parseSubject(subject);
        const event = dataOf(data);
        const change = channelChanged.data.safeParse(event);
        if (source === undefined || !change.success) return;
        const { site, node, actor } = source;
        this.changes.push({ tUs: nowUs(), address: `${site}/${node}/${actor}`, ...change.data });
      },
    };
  }

  /** A radio that was called knows only by whom; the coordinator says why. */
  #explain(event: unknown): void {
    const applied = changeApplied.data.safeParse(event);
    if (!applied.success) return;
    const { radio, to, reason } = applied.data.change;
    const index = this.changes.findLastIndex(
      (change) => change.address === radio && sameChannel(change.to, to),
    );
    const made = this.changes[index];
    if (made !== undefined) this.changes[index] = { ...made, reason };
  }
}

function dataOf(bytes: Uint8Array): unknown {
  const parsed = parseJson(bytes);
  return parsed.ok && isRecord(parsed.value) ? parsed.value.data : undefined;
}
