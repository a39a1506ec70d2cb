/** How a site fared, in the mean over time. */
import {
  type ClientFare,
  fifthPercentile,
  jain,
  servedShare,
  sum,
  utility,
} from '#protocols/fare.ts';

export interface Means {
  readonly utilityMbps: number;
  readonly servedShare: number;
  readonly jain: number;
  readonly fifthPercentileMbps: number;
  readonly aggregateMbps: number;
}

const measures: Readonly<Record<keyof Means, (clients: readonly ClientFare[]) => number>> = {
  utilityMbps: utility,
  servedShare,
  jain,
  fifthPercentileMbps: fifthPercentile,
  aggregateMbps: (clients) => sum(clients.map(({ throughputMbps }) => throughputMbps)),
};
const names = Object.keys(measures) as (keyof Means)[];

export class Tally {
  readonly #sums = new Map<keyof Means, number>();
  #seconds = 0;

  add(clients: readonly ClientFare[], seconds: number): void {
    this.#seconds += seconds;
    for (const name of names) {
      const value = measures[name](clients) * seconds;
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    }
  }

  means(): Means {
    const seconds = Math.max(1e-9, this.#seconds);
    const mean = (name: keyof Means) => (this.#sums.get(name) ?? 0) / seconds;
    return {
      utilityMbps: mean('utilityMbps'),
      servedShare: mean('servedShare'),
      jain: mean('jain'),
      fifthPercentileMbps: mean('fifthPercentileMbps'),
      aggregateMbps: mean('aggregateMbps'),
    };
  }
}
