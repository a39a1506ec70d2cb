/** How long clients that something foreign hit take to fare nearly as well as before. */
import { type ClientFare, utility } from '#protocols/fare.ts';

export interface Recovery {
  readonly what: 'interferer' | 'radar';
  readonly atS: number;
  /** Until they fared nearly as before; null where they did not while it could be seen. */
  readonly seconds: number | null;
}

/** Of its throughput a client has to have lost so much to count as hit. */
const LOST = 0.2;
const RECOVERED = 0.9;

interface Watched {
  readonly what: Recovery['what'];
  readonly atUs: number;
  readonly untilUs: number;
  readonly before: ReadonlyMap<string, ClientFare>;
  hit: ReadonlySet<string> | null;
  needed: number;
}

export class Recoveries {
  readonly found: Recovery[] = [];
  #watched: Watched[] = [];

  begin(
    what: Recovery['what'],
    atUs: number,
    untilUs: number,
    before: readonly ClientFare[],
  ): void {
    const known = new Map(before.map((client) => [client.id, client]));
    this.#watched.push({ what, atUs, untilUs, before: known, hit: null, needed: 0 });
  }

  /** How clients fare from now on; the first time after something began shows whom it hit. */
  look(nowUs: number, clients: readonly ClientFare[]): void {
    this.#watched = this.#watched.filter((one) => {
      if (one.hit === null) {
        const hit = clients.filter(({ id, throughputMbps }) => {
          const before = one.before.get(id)?.throughputMbps ?? 0;
          return before > 0 && throughputMbps < (1 - LOST) * before;
        });
        if (hit.length === 0) return false;
        one.hit = new Set(hit.map(({ id }) => id));
        one.needed = RECOVERED * utility(hit.map(({ id }) => one.before.get(id)!));
        return true;
      }
      const atS = one.atUs / 1e6;
      if (nowUs >= one.untilUs) {
        this.found.push({ what: one.what, atS, seconds: null });
        return false;
      }
      const now = utility(clients.filter(({ id }) => one.hit!.has(id)));
      if (now < one.needed) return true;
      this.found.push({ what: one.what, atS, seconds: (nowUs - one.atUs) / 1e6 });
      return false;
    });
  }
}
