/** What values were before a trial, so that it can be taken back. */
export class Undo {
  #arrays: Float64Array[] = [];
  #places = new Int32Array(1_024);
  #values = new Float64Array(1_024);
  #count = 0;
  isOn = false;

  put(array: Float64Array, place: number, value: number): void {
    if (this.isOn) {
      if (this.#count === this.#places.length) this.#grow();
      this.#arrays[this.#count] = array;
      this.#places[this.#count] = place;
      this.#values[this.#count] = array[place]!;
      this.#count += 1;
    }
    array[place] = value;
  }

  /** Everything as it was. */
  back(): void {
    while (this.#count > 0) {
      this.#count -= 1;
      this.#arrays[this.#count]![this.#places[this.#count]!] = this.#values[this.#count]!;
    }
    this.isOn = false;
  }

  keep(): void {
    this.#count = 0;
    this.isOn = false;
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
