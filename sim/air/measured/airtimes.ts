/**
 * How much of the time each neighbour sends, from what our radios receive and from the utilisation
 * that neighbours announce: the least squares of all of these, none below nothing.
 */

/** A sum of some unknown airtimes that is known. */
export interface Balance {
  /** Numbers of the unknowns. */
  readonly of: readonly number[];
  readonly share: number;
  readonly weight: number;
}

export interface Airtimes {
  readonly share: Float64Array;
  /** Standard deviation; wide where only the sum of several is known. */
  readonly sigma: Float64Array;
}

/** A neighbour of whom nothing more is known sends so much of the time: a guess of ours. */
const UNKNOWN_SHARE = 0.1;
const UNKNOWN_SIGMA = 0.3;
/** A survey is not better than that: frames that overlap, in a slot or hidden from each other, count once. */
const SURVEY_SIGMA = 0.06;
/** Of the guess beside a survey: as the squares of their deviations. */
const UNKNOWN_WEIGHT = (SURVEY_SIGMA * SURVEY_SIGMA) / (UNKNOWN_SIGMA * UNKNOWN_SIGMA);
/** Coordinate descent is done long before: each sweep is exact in one unknown. */
const SWEEPS = 200;

/** `mostOf`: no more than that each. */
export function airtimesOf(mostOf: readonly number[], balances: readonly Balance[]): Airtimes {
  const count = mostOf.length;
  const guesses = mostOf.map((_, unknown): Balance => {
    return { of: [unknown], share: UNKNOWN_SHARE, weight: UNKNOWN_WEIGHT };
  });
  const rows = [...balances, ...guesses];
  const rowsOf = mostOf.map((_, unknown) => rows.filter((row) => row.of.includes(unknown)));
  const share = new Float64Array(count);
  const missing = (row: Balance) => row.of.reduce((rest, one) => rest - share[one]!, row.share);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    rowsOf.forEach((own, unknown) => {
      const weight = own.reduce((sum, row) => sum + row.weight, 0);
      const wish = own.reduce((sum, row) => sum + row.weight * missing(row), 0);
      share[unknown] = Math.max(0, Math.min(mostOf[unknown]!, share[unknown]! + wish / weight));
    });
  }
  const spread = inverse(
    mostOf.map((_, a) =>
      mostOf.map((__, b) =>
        rowsOf[a]!.reduce((sum, row) => sum + (row.of.includes(b) ? row.weight : 0), 0),
      ),
    ),
  );
  const sigma = Float64Array.from(rowsOf, (own, unknown) => {
    const weight = own.reduce((sum, row) => sum + row.weight, 0);
    const squares = own.reduce((sum, row) => sum + row.weight * missing(row) * missing(row), 0);
    const known = SURVEY_SIGMA * SURVEY_SIGMA * spread[unknown]![unknown]!;
    // Balances that do not fit together are worse than surveys are.
    return Math.sqrt(known + squares / weight);
  });
  return { share, sigma };
}

/** Of a symmetric matrix whose eigenvalues are above 0, by Gauss and Jordan's elimination. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row, at) => [
    ...row,
    ...matrix.map((_, other) => (other === at ? 1 : 0)),
  ]);
  rows.forEach((pivotRow, at) => {
    const pivot = pivotRow[at]!;
    pivotRow.forEach((value, column) => {
      pivotRow[column] = value / pivot;
    });
    rows.forEach((row, other) => {
      const factor = row[at]!;
      if (other === at || factor === 0) return;
      row.forEach((value, column) => {
        row[column] = value - factor * pivotRow[column]!;
      });
    });
  });
  return rows.map((row) => row.slice(matrix.length));
}
