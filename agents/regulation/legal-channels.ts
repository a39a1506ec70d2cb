/** The channels a radio may use where it stands: what every planner chooses from. */
import {
  allChannels,
  type Band,
  type Channel,
  overlapMhz,
  span,
  WidthMhz,
} from '#protocols/channels.ts';
import type { Closure } from '#protocols/events/radio.ts';
import { limitsOfChannel } from './limits-of-channel.ts';
import { type Regdb, shippedRegdb } from './regdb.ts';

export interface LegalChannel {
  /** One for each block: its primary is the lowest 20 MHz, and any other in it is as legal. */
  readonly channel: Channel;
  /** The most the rules and the driver allow there. */
  readonly maxEirpDbm: number;
  /** True where radar has to be listened for. */
  readonly radar: boolean;
  /** Silence owed before its first use. */
  readonly clearMs: number;
}

/** The part of a radio's legal state that decides; a whole `RadioLegalState` fits. */
export interface WhereItStands {
  readonly country: string;
  readonly indoor: boolean;
  readonly antennaGainDbi: number | null;
  readonly bands: readonly string[];
  readonly maxWidthMhz: number;
  readonly minEirpDbm: number;
  readonly maxEirpDbm: number;
  /** The power it has now: where less is allowed it may not go. Left out, any power in reach. */
  readonly eirpDbm?: number;
  /** Closed since radar was heard there. */
  readonly closures?: readonly Closure[];
}

/** Lists them by band, width and frequency. Lists are shared: the same state gives the same list. */
export function legalChannels(
  state: WhereItStands,
  regdb: Regdb = shippedRegdb(),
): readonly LegalChannel[] {
  let known = lists.get(regdb);
  if (known === undefined) {
    known = new Map();
    lists.set(regdb, known);
  }
  const needDbm = state.eirpDbm ?? state.minEirpDbm;
  const key = `${state.country} ${state.indoor} ${state.antennaGainDbi === null} ${state.bands} ${state.maxWidthMhz} ${state.minEirpDbm} ${state.maxEirpDbm} ${needDbm}`;
  let list = known.get(key);
  if (list === undefined) {
    list = compute(state, needDbm, regdb);
    if (known.size >= MOST_LISTS) known.clear();
    known.set(key, list);
  }
  const { closures = [] } = state;
  if (closures.length === 0) return list;
  const closed = closures.map(({ centerMhz, widthMhz }) => ({
    lowMhz: centerMhz - widthMhz / 2,
    highMhz: centerMhz + widthMhz / 2,
  }));
  return list.filter(({ channel }) =>
    closed.every((stretch) => overlapMhz(span(channel), stretch) === 0),
  );
}
const lists = new WeakMap<Regdb, Map<string, readonly LegalChannel[]>>();
const MOST_LISTS = 1_000;

function compute(state: WhereItStands, needDbm: number, regdb: Regdb): readonly LegalChannel[] {
  const domain = regdb.domains.get(state.country);
  if (domain === undefined || state.country === '00' || state.antennaGainDbi === null) return [];
  if (needDbm < state.minEirpDbm || needDbm > state.maxEirpDbm) return [];
  const found: LegalChannel[] = [];
  for (const band of ['2.4', '5', '6'] as const satisfies readonly Band[]) {
    if (!state.bands.includes(band)) continue;
    for (const widthMhz of WidthMhz.values) {
      if (widthMhz > state.maxWidthMhz) continue;
      for (const channel of allChannels(band, widthMhz)) {
        if (channel.primaryMhz !== channel.centerMhz - widthMhz / 2 + 10) continue;
        const limits = limitsOfChannel(channel, domain);
        const maxEirpDbm = Math.min(limits.maxEirpDbm, state.maxEirpDbm);
        const isLegal =
          limits.uncoveredMhz === null &&
          !limits.noOfdm &&
          !limits.noIr &&
          (state.indoor || !limits.indoorOnly) &&
          widthMhz <= limits.maxWidthMhz &&
          needDbm <= maxEirpDbm;
        if (isLegal) {
          found.push({ channel, maxEirpDbm, radar: limits.radar, clearMs: limits.clearMs });
        }
      }
    }
  }
  return found;
}
