/**
 * The power rules of TIP's owrrm. Two go by measurements; the third tries every combination of powers over a
 * plan, and refuses where there are more than a thousand.
 *
 * @see Telecom Infra Project, OpenWiFi owrrm (BSD-3-Clause, 2022): MeasurementBasedApClientTPC,
 * MeasurementBasedApApTPC, LocationBasedOptimalTPC.
 */
import type { Point } from '#protocols/air.ts';
import { InputError } from '#protocols/errors.ts';
import { dbmToMw, mwToDbm, ratioToDb } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Decider, Setting, Site } from '../site.ts';

/** The power of a radio as a rule wants it; undefined: as it is. */
type PowerRule = (report: RadioReport, site: Site) => number | undefined;

/** Signal to noise for HE-MCS 8 in 20 MHz: sensitivity −59 dBm over −101 dBm of noise and 15 dB of allowances (802.11ax-2021, table 27-51). */
const MCS_8_DB = 27;
const NOISE_FLOOR_DBM = -95;

/** Just enough for HE-MCS 8 at the client that hears it worst. */
const forWorstClient: PowerRule = ({ clients, eirpDbm, channel }) => {
  if (clients.length === 0 || channel === null) return undefined;
  const worstDbm = Math.min(...clients.map(({ rssiDbm }) => rssiDbm));
  const neededDbm = NOISE_FLOOR_DBM + ratioToDb(channel.widthMhz / 20) + MCS_8_DB;
  return eirpDbm + neededDbm - worstDbm;
};

/** How many neighbours are to hear it well, and how well. */
const NTH = 3;
const COVERAGE_DBM = -70;

/** The third strongest of those of ours who hear it is to hear it at −70 dBm. */
const forThirdNeighbour: PowerRule = ({ id, eirpDbm }, { reports }) => {
  const levels = reports
    .flatMap(({ neighbours }) => neighbours.filter((one) => one.id === id))
    .map(({ rssiDbm }) => rssiDbm)
    .sort((a, b) => b - a);
  if (levels.length === 0) return Number.POSITIVE_INFINITY;
  const level = levels[Math.min(NTH, levels.length) - 1]!;
  // Nobody would hear it: there is no reason to be quiet.
  return levels.length < NTH ? Number.POSITIVE_INFINITY : eirpDbm + COVERAGE_DBM - level;
};

function withPower(channels: Decider, name: string, rule: PowerRule, about: string): Decider {
  return {
    name: `${channels.name}+${name}`,
    about: `Channels as ${channels.name}; ${about}`,
    source: 'TIP OpenWiFi owrrm (BSD-3-Clause, 2022)',
    decide(site, random) {
      const settings = new Map(channels.decide(site, random));
      for (const report of site.reports) {
        const setting = settings.get(report.id);
        if (setting === undefined) continue;
        const wished = rule(report, site) ?? report.eirpDbm;
        settings.set(report.id, within(site, report.id, { ...setting, eirpDbm: wished }));
      }
      return settings;
    },
  };
}

function within({ choices, minEirpDbm }: Site, id: string, setting: Setting): Setting {
  const choice = choices
    .get(id)
    ?.find(
      ({ channel }) =>
        channel.centerMhz === setting.channel.centerMhz &&
        channel.widthMhz === setting.channel.widthMhz,
    );
  const most = choice?.maxEirpDbm ?? setting.eirpDbm;
  const least = minEirpDbm.get(id) ?? 0;
  // Whole decibels, as drivers take them.
  return { ...setting, eirpDbm: Math.max(least, Math.min(most, Math.ceil(setting.eirpDbm))) };
}

export const apClientPower = (channels: Decider) =>
  withPower(channels, 'ap-client', forWorstClient, 'power for HE-MCS 8 at the worst client');

export const apApPower = (channels: Decider) =>
  withPower(channels, 'ap-ap', forThirdNeighbour, 'power for −70 dBm at the third neighbour');

const COMBINATIONS_MAX = 1_000;

export interface PowerPlan {
  readonly accessPoints: readonly Point[];
  readonly eirpDbm: readonly number[];
  /** Where coverage is looked at. */
  readonly spots: readonly Point[];
  /** What the way over so many metres takes. */
  readonly lossDb: (distanceM: number) => number;
}

/**
 * The powers, one for each access point, with the least interference among those that cover every spot that
 * full power covers: the best mean of signal over the sum of all others, dB.
 */
export function locationOptimalPower(plan: PowerPlan): readonly number[] {
  const { accessPoints, eirpDbm, spots, lossDb } = plan;
  let combinations = 1;
  for (const _ of accessPoints) combinations *= eirpDbm.length;
  if (combinations > COMBINATIONS_MAX) {
    throw new InputError(
      `location-based power: expected at most ${COMBINATIONS_MAX} combinations, came ${combinations} (${eirpDbm.length} powers, ${accessPoints.length} access points); take fewer of either`,
    );
  }
  const losses = spots.map((spot) =>
    accessPoints.map(({ x, y }) =>
      lossDb(Math.sqrt((x - spot.x) * (x - spot.x) + (y - spot.y) * (y - spot.y))),
    ),
  );
  const score = (powers: readonly number[]) => {
    let [covered, sum] = [0, 0];
    for (const way of losses) {
      const levels = way.map((loss, at) => powers[at]! - loss);
      const best = Math.max(...levels);
      const others = levels.reduce((mw, dbm) => mw + dbmToMw(dbm), -dbmToMw(best));
      if (best >= COVERAGE_DBM) covered += 1;
      sum += best - mwToDbm(Math.max(0, others) + dbmToMw(NOISE_FLOOR_DBM));
    }
    return { covered, mean: sum / Math.max(1, losses.length) };
  };
  const most = Math.max(...eirpDbm);
  const full = score(accessPoints.map(() => most));
  let best = { powers: accessPoints.map(() => most), mean: full.mean };
  for (let code = 0; code < combinations; code += 1) {
    let left = code;
    const powers = accessPoints.map(() => {
      const power = eirpDbm[left % eirpDbm.length]!;
      left = Math.floor(left / eirpDbm.length);
      return power;
    });
    const { covered, mean } = score(powers);
    if (covered >= full.covered && mean > best.mean + 1e-9) best = { powers, mean };
  }
  return best.powers;
}
