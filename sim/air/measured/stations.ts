/** Which radios there are, ours and the neighbours', and which of them stand at one place. */

import type { RadioReport } from '#protocols/radio-report.ts';
import type { Estimate } from './estimate.ts';
import type { Station } from './losses.ts';

/** Neighbours do not say how strongly they send: a usual power indoors, a choice of ours. */
export const NEIGHBOUR_EIRP: Estimate = { mean: 20, sigma: 3 };

export function stationsOf(reports: readonly RadioReport[]): {
  readonly stations: readonly Station[];
  readonly places: number;
} {
  const placeOf = new Map<string, number>();
  const stations: Station[] = [];
  const add = (spot: string, station: Omit<Station, 'place'>) => {
    const place = placeOf.get(spot) ?? placeOf.size;
    placeOf.set(spot, place);
    stations.push({ ...station, place });
  };
  for (const { id, channel, eirpDbm, silent } of reports) {
    const isSending = channel !== null && !silent;
    const node = id.split('/', 1)[0]!;
    add(`node ${node}`, {
      id,
      channel,
      eirpDbm,
      isSending,
      listens: channel !== null,
      isOurs: true,
    });
  }
  for (const { neighbours } of reports) {
    for (const { id, channel, managed } of neighbours) {
      if (managed || stations.some((station) => station.id === id)) continue;
      const eirpDbm = NEIGHBOUR_EIRP.mean;
      const station = { id, channel, eirpDbm, isSending: true, listens: false, isOurs: false };
      add(`neighbour ${id}`, station);
    }
  }
  return { stations, places: placeOf.size };
}
