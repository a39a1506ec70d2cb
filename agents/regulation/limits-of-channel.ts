/**
 * What a domain permits on a channel. Each 20 MHz of it must lie in a rule, or across two that
 * adjoin, and every one of them must allow the width; the channel then takes the lowest power and
 * all restrictions of its parts.
 *
 * @see Linux net/wireless/reg.c: freq_reg_info_regd(), handle_channel_adjacent_rules(),
 * reg_rule_to_chan_bw_flags(), reg_get_max_bandwidth_from_range(); net/wireless/chan.c:
 * cfg80211_secondary_chans_ok().
 */
import type { Channel } from '#protocols/channels.ts';
import { clearWaitMs, limitFor } from './limits.ts';
import type { Domain, RegdbRule, WmmLimit } from './regdb.ts';

export interface ChannelLimits {
  /** Where no rule covers a part: the centre of the lowest such 20 MHz. */
  readonly uncoveredMhz: number | null;
  /** Some part admits only modulation without OFDM, which no radio of ours uses. */
  readonly noOfdm: boolean;
  /** The widest channel that every part allows. */
  readonly maxWidthMhz: number;
  /** The lowest of the three limits below. */
  readonly maxEirpDbm: number;
  /** Lowest of the database's rules. */
  readonly ruleEirpDbm: number;
  /** Where the law asks for transmit power control: what is left to a radio without it. */
  readonly withoutTpcEirpDbm: number;
  /** What the allowed density comes to over the whole width; infinite where none is set. */
  readonly densityEirpDbm: number;
  readonly radar: boolean;
  readonly noIr: boolean;
  readonly indoorOnly: boolean;
  /** Silence owed before its first use. */
  readonly clearMs: number;
  /** Voice, video, best effort, background of an access point, the strictest of all parts. */
  readonly wmm: readonly WmmLimit[] | null;
}

export function limitsOfChannel(
  channel: Pick<Channel, 'centerMhz' | 'widthMhz'>,
  domain: Domain,
): ChannelLimits {
  let known = cache.get(domain);
  if (known === undefined) {
    known = new Map();
    cache.set(domain, known);
  }
  const key = `${channel.centerMhz}/${channel.widthMhz}`;
  let limits = known.get(key);
  if (limits === undefined) {
    limits = compute(channel, domain);
    if (known.size >= MOST_CHANNELS) known.clear();
    known.set(key, limits);
  }
  return limits;
}
const cache = new WeakMap<Domain, Map<string, ChannelLimits>>();
/** Far more than there are channels; a caller that asks for nonsense does not fill memory. */
const MOST_CHANNELS = 1_000;

function compute(channel: Pick<Channel, 'centerMhz' | 'widthMhz'>, domain: Domain): ChannelLimits {
  const { centerMhz, widthMhz } = channel;
  const rules = new Set<RegdbRule>();
  let uncoveredMhz: number | null = null;
  for (let part = centerMhz - widthMhz / 2 + 10; part < centerMhz + widthMhz / 2; part += 20) {
    const covering = rulesOfPart(part * 1000, domain.rules);
    for (const rule of covering) rules.add(rule);
    if (covering.length === 0) uncoveredMhz ??= part;
  }
  const has = (flag: RegdbRule['flags'][number]) =>
    [...rules].some((rule) => rule.flags.includes(flag));
  const densityDbm = limitFor('density', domain.dfsRegion, channel);
  const ruleEirpDbm = Math.min(...[...rules].map((rule) => rule.maxEirpDbm));
  const withoutTpcEirpDbm =
    limitFor('eirpWithoutTpc', domain.dfsRegion, channel) ?? Number.POSITIVE_INFINITY;
  const densityEirpDbm =
    densityDbm === undefined
      ? Number.POSITIVE_INFINITY
      : Math.round((densityDbm + (widthDb[widthMhz] ?? 0)) * 100) / 100;
  return {
    uncoveredMhz,
    noOfdm: has('NO-OFDM'),
    maxWidthMhz: Math.min(...[...rules].map((rule) => maxWidthKhz(rule, domain.rules))) / 1000,
    maxEirpDbm: Math.min(ruleEirpDbm, withoutTpcEirpDbm, densityEirpDbm),
    ruleEirpDbm,
    withoutTpcEirpDbm,
    densityEirpDbm,
    radar: has('DFS'),
    noIr: has('NO-IR'),
    indoorOnly: has('NO-OUTDOOR'),
    clearMs: clearWaitMs(channel, domain),
    wmm: strictestWmm(
      [...rules].flatMap(({ wmm }) => wmm?.accessPoint.map((one, at) => ({ one, at })) ?? []),
    ),
  };
}

/**
 * Longer waits and shorter stays are the stricter.
 *
 * @see Linux net/mac80211/util.c, ieee80211_regulatory_limit_wmm_params().
 */
function strictestWmm(
  limits: readonly { readonly one: WmmLimit; readonly at: number }[],
): readonly WmmLimit[] | null {
  const strictest: WmmLimit[] = [];
  for (const { one, at } of limits) {
    const known = strictest[at] ?? one;
    strictest[at] = {
      cwMin: Math.max(known.cwMin, one.cwMin),
      cwMax: Math.max(known.cwMax, one.cwMax),
      aifsn: Math.max(known.aifsn, one.aifsn),
      channelOccupancyMs: Math.min(known.channelOccupancyMs, one.channelOccupancyMs),
    };
  }
  return strictest.length === 0 ? null : strictest;
}

/** 10 log10(width / 1 MHz), rounded down to hundredths. */
const widthDb: Readonly<Record<number, number>> = {
  20: 13.01,
  40: 16.02,
  80: 19.03,
  160: 22.04,
  320: 25.05,
};

/** The rule that holds 20 MHz around a centre, or the two adjoining ones that hold it together. */
function rulesOfPart(centerKhz: number, rules: readonly RegdbRule[]): readonly RegdbRule[] {
  const one = ruleAround(centerKhz, rules);
  if (one !== undefined) return [one];
  const below = ruleAround(centerKhz - WIDTH_KHZ, rules);
  const above = ruleAround(centerKhz + WIDTH_KHZ, rules);
  if (below === undefined || above === undefined || below.endKhz !== above.startKhz) return [];
  return [below, above];
}

const WIDTH_KHZ = 20_000;

function ruleAround(centerKhz: number, rules: readonly RegdbRule[]): RegdbRule | undefined {
  return rules.find(
    ({ startKhz, endKhz }) =>
      startKhz <= centerKhz - WIDTH_KHZ / 2 && centerKhz + WIDTH_KHZ / 2 <= endKhz,
  );
}

/**
 * AUTO-BW replaces a rule's own width by that of the whole stretch of rules that touch, whatever the
 * others' flags say; each part still answers for itself.
 */
function maxWidthKhz(rule: RegdbRule, rules: readonly RegdbRule[]): number {
  if (!rule.flags.includes('AUTO-BW')) return rule.maxWidthKhz;
  const at = rules.indexOf(rule);
  let first = at;
  while (first > 0 && rules[first - 1]!.endKhz >= rules[first]!.startKhz) first--;
  let last = at;
  while (last < rules.length - 1 && rules[last + 1]!.startKhz <= rules[last]!.endKhz) last++;
  return rules[last]!.endKhz - rules[first]!.startKhz;
}
