/**
 * A scene rebuilt from what a site's radios reported, each figure with its uncertainty, for a twin
 * that begins with what was measured. Nobody knows where things stand, so the scene gives the air the
 * losses of its links; places are a guess, and only for what has no loss of its own.
 */
import type { AirChange } from '#protocols/air.ts';
import { PREAMBLE_DETECT_DBM } from '#protocols/hearing.ts';
import { cos, sin } from '#protocols/math.ts';
import { parseReports, type RadioReport } from '#protocols/radio-report.ts';
import type { Random } from '#protocols/random.ts';
import {
  clientsAround,
  EMITTER_EIRP_DBM,
  emittersAround,
  type MeasuredClient,
  type MeasuredEmitter,
} from './measured/around.ts';
import type { InferredEmitter } from './measured/emitters.ts';
import { type Estimate, keptWithin } from './measured/estimate.ts';
import {
  explainedShares,
  NEIGHBOUR_CLIENT_M,
  neighbourAirtimes,
  neighbourMbps,
} from './measured/loads.ts';
import {
  type LevelRules,
  type LinkEstimate,
  type Losses,
  lossesOf,
  type Station,
} from './measured/losses.ts';
import { NEIGHBOUR_EIRP, stationsOf } from './measured/stations.ts';

/**
 * Of one level: received power indicators have to be within ±5 dB in 95 % of cases.
 *
 * @see IEEE 802.11-2020, 17.3.10, on RCPI: from memory, not re-read.
 */
const LEVEL_SIGMA_DB = 2.5;

/** Turns each after the other by so much, in a best guess: the golden angle. */
const GOLDEN_ANGLE = 2.39996322973;

/** A neighbour's airtime, and what carries it. */
interface MeasuredLoad {
  readonly station: Station;
  readonly airtime: Estimate;
}

/** `reports`: of all radios of a site that are ours, from about the same time. */
export function sceneFromMeasurements(
  reports: readonly RadioReport[],
  { levelSigmaDb = LEVEL_SIGMA_DB, heardFromDbm = PREAMBLE_DETECT_DBM }: Partial<LevelRules> = {},
): MeasuredScene {
  const rules = { levelSigmaDb, heardFromDbm };
  const parsed = parseReports(reports);
  const { stations, places } = stationsOf(parsed);
  const levels = new Map(
    parsed.flatMap(({ id, neighbours }) =>
      neighbours.map((one) => [`${id} ${one.id}`, one.rssiDbm] as const),
    ),
  );
  const losses = lossesOf(
    stations,
    places,
    (listener, sender) => levels.get(`${listener.id} ${sender.id}`),
    rules,
  );
  const airtimes = neighbourAirtimes(parsed, stations, losses.links);
  const loads = stations
    .filter((station) => !station.isOurs)
    .map((station, index) => {
      const airtime = { mean: airtimes.share[index]!, sigma: airtimes.sigma[index]! };
      return { station, airtime };
    });
  const clients = clientsAround(parsed, stations, losses, rules);
  const byId = new Map(loads.map(({ station: { id }, airtime }) => [id, airtime]));
  const explained = explainedShares(parsed, stations, losses.links, byId);
  const emitters = emittersAround(parsed, stations, losses, explained);
  const around = [...clients, ...emitters].flatMap((one) => one.links);
  return new MeasuredScene({
    stations,
    losses,
    links: [...losses.links, ...around],
    loads,
    clients,
    emitters,
  });
}

interface Parts {
  readonly stations: readonly Station[];
  readonly losses: Losses;
  readonly links: readonly LinkEstimate[];
  readonly loads: readonly MeasuredLoad[];
  readonly clients: readonly MeasuredClient[];
  readonly emitters: readonly MeasuredEmitter[];
}

export class MeasuredScene {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What the way between each two takes. */
  get links(): readonly LinkEstimate[] {
    return this.#parts.links;
  }

  /** How much of the time each neighbour sends. */
  get airtimes(): ReadonlyMap<string, Estimate> {
    return new Map(this.#parts.loads.map(({ station, airtime }) => [station.id, airtime]));
  }

  /** What sends and is no Wi-Fi. */
  get emitters(): readonly InferredEmitter[] {
    return this.#parts.emitters.map(({ inferred }) => inferred);
  }

  /** The best guess, as changes to an empty air. */
  mean(): AirChange[] {
    return this.#changes(
      () => 0,
      (_, index) => index * GOLDEN_ANGLE,
    );
  }

  /** One air that may be the real one. The same stream gives the same deviation to the same thing. */
  draw(random: Random): AirChange[] {
    return this.#changes(
      (what) => random.fork(what).normal(),
      (id) => 2 * Math.PI * random.fork(`angle/${id}`).uniform(),
    );
  }

  /** `deviate`: a standard normal one, by what it is for; `angleOf` says where around its place a thing is. */
  #changes(
    deviate: (what: string) => number,
    angleOf: (id: string, index: number) => number,
  ): AirChange[] {
    const { stations, losses, links, loads, clients, emitters } = this.#parts;
    const within = ({ mean, sigma }: Estimate, what: string) =>
      Math.max(0, Math.min(1, mean + sigma * deviate(what)));
    const above = new Map(
      loads.map(({ station: { id } }) => [id, NEIGHBOUR_EIRP.sigma * deviate(`eirp/${id}`)]),
    );
    const at = ({ around }: MeasuredClient | MeasuredEmitter, index: number) => {
      const angle = angleOf(around.id, index);
      const x = around.x + around.radiusM * cos(angle);
      return { x, y: around.y + around.radiusM * sin(angle), z: 0 };
    };
    const placeOf = ({ place }: Station) => {
      return { x: losses.plan.x[place]!, y: losses.plan.y[place]!, z: 0 };
    };
    return [
      ...stations.map((station): AirChange => {
        const { id, channel, eirpDbm, isSending, isOurs } = station;
        return {
          kind: 'radio',
          id,
          at: placeOf(station),
          channel,
          eirpDbm: eirpDbm + (above.get(id) ?? 0),
          silent: channel !== null && !isSending,
          unmanaged: !isOurs,
        };
      }),
      ...loads.map(({ station, airtime }): AirChange => {
        const { id, channel, eirpDbm } = station;
        const mbps = channel === null ? 0 : neighbourMbps(channel, eirpDbm + above.get(id)!);
        const place = placeOf(station);
        return {
          kind: 'client',
          id: `${id}-client`,
          at: { ...place, x: place.x + NEIGHBOUR_CLIENT_M },
          radio: id,
          offeredMbps: mbps * within(airtime, `airtime/${id}`),
        };
      }),
      ...clients.map((client, index): AirChange => {
        const { around, radio, offeredMbps } = client;
        return { kind: 'client', id: around.id, at: at(client, index), radio, offeredMbps };
      }),
      ...emitters.map((emitter, index): AirChange => {
        const { id, block, duty } = emitter.inferred;
        return {
          kind: 'emitter',
          id,
          at: at(emitter, index),
          centerMhz: (block.lowMhz + block.highMhz) / 2,
          widthMhz: block.highMhz - block.lowMhz,
          eirpDbm: EMITTER_EIRP_DBM,
          duty: within(duty, `duty/${id}`),
        };
      }),
      ...links.map((link): AirChange => {
        const { from, to, band, mean, sigma, bounds } = link;
        const drawn = mean + sigma * deviate(`link/${from} ${to}`);
        const lossDb = keptWithin(drawn, bounds) + (above.get(from) ?? 0) + (above.get(to) ?? 0);
        return { kind: 'link', from, to, band, lossDb };
      }),
    ];
  }
}
