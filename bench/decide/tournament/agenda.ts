/** What is due, in order of time; of what falls on one moment, by rank, then in the order it was put in. */
export class Agenda {
  readonly #items: { readonly atUs: number; readonly rank: number; readonly task: () => void }[] =
    [];

  put(atUs: number, rank: number, task: () => void): void {
    let place = this.#items.length;
    while (place > 0) {
      const before = this.#items[place - 1]!;
      if (before.atUs < atUs || (before.atUs === atUs && before.rank <= rank)) break;
      place -= 1;
    }
    this.#items.splice(place, 0, { atUs, rank, task });
  }

  get nextUs(): number | undefined {
    return this.#items[0]?.atUs;
  }

  runNext(): void {
    this.#items.shift()?.task();
  }
}
