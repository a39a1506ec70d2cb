/**
 * Clients that would do better at another radio of their node, for whoever hints at it (IEEE 802.11k neighbour reports,
 * 802.11v BSS transition management). Nobody is moved by it: what a client can receive is only estimated.
 *
 * Both radios of a node stand at one place, so the other one arrives at a client as this one does, by the powers and by
 * what free space takes at either frequency (ITU-R P.525: 20·lg f). Walls take more from the higher one.
 */
import type { Steering } from '#protocols/events/coordinator.ts';
import { log } from '#protocols/math.ts';
import { mean, type Picture, type RadioView } from './picture.ts';

/** A client of the lower band hears the higher one well enough from here on. */
const GOOD_DBM = -65;
/** Below this the higher band carries little. */
const POOR_DBM = -75;
/** What walls take more of the higher band: a choice of ours, to be on the safe side. */
const WALLS_DB = 4;
/** The other channel has to be this much less busy, so that clients do not go to and fro. */
const MARGIN = 0.1;
/** A client that gets so much of what it asks is left alone. */
const CONTENT = 0.9;

export function steeringOf(picture: Picture): Steering[] {
  const views = [...picture.views.values()];
  return views.flatMap((view) => {
    const others = views.filter((other) => other !== view && nodeOf(other) === nodeOf(view));
    return others.flatMap((other) => between(view, other));
  });
}

function between(view: RadioView, other: RadioView): Steering[] {
  const [here, there] = [view.legal.channel, other.legal.channel];
  const { survey } = view;
  if (here === null || there === null || other.legal.silent || survey === null) return [];
  if (here.band === there.band || other.survey === null) return [];
  const goesUp = there.centerMhz > here.centerMhz;
  const [busyHere, busyThere] = [busyOf(view), busyOf(other)];
  return survey.clients.flatMap(({ id, rssiDbm, offeredMbps, throughputMbps }): Steering[] => {
    if (throughputMbps >= CONTENT * offeredMbps) return [];
    const fall = (20 / log(10)) * log(there.centerMhz / here.centerMhz) + (goesUp ? WALLS_DB : 0);
    const level = rssiDbm - view.legal.eirpDbm + other.legal.eirpDbm - fall;
    const isWell = goesUp ? level >= GOOD_DBM : rssiDbm < POOR_DBM;
    if (!isWell || busyThere > busyHere - (goesUp ? MARGIN : -MARGIN)) return [];
    const to = `${there.band} GHz`;
    const share = Math.round((100 * throughputMbps) / Math.max(0.01, offeredMbps));
    const reason = `It gets ${share} % of what it asks at ${Math.round(rssiDbm)} dBm on ${here.band} GHz, busy ${percent(busyHere)}; ${to} is busy ${percent(busyThere)} and would arrive with about ${Math.round(level)} dBm.`;
    return [{ client: id, from: view.address, to: other.address, reason }];
  });
}

function nodeOf({ address }: RadioView): string {
  return address.slice(0, address.lastIndexOf('/'));
}

function busyOf({ samples }: RadioView): number {
  return mean(samples.slice(-3).map(({ busy }) => busy));
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
