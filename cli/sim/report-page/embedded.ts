/** The data of a page as it stands in it: what there are many of in columns, which take half the room. */
import type { ChannelColours } from './colours.ts';
import type { ReportData } from './report-data.ts';

/** What there are more of is not in the data one by one. */
export const EMBEDDED = { radios: 6_000, clients: 30_000 } as const;

export function embedded(data: ReportData, colours: ChannelColours) {
  const { samples, document } = data;
  const isLarge = data.radios.length > EMBEDDED.radios;
  const radios = isLarge ? [] : data.radios;
  const nodes = isLarge ? [] : data.nodes;
  const clients = data.clients.length > EMBEDDED.clients ? [] : data.clients;
  // Where each radio begins stands with the radios, or is too much.
  const changes = isLarge
    ? document.changes.filter(({ cause }) => cause !== 'start')
    : document.changes;
  const channels = [...colours.keys()];
  const place = new Map(channels.map((key, index) => [key, index]));
  const airtime = (when: 'before' | 'after') => ({
    channel: radios.map((radio) => radio[when]?.channel ?? null),
    tx: radios.map((radio) => radio[when]?.tx ?? null),
    rx: radios.map((radio) => radio[when]?.rx ?? null),
    busy: radios.map((radio) => radio[when]?.busy ?? null),
  });
  return {
    ...data,
    document: { ...document, changes },
    nodes: {
      id: nodes.map(({ id }) => id),
      ...placesOf(nodes),
      storey: nodes.map(({ storey }) => storey),
    },
    radios: {
      id: radios.map(({ id }) => id),
      band: radios.map(({ band }) => band),
      before: airtime('before'),
      after: airtime('after'),
    },
    clients: {
      id: clients.map(({ id }) => id),
      radio: clients.map(({ radio }) => radio),
      ...placesOf(clients),
      offeredMbps: clients.map(({ offeredMbps }) => rounded(offeredMbps)),
      beforeMbps: clients.map(({ beforeMbps }) => rounded(beforeMbps)),
      afterMbps: clients.map(({ afterMbps }) => rounded(afterMbps)),
    },
    samples: {
      ...samples,
      /** By place in `channels`; −1 while the radio does not send. */
      radioChannel:
        samples.radioChannel?.map((keys) => keys.map((key) => place.get(key ?? '') ?? -1)) ?? null,
    },
    channels: channels.map((key) => ({ key, ...colours.get(key)! })),
  };
}

function placesOf(
  things: readonly {
    readonly at: { readonly x: number; readonly y: number; readonly z: number };
  }[],
) {
  return {
    x: things.map(({ at }) => at.x),
    y: things.map(({ at }) => at.y),
    z: things.map(({ at }) => at.z),
  };
}

/** To six digits. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}
