/**
 * What cells there were when, and what came of them. Each second of a cell is simulated when somebody
 * asks for it, from the cell and the number of the second alone: who asks, and in which order, makes
 * no difference.
 */
import type { Window } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import type { Cell } from './cells.ts';
import { playSlice, type RadioTally, type Tally } from './slice.ts';

/** Nobody looks back farther. */
const KEPT_US = 120 * US_PER_S;
const FORGET_EVERY_US = 30 * US_PER_S;

/** From then on, until the next. */
interface Stretch {
  readonly fromUs: number;
  readonly cells: readonly PlayedCell[];
}

/** A part of a window in which a radio was in one cell. */
interface Part {
  readonly us: number;
  readonly cell: Cell;
  readonly tally: Tally;
}

export class History {
  readonly #random: Random;
  #stretches: Stretch[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  get saved(): { fromUs: number; cells: Cell[] }[] {
    return this.#stretches.map(({ fromUs, cells }) => ({
      fromUs,
      cells: cells.map(({ cell }) => cell),
    }));
  }

  restore(saved: History['saved']): void {
    this.#stretches = [];
    for (const { fromUs, cells } of saved) this.begin(fromUs, cells);
  }

  /** From then on there are these cells. */
  begin(fromUs: number, cells: readonly Cell[]): void {
    const last = this.#stretches.at(-1);
    const known = new Map(last?.cells.map((played) => [played.key, played]));
    const next = cells.map((cell) => {
      const played = new PlayedCell(cell, this.#random);
      return known.get(played.key) ?? played;
    });
    if (last?.fromUs === fromUs) this.#stretches.pop();
    this.#stretches.push({ fromUs, cells: next });
  }

  /** Time goes on: now and then, what lies far back is forgotten. */
  pass(beforeUs: number, nowUs: number): void {
    if (Math.floor(beforeUs / FORGET_EVERY_US) === Math.floor(nowUs / FORGET_EVERY_US)) return;
    const untilUs = nowUs - KEPT_US;
    while (this.#stretches.length > 1 && this.#stretches[1]!.fromUs <= untilUs) {
      this.#stretches.shift();
    }
    for (const { cells } of this.#stretches) for (const cell of cells) cell.forget(untilUs);
  }

  /**
   * Of a window, what a radio had of each second; parts without a cell are left out. What lies before
   * the first stretch or after now is as that stretch, or as it is now.
   */
  partsOf(radio: string, { fromUs, untilUs }: Window): Part[] {
    const parts: Part[] = [];
    this.#stretches.forEach((stretch, index) => {
      const next = this.#stretches[index + 1];
      const begin = index === 0 ? fromUs : Math.max(fromUs, stretch.fromUs);
      const end = next === undefined ? untilUs : Math.min(untilUs, next.fromUs);
      const isMoment = fromUs === untilUs && begin === end && next === undefined;
      if (begin > end || (begin === end && !isMoment)) return;
      const played = stretch.cells.find(({ radios }) => radios.has(radio));
      if (played === undefined) return;
      for (let at = begin; at < end || (isMoment && at === begin); ) {
        const second = Math.floor(at / US_PER_S);
        const stop = Math.min(end, (second + 1) * US_PER_S);
        parts.push({ us: Math.max(1, stop - at), cell: played.cell, tally: played.tally(second) });
        at = Math.max(stop, at + 1);
      }
    });
    return parts;
  }
}

class PlayedCell {
  readonly cell: Cell;
  /** Two with one key are the same. */
  readonly key: string;
  readonly radios: ReadonlySet<string>;
  readonly #random: Random;
  readonly #tallies = new Map<number, Tally>();

  constructor(cell: Cell, random: Random) {
    this.cell = cell;
    this.key = JSON.stringify(cell);
    this.radios = new Set(cell.radios.map(({ id }) => id));
    this.#random = random;
  }

  tally(second: number): Tally {
    const known = this.#tallies.get(second);
    if (known !== undefined) return known;
    const tally =
      this.cell.clients.length + this.cell.emitters.length === 0
        ? silence(this.cell)
        : playSlice(this.cell, this.#random, second);
    this.#tallies.set(second, tally);
    return tally;
  }

  forget(untilUs: number): void {
    for (const second of this.#tallies.keys()) {
      if ((second + 1) * US_PER_S <= untilUs) this.#tallies.delete(second);
    }
  }
}

/** Of radios with nothing to send and nothing to hear. */
function silence({ radios }: Cell): Tally {
  const nothing: RadioTally = { sending: 0, receiving: 0, busy: 0 };
  return { radios: new Map(radios.map(({ id }) => [id, nothing])), clients: new Map() };
}
