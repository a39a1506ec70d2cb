/**
 * Whether a report can be true at all, by itself: what the door of every host asks before anybody
 * hears it.
 */
import type { EventData, EventDefinition } from '#protocols/event.ts';
import {
  interfererDetected,
  neighboursMeasured,
  radarSuspected,
  surveyMeasured,
} from '#protocols/events/radio.ts';
import { AHEAD_MS_MAX, METRIC_AGE_MS_MAX, type Plausible, plausible } from './limits.ts';

/** Undefined when it can be; else one line that says what cannot. */
export function implausible(
  { name, kind }: Pick<EventDefinition, 'name' | 'kind'>,
  {
    source,
    atMs,
    data,
  }: { readonly source: string; readonly atMs: number; readonly data: unknown },
  nowMs: number,
): string | undefined {
  const ahead = atMs - nowMs;
  if (ahead > AHEAD_MS_MAX) {
    return `its clock is ${Math.round(ahead / 1_000)} s ahead: expected ${AHEAD_MS_MAX / 1_000} s at most`;
  }
  if (kind === 'metric' && -ahead > METRIC_AGE_MS_MAX) {
    return `its clock is ${Math.round(-ahead / 1_000)} s behind: expected ${METRIC_AGE_MS_MAX / 1_000} s at most`;
  }
  return checks.get(name)?.(data as never, source);
}

type Check = (data: never, source: string) => string | undefined;

const checks = new Map<string, Check>([
  [surveyMeasured.name, surveyCannotBe],
  [neighboursMeasured.name, neighboursCannotBe],
  [
    interfererDetected.name,
    ({ duty, peakDbm, lowMhz, highMhz }: EventData<typeof interfererDetected>) =>
      outside('its duty', duty, plausible.share) ??
      outside('its peak', peakDbm, plausible.level) ??
      (lowMhz <= highMhz ? undefined : `it reaches from ${lowMhz} to ${highMhz} MHz`),
  ],
  [
    radarSuspected.name,
    ({ rssiDbm }: EventData<typeof radarSuspected>) =>
      outside('its level', rssiDbm, plausible.level),
  ],
]);

/** Rounding of shares that were measured in microseconds. */
const SLACK = 0.01;

function surveyCannotBe({
  windowMs,
  busy,
  tx,
  noiseDbm,
  clients,
}: EventData<typeof surveyMeasured>): string | undefined {
  const wrong =
    outside('the channel’s utilisation', busy, plausible.share) ??
    outside('its share of sending', tx, plausible.share) ??
    outside('the noise', noiseDbm, plausible.noise) ??
    outside('its window', windowMs, plausible.windowMs);
  if (wrong !== undefined) return wrong;
  if (tx > busy + SLACK) return `it sends ${tx} of the time, on a channel that is busy ${busy}`;
  for (const { rssiDbm, offeredMbps, throughputMbps } of clients) {
    const fault =
      outside('a client’s level', rssiDbm, plausible.level) ??
      outside('a client’s throughput', throughputMbps, plausible.throughput) ??
      outside('a client’s load', offeredMbps, plausible.throughput);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function neighboursCannotBe(
  { neighbours }: EventData<typeof neighboursMeasured>,
  source: string,
): string | undefined {
  const seen = new Set<string>();
  for (const { id, rssiDbm, load } of neighbours) {
    if (id === source) return 'it names itself as its neighbour';
    if (seen.has(id)) return `it names ${id.slice(0, 80)} twice`;
    seen.add(id);
    const fault =
      outside('a neighbour’s level', rssiDbm, plausible.level) ??
      (load === null ? undefined : outside('a neighbour’s load', load, plausible.share));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function outside(
  what: string,
  value: number,
  { least, most, unit }: Plausible,
): string | undefined {
  if (value >= least && value <= most) return undefined;
  const written = unit === '' ? '' : ` ${unit}`;
  return `${what} is ${value}${written}: expected ${least} to ${most}${written}`;
}
