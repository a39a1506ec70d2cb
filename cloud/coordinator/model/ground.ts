/** All that a model of a site's air is made from, as it was measured: what does not change with a plan. */
import type { Band, Channel } from '#protocols/channels.ts';
import { dbToRatio } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Site } from '../site.ts';
import { ChannelEffects, firstMetreDb } from './channel-effects.ts';
import { type Foreign, foreignOf } from './foreign.ts';
import { type Links, linksOf } from './links.ts';
import { airtimesOf, explainedOf } from './loads.ts';
import { type Station, stationsOf } from './stations.ts';

/** A client of which no level was seen is taken to stand 5 m away, with an office's exponent of 3.5. */
const UNSEEN_LOSS_DB = 24.5;
/** Weaker is not a level, but what a radio that is off reports. */
const SHOWN_FROM_DBM = -110;

export interface Ground {
  readonly effects: ChannelEffects;
  readonly stations: readonly Station[];
  /** How many of them are ours; these come first. */
  readonly ours: number;
  readonly links: Links;
  readonly foreign: Foreign;
  /** By station: what neighbours want of the time, and ours sent of it. */
  readonly airtime: Float64Array;
  readonly clients: Clients;
}

/** Those of station `s` stand from `first[s]` to `first[s + 1]`. */
export interface Clients {
  readonly first: Int32Array;
  readonly ids: readonly string[];
  readonly offeredMbps: Float64Array;
  /** What is left of its radio's signal on the way, without the first metre. */
  readonly gain: Float64Array;
}

/** `headroom`: what clients are taken to ask, over what they ask now. */
export function groundOf(site: Site, headroom = 1): Ground {
  const { reports, choices, fillings = [] } = site;
  const bandsOf = (radio: string): Band[] => [
    ...new Set((choices.get(radio) ?? []).map(({ channel }) => channel.band)),
  ];
  const stations = stationsOf(reports, bandsOf);
  const effects = new ChannelEffects(channelsOf(site, stations));
  const mostDbm = stations.map((station) =>
    (choices.get(station.id) ?? []).reduce(
      (most, { maxEirpDbm }) => Math.max(most, maxEirpDbm),
      station.eirpDbm,
    ),
  );
  const links = linksOf(reports, stations, mostDbm);
  const airtime = airtimesOf(reports, stations, links, effects);
  const explained = explainedOf(reports, airtime, stations, links, effects);
  const foreign = foreignOf(reports, fillings, explained, links, effects, stations.length);
  const clients = clientsOf(reports, stations.length, headroom);
  return { effects, stations, ours: reports.length, links, foreign, airtime, clients };
}

function* channelsOf({ choices }: Site, stations: readonly Station[]): Generator<Channel> {
  for (const { channel } of stations) if (channel !== null) yield channel;
  for (const list of choices.values()) for (const { channel } of list) yield channel;
}

function clientsOf(reports: readonly RadioReport[], stations: number, headroom: number): Clients {
  const first = new Int32Array(stations + 1);
  const ids: string[] = [];
  const offered: number[] = [];
  const gain: number[] = [];
  reports.forEach(({ channel, eirpDbm, silent, clients }, index) => {
    for (const { id, rssiDbm, offeredMbps } of clients) {
      const isSeen = channel !== null && !silent && rssiDbm >= SHOWN_FROM_DBM;
      const loss = isSeen ? eirpDbm - rssiDbm - firstMetreDb(channel.band) : UNSEEN_LOSS_DB;
      ids.push(id);
      offered.push(headroom * offeredMbps);
      gain.push(dbToRatio(-loss));
    }
    first[index + 1] = ids.length;
  });
  first.fill(ids.length, reports.length + 1);
  return { first, ids, offeredMbps: Float64Array.from(offered), gain: Float64Array.from(gain) };
}
