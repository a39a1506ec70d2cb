/**
 * Reads `iw dev IF station dump`.
 *
 * @see iw, station.c: print_sta_handler()
 */
import { numberIn, pieces } from './iw-words.ts';

export interface StationCounters {
  readonly id: string;
  readonly rssiDbm: number | undefined;
  /** To it. */
  readonly txBytes: number;
  /** From it. */
  readonly rxBytes: number;
}

const head = /^Station ([0-9a-f]{2}(?::[0-9a-f]{2}){5}) \(on \S+\)/gm;

export function parseStations(text: string): StationCounters[] {
  return pieces(text, head).map(({ head: [, id = ''], body }) => ({
    id,
    rssiDbm: numberIn(body, 'signal avg') ?? numberIn(body, 'signal'),
    txBytes: numberIn(body, 'tx bytes') ?? 0,
    rxBytes: numberIn(body, 'rx bytes') ?? 0,
  }));
}

/** What each station carried since the last look. */
export class StationRates {
  #before = new Map<string, StationCounters>();
  #atUs: number | undefined;

  /** Both ways, in megabits per second; 0 for one that is seen for the first time. */
  since(
    now: readonly StationCounters[],
    nowUs: number,
  ): { counters: StationCounters; downMbps: number; upMbps: number }[] {
    const before = this.#before;
    const overUs = this.#atUs === undefined ? 0 : nowUs - this.#atUs;
    this.#before = new Map(now.map((counters) => [counters.id, counters]));
    this.#atUs = nowUs;
    return now.map((counters) => {
      const known = before.get(counters.id);
      // One that came anew counts from 0 again.
      const rate = (bytes: number, was: number | undefined) =>
        was === undefined || overUs <= 0 ? 0 : (Math.max(0, bytes - was) * 8) / overUs;
      return {
        counters,
        downMbps: rate(counters.txBytes, known?.txBytes),
        upMbps: rate(counters.rxBytes, known?.rxBytes),
      };
    });
  }
}
