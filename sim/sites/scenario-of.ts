/** A generated site as a scenario file: what stands there in its fullest hour, its interferers, and radar. */
import { type Channel, centreNumber, channelNumber } from '#protocols/channels.ts';
import type { GeneratedSite } from './generate.ts';
import { HOUR_US } from './happenings.ts';

/** Plain data, as `sim` reads it. Loads stay as they are in that hour, since a scenario has no others. */
export function scenarioOf(site: GeneratedSite): unknown {
  const { kind, country, scene, radios, happenings, hours } = site;
  const loads = fullestLoads(site);
  const nodes = new Map<string, { id: string; at: unknown; indoor: boolean; radios: unknown[] }>();
  scene.radios.forEach(({ id, at, channel, eirpDbm }, index) => {
    const [node, radio] = id.split('/') as [string, string];
    const { indoor, maxWidthMhz, minEirpDbm, maxEirpDbm } = radios[index]!;
    const known = nodes.get(node) ?? { id: node, at, indoor, radios: [] };
    nodes.set(node, known);
    const written = writtenChannel(channel!);
    known.radios.push({
      id: radio,
      channel: written,
      eirpDbm,
      maxWidthMhz,
      minEirpDbm,
      maxEirpDbm,
    });
  });
  const interferers = happenings.flatMap(({ what, atUs, untilUs, changes }) =>
    what !== 'interferer' || untilUs === null
      ? []
      : changes.flatMap((change) => {
          if (change.kind !== 'emitter') return [];
          const { kind: _, ...emitter } = change;
          return [{ ...emitter, from: `${atUs / 1e6}s`, until: `${untilUs / 1e6}s` }];
        }),
  );
  const radars = happenings.filter(({ what }) => what === 'radar');
  return {
    name: `${kind}-${nodes.size}`,
    about: `A generated site of the kind ${kind}, in its fullest hour.`,
    site: kind,
    country,
    startsAt: '2026-03-02T06:00:00+01:00',
    duration: `${hours}h`,
    nodes: [...nodes.values()],
    clients: scene.clients.map(({ id, at, radio, offeredMbps }) => ({
      id,
      at,
      radio,
      offeredMbps: loads.get(id) ?? offeredMbps,
    })),
    neighbours: scene.unmanaged.map(({ id, at, channel, eirpDbm, offeredMbps }) => ({
      id,
      at,
      channel: writtenChannel(channel),
      eirpDbm,
      load: offeredMbps,
    })),
    emitters: interferers,
    walls: scene.walls,
    faults: radars.map(({ atUs }) => ({ kind: 'radar', when: { at: `${atUs / 1e6}s` } })),
  };
}

/** By client, in the hour in which all together ask for the most. */
export function fullestLoads({ happenings }: GeneratedSite): ReadonlyMap<string, number> {
  let fullest = new Map<string, number>();
  let most = -1;
  for (const { what, atUs, changes } of happenings) {
    if (what !== 'load' || atUs % HOUR_US !== 0) continue;
    const loads = new Map<string, number>();
    let sum = 0;
    for (const change of changes) {
      if (change.kind !== 'client') continue;
      loads.set(change.id, change.offeredMbps ?? 0);
      sum += change.offeredMbps ?? 0;
    }
    if (sum <= most) continue;
    most = sum;
    fullest = loads;
  }
  return fullest;
}

function writtenChannel(channel: Channel) {
  const { band, widthMhz } = channel;
  return { band, number: channelNumber(channel), widthMhz, centre: centreNumber(channel) };
}
