/**
 * Limits as they apply to a channel and a domain. Japan, and domains without a DFS region, take the
 * stricter of FCC and ETSI.
 */
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import { limits, type Quantity } from './limit-table.ts';
import { type DfsRegion, type Domain, domainOf } from './regdb.ts';

/** Of two rows for one thing, which is the stricter. */
const stricter: Readonly<Record<Quantity, (a: number, b: number) => number>> = {
  clearing: Math.max,
  weatherClearing: Math.max,
  offChannelClearing: Math.max,
  offChannelClearingMost: Math.min,
  weatherOffChannelClearing: Math.max,
  weatherOffChannelClearingMost: Math.max,
  nonOccupancy: Math.max,
  channelMove: Math.min,
  closingTransmission: Math.min,
  detectionThreshold: Math.min,
  detectionThresholdLowPower: Math.min,
  eirpWithoutTpc: Math.min,
  density: Math.min,
};

/** The limit for a region, where `channel` touches its stretch. Undefined where there is none. */
export function limitFor(
  quantity: Quantity,
  region: DfsRegion,
  channel?: Pick<Channel, 'centerMhz' | 'widthMhz'>,
): number | undefined {
  let found: number | undefined;
  for (const limit of limits) {
    if (limit.quantity !== quantity) continue;
    if (region !== limit.region && (region === 'FCC' || region === 'ETSI')) continue;
    if (limit.lowMhz !== undefined && limit.highMhz !== undefined) {
      const stretch = { lowMhz: limit.lowMhz, highMhz: limit.highMhz };
      if (channel === undefined || overlapMhz(span(channel), stretch) === 0) continue;
    }
    found = found === undefined ? limit.value : stricter[quantity](found, limit.value);
  }
  return found;
}

/** Whether the law asks for radar detection in any part of the channel. */
export function isRadarChannel(
  channel: Pick<Channel, 'centerMhz' | 'widthMhz'>,
  domain: Domain,
): boolean {
  return domain.rules.some((rule) => rule.flags.includes('DFS') && touches(channel, rule));
}

/** Silence owed on a channel before its first use; 0 outside radar channels. */
export function clearWaitMs(
  channel: Pick<Channel, 'centerMhz' | 'widthMhz'>,
  domain: Domain,
): number {
  if (!isRadarChannel(channel, domain)) return 0;
  const stated = domain.rules
    .filter((rule) => touches(channel, rule))
    .map((rule) => rule.clearingMs ?? 0);
  return Math.max(
    limitFor('clearing', domain.dfsRegion) ?? 0,
    limitFor('weatherClearing', domain.dfsRegion, channel) ?? 0,
    ...stated,
  );
}

/**
 * How long short checks of a channel from another one take in all; null where the law knows no such
 * clearing. Where weather radars are, their row stands in place of the general one.
 */
export function offChannelClearingMs(
  channel: Pick<Channel, 'centerMhz' | 'widthMhz'>,
  { dfsRegion }: Pick<Domain, 'dfsRegion'>,
): { readonly leastMs: number; readonly mostMs: number } | null {
  if (dfsRegion !== 'ETSI') return null;
  const leastMs =
    limitFor('weatherOffChannelClearing', dfsRegion, channel) ??
    limitFor('offChannelClearing', dfsRegion);
  const mostMs =
    limitFor('weatherOffChannelClearingMost', dfsRegion, channel) ??
    limitFor('offChannelClearingMost', dfsRegion);
  return leastMs === undefined || mostMs === undefined ? null : { leastMs, mostMs };
}

/**
 * Silence owed by country, for whoever has no domain at hand. Where the country is not known, the longest
 * of all; the rules then let the radio go nowhere in any case.
 */
export function silenceOwedMs(
  channel: Pick<Channel, 'centerMhz' | 'widthMhz'>,
  country: string,
): number {
  const domain = domainOf(country);
  if (domain !== undefined) return clearWaitMs(channel, domain);
  const waits = limits.filter(
    ({ quantity }) => quantity === 'clearing' || quantity === 'weatherClearing',
  );
  return Math.max(...waits.map(({ value }) => value));
}

/** How long a channel stays closed after radar. */
export function nonOccupancyMs(domain: Pick<Domain, 'dfsRegion'>): number {
  return required('nonOccupancy', domain);
}

/** By when all transmission has ended after radar was heard. */
export function channelMoveMs(domain: Pick<Domain, 'dfsRegion'>): number {
  return required('channelMove', domain);
}

/** For how long, in sum, the radio may still send within the channel move time. */
export function closingTransmissionMs(domain: Pick<Domain, 'dfsRegion'>): number {
  return required('closingTransmission', domain);
}

/** The level from which radar counts, at the input of the receiver behind a 0 dBi antenna. */
export function detectionThresholdDbm(domain: Pick<Domain, 'dfsRegion'>, eirpDbm: number): number {
  const isLowPower = eirpDbm < MW_200_DBM;
  return required(isLowPower ? 'detectionThresholdLowPower' : 'detectionThreshold', domain);
}
/** 10 log10(200 mW). */
const MW_200_DBM = 23.0103;

function required(quantity: Quantity, { dfsRegion }: Pick<Domain, 'dfsRegion'>): number {
  const value = limitFor(quantity, dfsRegion);
  if (value === undefined) throw new Error(`the table of limits has no ${quantity}`);
  return value;
}

function touches(
  channel: Pick<Channel, 'centerMhz' | 'widthMhz'>,
  rule: { readonly startKhz: number; readonly endKhz: number },
): boolean {
  const stretch = { lowMhz: rule.startKhz / 1000, highMhz: rule.endKhz / 1000 };
  return overlapMhz(span(channel), stretch) > 0;
}
