/** Gathers a radio's vectors until there are enough to compress well, or a second has passed. */
import { packVectors } from '#agents/telemetry/vector-codec.ts';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import {
  BATCH_VECTORS_MAX,
  VECTOR_BYTES,
  type VectorBatch,
  type VectorCodec,
} from '#protocols/telemetry/vectors.ts';

export interface BatcherOptions {
  readonly clock: Clock;
  /** The first 16 digits of the model's SHA-256. */
  readonly model: string;
  readonly codec?: Exclude<VectorCodec, 'stored'>;
  /** A batch is full with so many. */
  readonly vectors?: number;
  /** And goes after so long, full or not. */
  readonly waitUs?: number;
  readonly onBatch: (batch: VectorBatch) => void;
}

export class VectorBatcher {
  readonly #options: Required<BatcherOptions>;
  readonly #vectors: Uint8Array;
  readonly #atUs: Float64Array;
  readonly #centersMhz: Float32Array;
  readonly #scores: Float32Array;
  #count = 0;
  #timer: Timer | undefined;

  constructor(options: BatcherOptions) {
    this.#options = { codec: 'lz4', vectors: 64, waitUs: US_PER_S, ...options };
    const { vectors } = this.#options;
    if (!Number.isInteger(vectors) || vectors < 1 || vectors > BATCH_VECTORS_MAX) {
      throw new RangeError(
        `vectors of a batch: expected 1 to ${BATCH_VECTORS_MAX}, came ${vectors}`,
      );
    }
    this.#vectors = new Uint8Array(vectors * VECTOR_BYTES);
    this.#atUs = new Float64Array(vectors);
    this.#centersMhz = new Float32Array(vectors);
    this.#scores = new Float32Array(vectors);
  }

  /** Takes a copy. `atUs`: when it was taken, by the monotonic clock, if not now. */
  add(
    vector: Uint8Array,
    { centerMhz, score, atUs }: { centerMhz: number; score: number; atUs?: number },
  ): void {
    if (vector.length !== VECTOR_BYTES) {
      throw new RangeError(`a vector: expected ${VECTOR_BYTES} bytes, came ${vector.length}`);
    }
    const { clock, vectors, waitUs } = this.#options;
    const index = this.#count;
    this.#vectors.set(vector, index * VECTOR_BYTES);
    this.#atUs[index] = atUs ?? clock.monotonic();
    this.#centersMhz[index] = centerMhz;
    this.#scores[index] = score;
    this.#count += 1;
    if (this.#count === vectors) this.flush();
    else this.#timer ??= clock.schedule(clock.monotonic() + waitUs, () => this.flush());
  }

  /** Hands over what there is. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    const { clock, model, codec, onBatch } = this.#options;
    const nowUs = clock.monotonic();
    const agesUs = Uint32Array.from(this.#atUs.subarray(0, count), (atUs) => nowUs - atUs);
    onBatch({
      model,
      ...packVectors(this.#vectors.subarray(0, count * VECTOR_BYTES), codec),
      count,
      agesUs,
      centersMhz: this.#centersMhz.slice(0, count),
      scores: this.#scores.slice(0, count),
    });
  }
}
