/** What values were before a trial, so that it can be taken back. Trials may stand in trials. */
export class Undo {
  readonly #arrays: Float64Array[] = [];
  #places = new Int32Array(1_024);
  #values = new Float64Array(1_024);
  #count = 0;
  readonly #begins: number[] = [];

  begin(): void {
    this.#begins.push(this.#count);
  }

  put(array: Float64Array, place: number, value: number): void {
    if (this.#begins.length > 0) {
      if (this.#count === this.#places.length) this.#grow();
      this.#arrays[this.#count] = array;
      this.#places[this.#count] = place;
      this.#values[this.#count] = array[place]!;
      this.#count += 1;
    }
    array[place] = value;
  }

  /** Everything as it was when the trial began. */
  back(): void {
    const begin = this.#begins.pop() ?? 0;
    while (this.#count > begin) {
      this.#count -= 1;
      this.#arrays[this.#count]![this.#places[this.#count]!] = this.#values[this.#count]!;
    }
  }

  /** It is now part of the trial that it stands in, if there is one. */
  keep(): void {
    this.#begins.pop();
    if (this.#begins.length === 0) this.#count = 0;
  }

  #grow(): void {
    const places = new Int32Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
    const values = new Float64Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
  }
}
