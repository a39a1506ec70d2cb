import { Matrix } from '#protocols/telemetry/fields.ts';
import type { CoordinationMatrix, MatrixKind } from '#protocols/telemetry/matrix.ts';
import type { Surroundings } from '../surroundings.ts';

/** One kind of matrix. */
export interface MatrixEntry {
  readonly kind: MatrixKind;
  /** Undefined while nothing is known that it could hold. */
  fill(surroundings: Surroundings): Filled | undefined;
}

type Filled = Pick<CoordinationMatrix, 'rows' | 'columns' | 'cells'>;

/** A cell for each row and column; NaN where it is not known. Undefined where there is none. */
export function floats(
  rows: readonly string[],
  columns: readonly string[],
  cell: (row: number, column: number) => number,
): Filled | undefined {
  if (rows.length === 0 || columns.length === 0) return undefined;
  const values = new Float32Array(rows.length * columns.length);
  for (let row = 0; row < rows.length; row += 1) {
    for (let column = 0; column < columns.length; column += 1) {
      values[row * columns.length + column] = cell(row, column);
    }
  }
  const cells = new Matrix(rows.length, columns.length, values);
  return { rows: [...rows], columns: [...columns], cells };
}

/** The same, and undefined where no cell is known. */
export function measured(...filling: Parameters<typeof floats>): Filled | undefined {
  const filled = floats(...filling);
  return filled?.cells.values.some((value) => !Number.isNaN(value)) ? filled : undefined;
}
