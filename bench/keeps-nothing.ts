/** Surroundings of a host that keep nothing, so that only the host is measured. */
import type { Bus } from '#agents/bus/bus.ts';
import type { ToolCaller } from '#agents/host/actor-host.ts';
import type { TraceSink } from '#protocols/trace.ts';

const bus = {
  client: 'ap1',
  publish: () => undefined,
  append: (_, __, ___, done) => {
    done({ ok: true, value: { stream: 'EVENTS', seq: 1, duplicate: false } });
  },
  onStatus: () => ({ close: () => undefined }),
  // A host asks no more of its bus as long as nobody hears or calls.
} as Partial<Bus> as Bus;

const trace: TraceSink = { chain: () => ({ record: () => undefined }) };

const caller: ToolCaller = { call: () => ({ cancel: () => undefined }) };

export const keepsNothing = { bus, trace, caller };
