/** How the radios of a node and their neighbours bear on each other. */
import * as z from 'zod';
import { Ms } from '../units.ts';
import { AnyMatrix, at, Word } from './fields.ts';

/** What each kind of matrix holds: the unit of its cells, and whether they are bytes or floats. */
export const matrixKinds = {
  /** How loudly the sender of the row is heard by the radio of the column. */
  interference: { unit: 'dBm', cells: 'float32' },
  /** 1 where the radio of the row uses the channel of the column. */
  assignment: { unit: '1', cells: 'uint8' },
  /** Share of the row's channel that the column's radio uses too. */
  'co-channel': { unit: '1', cells: 'float32' },
  /** What of the row's power falls into the column's channel, at most: by the mask of IEEE 802.11. */
  'adjacent-leakage': { unit: 'dB', cells: 'float32' },
  /**
   * The product 2·row − column at the input of a third radio on whose channel it falls, for an input
   * intercept point of 0 dBm; −∞ where it falls on none.
   */
  intermodulation: { unit: 'dBm', cells: 'float32' },
  /** Correlation of the slow fading at two radios. */
  diversity: { unit: '1', cells: 'float32' },
} as const;
export type MatrixKind = keyof typeof matrixKinds;

const kindNames = Object.keys(matrixKinds) as [MatrixKind, ...MatrixKind[]];

export const CoordinationMatrix = z
  .strictObject({
    kind: at(1, z.literal(kindNames)),
    windowMs: at(2, Ms),
    rows: at(3, z.array(Word).min(1).max(256)),
    columns: at(4, z.array(Word).min(1).max(256)),
    cells: at(5, AnyMatrix),
  })
  .refine(
    ({ rows, columns, cells }) => cells.rows === rows.length && cells.columns === columns.length,
    {
      message: 'cells: a row and a column for each that is named',
    },
  )
  .refine(
    ({ kind, cells }) =>
      cells.values instanceof (matrixKinds[kind].cells === 'uint8' ? Uint8Array : Float32Array),
    { message: 'cells: bytes for an assignment, 32-bit floats for all others' },
  );
export type CoordinationMatrix = z.infer<typeof CoordinationMatrix>;
