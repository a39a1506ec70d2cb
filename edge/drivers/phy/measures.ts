/** What a real radio measures: its survey, its clients and its load, from the counters `iw` prints. */
import type { StationReport, SurveyReport } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { type Clock, US_PER_MS } from '#protocols/clock.ts';
import type { Done, DriverEvent } from '#protocols/driver.ts';
import type { AccessPoint } from './access-point.ts';
import { parseStations, StationRates } from './iw-stations.ts';
import { parseSurvey, type SurveyCounters, SurveyWindow } from './iw-survey.ts';

export class Measures {
  readonly #access: AccessPoint;
  readonly #clock: Clock;
  readonly #surveys = new SurveyWindow();
  readonly #rates = new StationRates();
  /** The load has windows of its own, so that a survey in between takes nothing from it. */
  readonly #loads = new SurveyWindow();
  readonly #carried = new StationRates();
  #isMeasuring = false;

  constructor(access: AccessPoint, clock: Clock) {
    this.#access = access;
    this.#clock = clock;
  }

  /** Its own channel first, then others of which something was counted meanwhile. */
  survey(channel: Channel, done: Done<readonly SurveyReport[]>): void {
    this.#access.ask('survey', (text) => {
      if (!text.ok) return done(text);
      const counted = this.#surveys.since(parseSurvey(text.value));
      const own = counted.filter(({ inUse }) => inUse);
      const others = counted.filter(({ inUse, activeMs }) => !inUse && activeMs > 0);
      done({
        ok: true,
        value: [
          ...own.flatMap((counters) => reportOf(channel, counters)),
          ...others.flatMap((counters) => {
            const { mhz } = counters;
            const there = { primaryMhz: mhz, centerMhz: mhz, widthMhz: 20 } as const;
            return reportOf({ ...there, band: channel.band }, counters);
          }),
        ],
      });
    });
  }

  /** `offeredMbps` is what was carried: what waits for a client is not told by the driver. */
  clients(done: Done<readonly StationReport[]>): void {
    this.#access.ask('stations', (text) => {
      if (!text.ok) return done(text);
      const rates = this.#rates.since(parseStations(text.value), this.#clock.monotonic());
      const value = rates.flatMap(({ counters: { id, rssiDbm }, downMbps }) =>
        rssiDbm === undefined
          ? []
          : [{ id, rssiDbm, offeredMbps: downMbps, throughputMbps: downMbps }],
      );
      done({ ok: true, value });
    });
  }

  /** Nothing comes where the last one is still under way, or the radio does not answer. */
  load(onLoad: (event: DriverEvent) => void): void {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    this.#access.ask('survey', (survey) => {
      this.#access.ask('stations', (stations) => {
        this.#isMeasuring = false;
        if (!survey.ok || !stations.ok) return;
        const own = this.#loads.since(parseSurvey(survey.value)).find(({ inUse }) => inUse);
        const rates = this.#carried.since(parseStations(stations.value), this.#clock.monotonic());
        onLoad({
          type: 'load.measured',
          // On no channel it hears nothing and carries nothing.
          utilisation: own === undefined || own.activeMs === 0 ? 0 : own.busyMs / own.activeMs,
          stations: rates.length,
          carriedMbps: rates.reduce((sum, { downMbps, upMbps }) => sum + downMbps + upMbps, 0),
        });
      });
    });
  }
}

/** Nothing where the driver does not tell the noise. */
function reportOf(
  channel: Channel,
  { noiseDbm, activeMs, busyMs, rxMs, txMs }: SurveyCounters,
): SurveyReport[] {
  if (noiseDbm === undefined) return [];
  const us = (ms: number) => ms * US_PER_MS;
  return [
    {
      channel,
      noiseDbm,
      activeUs: us(activeMs),
      busyUs: us(busyMs),
      rxUs: us(rxMs),
      txUs: us(txMs),
    },
  ];
}
