/** A layer: rows times a matrix, and a bias. Three rows by two columns at a time stay in registers. */
export class Dense {
  readonly #weights: Float64Array;
  readonly #bias: Float64Array;
  readonly #inner: number;
  readonly #columns: number;

  /** `columns` is even. */
  constructor(weights: Float32Array, columns: number, bias?: Float32Array) {
    this.#weights = Float64Array.from(weights);
    this.#bias = bias === undefined ? new Float64Array(columns) : Float64Array.from(bias);
    this.#inner = weights.length / columns;
    this.#columns = columns;
  }

  of(x: Float32Array, rows: number): Float32Array {
    const out = new Float32Array(rows * this.#columns);
    this.into(x, rows, out);
    return out;
  }

  into(x: Float32Array, rows: number, out: Float32Array): void {
    let row = 0;
    for (; row + 3 <= rows; row += 3) this.#three(x, row, out);
    for (; row < rows; row += 1) this.#one(x, row, out);
  }

  #three(x: Float32Array, row: number, out: Float32Array): void {
    const weights = this.#weights;
    const inner = this.#inner;
    const columns = this.#columns;
    const first = row * inner;
    const second = first + inner;
    const third = second + inner;
    for (let column = 0; column < columns; column += 2) {
      const left = this.#bias[column]!;
      const right = this.#bias[column + 1]!;
      let a0 = left;
      let a1 = right;
      let b0 = left;
      let b1 = right;
      let c0 = left;
      let c1 = right;
      for (let at = 0, w = column; at < inner; at += 1, w += columns) {
        const w0 = weights[w]!;
        const w1 = weights[w + 1]!;
        const a = x[first + at]!;
        a0 += a * w0;
        a1 += a * w1;
        const b = x[second + at]!;
        b0 += b * w0;
        b1 += b * w1;
        const c = x[third + at]!;
        c0 += c * w0;
        c1 += c * w1;
      }
      const place = row * columns + column;
      out[place] = a0;
      out[place + 1] = a1;
      out[place + columns] = b0;
      out[place + columns + 1] = b1;
      out[place + 2 * columns] = c0;
      out[place + 2 * columns + 1] = c1;
    }
  }

  /** In the same order as three at once, so that a row gives the same bits in any company. */
  #one(x: Float32Array, row: number, out: Float32Array): void {
    for (let column = 0; column < this.#columns; column += 1) {
      let sum = this.#bias[column]!;
      for (let at = 0; at < this.#inner; at += 1) {
        sum += x[row * this.#inner + at]! * this.#weights[at * this.#columns + column]!;
      }
      out[row * this.#columns + column] = sum;
    }
  }
}
