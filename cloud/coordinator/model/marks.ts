/** Stations that were met, each once, in the order they were. */
export class Marks {
  count = 0;
  readonly list: Int32Array;
  readonly #met: Int32Array;
  #turn = 1;

  constructor(size: number) {
    this.list = new Int32Array(size);
    this.#met = new Int32Array(size);
  }

  clear(): void {
    this.count = 0;
    this.#turn += 1;
  }

  add(one: number): void {
    if (this.#met[one] === this.#turn) return;
    this.#met[one] = this.#turn;
    this.list[this.count] = one;
    this.count += 1;
  }
}
