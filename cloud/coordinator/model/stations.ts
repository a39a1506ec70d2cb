/** Who sends at a site: radios of ours, and those of neighbours that were heard. Known by number, ours first. */
import type { Band, Channel } from '#protocols/channels.ts';
import type { RadioReport } from '#protocols/radio-report.ts';

/** Neighbours do not say how strongly they send: a usual power indoors, a choice of ours. */
const NEIGHBOUR_EIRP_DBM = 20;
/** Of the time, for a neighbour that does not say: a choice of ours. */
const ASSUMED_LOAD = 0.2;

export interface Station {
  readonly id: string;
  readonly isOurs: boolean;
  /** What stands at one spot has one number. */
  readonly place: number;
  readonly channel: Channel | null;
  readonly eirpDbm: number;
  readonly isSending: boolean;
  readonly listens: boolean;
  /** Those it is or may be in. */
  readonly bands: readonly Band[];
  /** Of a neighbour: how busy it says its channel is. */
  readonly load: number;
}

export function stationsOf(
  reports: readonly RadioReport[],
  bandsOf: (radio: string) => readonly Band[],
): Station[] {
  const placeOf = new Map<string, number>();
  const placeAt = (spot: string) => {
    const place = placeOf.get(spot) ?? placeOf.size;
    placeOf.set(spot, place);
    return place;
  };
  const ours = reports.map(({ id, channel, eirpDbm, silent }): Station => {
    const own = channel === null ? [] : [channel.band];
    return {
      id,
      isOurs: true,
      place: placeAt(`node ${nodeOf(id)}`),
      channel,
      eirpDbm,
      isSending: channel !== null && !silent,
      listens: channel !== null,
      bands: [...new Set([...own, ...bandsOf(id)])],
      load: 0,
    };
  });
  const known = new Set(ours.map(({ id }) => id));
  const others: Station[] = [];
  for (const { neighbours } of reports) {
    for (const { id, channel, managed, load } of neighbours) {
      if (managed || known.has(id)) continue;
      known.add(id);
      others.push({
        id,
        isOurs: false,
        place: placeAt(`neighbour ${id}`),
        channel,
        eirpDbm: NEIGHBOUR_EIRP_DBM,
        isSending: true,
        listens: false,
        bands: [channel.band],
        load: load ?? ASSUMED_LOAD,
      });
    }
  }
  return [...ours, ...others];
}

/** A radio's id is `<node>/<radio>`, or that of a node which has only one. */
function nodeOf(id: string): string {
  const slash = id.lastIndexOf('/');
  return slash < 0 ? id : id.slice(0, slash);
}
