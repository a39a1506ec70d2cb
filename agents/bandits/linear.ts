/**
 * Ridge regression of rewards on what is known beforehand, one model an arm: A = I + Σ x·xᵀ and
 * b = Σ r·x. The inverse of A is kept up by Sherman and Morrison's formula, so a step costs d².
 */
export class Ridge {
  readonly size: number;
  /** A⁻¹, row by row. */
  readonly #inverse: Float64Array;
  readonly #b: Float64Array;
  /** θ̂ = A⁻¹·b. */
  readonly theta: Float64Array;
  readonly #scratch: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#inverse = new Float64Array(size * size);
    for (let at = 0; at < size; at += 1) this.#inverse[at * size + at] = 1;
    this.#b = new Float64Array(size);
    this.theta = new Float64Array(size);
    this.#scratch = new Float64Array(size);
  }

  mean(context: Float64Array): number {
    let sum = 0;
    for (let at = 0; at < this.size; at += 1) sum += this.theta[at]! * context[at]!;
    return sum;
  }

  /** xᵀ·A⁻¹·x: how little is known of such a context. */
  uncertainty(context: Float64Array): number {
    const product = this.#times(context);
    let sum = 0;
    for (let at = 0; at < this.size; at += 1) sum += context[at]! * product[at]!;
    return Math.max(0, sum);
  }

  learn(context: Float64Array, reward: number): void {
    const { size } = this;
    const product = this.#times(context);
    let scale = 1;
    for (let at = 0; at < size; at += 1) scale += context[at]! * product[at]!;
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) {
        const at = row * size + column;
        this.#inverse[at] = this.#inverse[at]! - (product[row]! * product[column]!) / scale;
      }
      this.#b[row] = this.#b[row]! + reward * context[row]!;
    }
    this.theta.set(this.#times(this.#b));
  }

  /** Writes a draw of N(θ̂, scale²·A⁻¹) into `out`, by a Cholesky factor of A⁻¹. */
  draw(normals: Float64Array, scale: number, out: Float64Array): void {
    const { size } = this;
    const factor = new Float64Array(size * size);
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column <= row; column += 1) {
        let sum = this.#inverse[row * size + column]!;
        for (let at = 0; at < column; at += 1) {
          sum -= factor[row * size + at]! * factor[column * size + at]!;
        }
        factor[row * size + column] =
          row === column ? Math.sqrt(Math.max(0, sum)) : sum / factor[column * size + column]!;
      }
      let moved = this.theta[row]!;
      for (let at = 0; at <= row; at += 1) moved += scale * factor[row * size + at]! * normals[at]!;
      out[row] = moved;
    }
  }

  #times(vector: Float64Array): Float64Array {
    const { size } = this;
    const out = this.#scratch;
    for (let row = 0; row < size; row += 1) {
      let sum = 0;
      for (let at = 0; at < size; at += 1) sum += this.#inverse[row * size + at]! * vector[at]!;
      out[row] = sum;
    }
    return out;
  }
}
