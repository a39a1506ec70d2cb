/**
 * What the members of records are made of. Each member has a whole number, its key, which stands for
 * its name in CBOR and is never given to another.
 */
import * as z from 'zod';

/** The member's schema with its key. A key is given once: what is no longer told leaves a gap. */
export function at<Schema extends z.ZodType>(key: number, schema: Schema): Schema {
  return schema.meta({ key }) as Schema;
}

/** Six pairs of hexadecimal digits, however they are parted: the address of somebody's device. */
const deviceAddress = /(?:[0-9a-f]{2}[:.-]?){6}/;

/**
 * The only text of a record that is not from a list: the name of a radio, a zone or a rail. No
 * record holds free text, in which a network's or a person's name could travel.
 */
export const Word = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, 'a lower-case word such as `radio-0`')
  .refine((word) => !deviceAddress.test(word), 'a word that is no device address');
export type Word = z.infer<typeof Word>;

/** Whoever must not be named: a keyed hash, as the ledger has it. */
export const Pseudonym = z
  .string()
  .regex(/^p-(?:[0-9a-f]{20}|erased)$/, 'a pseudonym such as `p-3f…`, 20 hexadecimal digits');

/** The first 16 hexadecimal digits of a SHA-256. */
export const ShortHash = z.string().regex(/^[0-9a-f]{16}$/, 'the first 16 digits of a SHA-256');

export const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Cells of one matrix, a bound that keeps it within one message. */
export const CELLS_MAX = 65_536;

/** Row by row. A cell that was not measured is NaN in 32-bit floats and 255 in bytes. */
export class Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Uint8Array;

  constructor(rows: number, columns: number, values: Float32Array | Uint8Array) {
    const isWhole = Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0;
    if (!isWhole || rows * columns !== values.length || values.length > CELLS_MAX) {
      throw new RangeError(
        `a matrix of ${rows} × ${columns}: expected as many values, at most ${CELLS_MAX}, came ${values.length}`,
      );
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }
}

const isFloats = (value: unknown): value is Float32Array => value instanceof Float32Array;
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

export const FloatMatrix = z.custom<Matrix>(
  (value) => value instanceof Matrix && isFloats(value.values),
  'a matrix of 32-bit floats',
);
export const AnyMatrix = z.custom<Matrix>((value) => value instanceof Matrix, 'a matrix');
export const Floats = z.custom<Float32Array>(isFloats, '32-bit floats');
export const Counts = z.custom<Uint32Array>((value) => value instanceof Uint32Array, 'counts');
export const Bytes = z.custom<Uint8Array>(isBytes, 'bytes');
