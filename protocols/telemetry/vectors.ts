/** Vectors of the detector in batches. */
import * as z from 'zod';
import { at, Bytes, Counts, Floats, ShortHash } from './fields.ts';

/** Bytes of one vector: what is left of a tile of sweeps. */
export const VECTOR_BYTES = 256;

/** A second of a radio at full pace is 269 tiles; a batch holds nearly four of those. */
export const BATCH_VECTORS_MAX = 1024;

export const vectorCodecs = ['stored', 'lz4', 'zstd'] as const;
export type VectorCodec = (typeof vectorCodecs)[number];

export const VectorBatch = z
  .strictObject({
    /** Which autoencoder wrote them: vectors of two models cannot be compared. */
    model: at(1, ShortHash),
    codec: at(2, z.literal(vectorCodecs)),
    count: at(3, z.number().int().min(1).max(BATCH_VECTORS_MAX)),
    /** How long before the record's own time each was made, µs. */
    agesUs: at(4, Counts),
    centersMhz: at(5, Floats),
    /** The anomaly score of each. */
    scores: at(6, Floats),
    /** Byte 0 of all vectors, then byte 1 of all, …, in the codec. */
    payload: at(7, Bytes),
  })
  .refine(
    ({ count, agesUs, centersMhz, scores }) =>
      agesUs.length === count && centersMhz.length === count && scores.length === count,
    { message: 'agesUs, centersMhz, scores: one for each vector' },
  )
  .refine(({ codec, count, payload }) => {
    const whole = count * VECTOR_BYTES;
    return codec === 'stored' ? payload.length === whole : payload.length < whole;
  }, 'payload: as long as the vectors when stored, shorter otherwise');
export type VectorBatch = z.infer<typeof VectorBatch>;
