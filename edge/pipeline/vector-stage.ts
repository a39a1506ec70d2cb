/**
 * From sweeps to vectors: tiles go through the autoencoder; vectors of what is strange leave the node, up
 * to a ceiling, and one a second of each radio besides, so that the ordinary is known too. What stays
 * strange is told as an event, with how often the node has seen the like.
 */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { NodeEvent } from '#protocols/telemetry/events.ts';
import type { VectorBatch } from '#protocols/telemetry/vectors.ts';
import { bandOfTile } from '../detector/about-tile.ts';
import type { Autoencoder, TileReading } from '../detector/autoencoder.ts';
import { Spell } from '../detector/spell.ts';
import { TILE_VALUES, type Tile, TileAssembler } from '../detector/tile.ts';
import { VectorBatcher } from '../uplink/vector-batcher.ts';
import type { VectorMemory } from '../uplink/vector-memory.ts';
import type { Batch, Stage } from './stages.ts';
import { VectorSample } from './vector-sample.ts';

/** Tiles that wait for the model: about two seconds of a radio at full pace. */
const WAITING_MAX = 512;
/** Handed to the model in one go: others come in meanwhile. */
const TAKEN_MAX = 64;
/** Of tiles that are done, the memory of so many is kept for others; more is seldom needed. */
const SPARES_MAX = 64;
/** Vectors of strange tiles that leave in a second, of each radio: about 4 KB. */
export const VECTORS_A_SECOND = 16;
/** Euclidean over 256 bytes; what counts as the like of what was seen before. */
const ALIKE = 160;

export interface VectorStageOptions {
  readonly autoencoder: Autoencoder;
  readonly clock: Clock;
  readonly memory: VectorMemory | undefined;
  readonly vectorsPerSecond?: number;
  readonly onBatch: (radio: string, batch: VectorBatch) => void;
  /** Once a second of each radio that hears nothing strange. */
  readonly onOrdinary?: (tile: Tile) => void;
  readonly onEvent: (radio: string, event: NodeEvent) => void;
}

interface Heard {
  readonly assembler: TileAssembler;
  readonly batcher: VectorBatcher;
  readonly sample: VectorSample;
  /** When the last ordinary vector left. */
  ordinaryUs: number;
  rememberedUs: number;
  /** By centre. */
  readonly places: Map<number, Place>;
}

interface Place {
  spell: Spell;
  /** The strangest tile of the spell. */
  strangest: TileReading | undefined;
  isStrange: boolean;
}

export class VectorStage implements Stage {
  readonly name = 'vectors';
  readonly #options: VectorStageOptions;
  readonly #radios = new Map<string, Heard>();
  #waiting: { readonly radio: string; readonly tile: Tile }[] = [];
  /** The values of tiles that are done. */
  readonly #spares: Float32Array[] = [];
  #isBusy = false;
  #dropped = 0;
  #strangeTiles = 0;
  #failure: Error | undefined;
  /** Why what was strange last is not remembered. */
  #forgets: string | undefined;

  constructor(options: VectorStageOptions) {
    this.#options = options;
  }

  take({ radio, sweeps }: Batch): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { assembler } = this.#heardOf(radio);
    for (const sweep of sweeps) assembler.push(sweep);
    this.#work();
  }

  trouble(): string | undefined {
    if (this.#forgets !== undefined) return `nothing is remembered: ${this.#forgets}`;
    return this.#dropped === 0
      ? undefined
      : `${this.#dropped} tiles were left out, since the model did not keep up`;
  }

  counts(): Record<string, number> {
    const samples = [...this.#radios.values()].map(({ sample }) => sample.left);
    return {
      strangeTiles: this.#strangeTiles,
      vectorsNotSent: samples.reduce((sum, left) => sum + left, 0),
      tilesLeftOut: this.#dropped,
    };
  }

  async close(): Promise<void> {
    for (const { sample, batcher } of this.#radios.values()) {
      sample.flush();
      batcher.flush();
    }
    this.#options.memory?.close();
    await this.#options.autoencoder.close();
  }

  #work(): void {
    if (this.#isBusy || this.#waiting.length === 0) return;
    const taken = this.#waiting.splice(0, TAKEN_MAX);
    this.#isBusy = true;
    this.#options.autoencoder
      .encode(taken.map(({ tile }) => tile))
      .then((readings) => {
        this.#isBusy = false;
        readings.forEach((reading, place) => {
          const { radio, tile } = taken[place]!;
          this.#note(radio, tile, reading);
          this.#spare(tile);
        });
        this.#work();
      })
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
      });
  }

  #note(radio: string, tile: Tile, reading: TileReading): void {
    const { clock } = this.#options;
    const heard = this.#heardOf(radio);
    const nowUs = clock.monotonic();
    const centerMhz = (tile.lowMhz + tile.highMhz) / 2;
    const isDue = nowUs - heard.ordinaryUs >= US_PER_S;
    const { vector, score, isAnomalous } = reading;
    this.#judge(radio, heard, tile, reading);
    if (!isAnomalous) {
      if (!isDue) return;
      heard.ordinaryUs = nowUs;
      heard.batcher.add(vector, { centerMhz, score });
      this.#options.onOrdinary?.(tile);
      return;
    }
    this.#strangeTiles += 1;
    heard.sample.add({ vector, centerMhz, score, atUs: nowUs });
    if (nowUs - heard.rememberedUs < US_PER_S) return;
    heard.rememberedUs = nowUs;
    this.#remember(vector, centerMhz);
  }

  /** A full disk costs what was seen before, and no vectors. */
  #remember(vector: Uint8Array, centerMhz: number): void {
    const { clock, memory } = this.#options;
    try {
      memory?.remember(vector, { atUs: clock.now(), centerMhz, label: 'anomaly' });
      this.#forgets = undefined;
    } catch (error) {
      this.#forgets = error instanceof Error ? error.message : String(error);
    }
  }

  /** What is strange over a spell is told once, until a spell is not. */
  #judge(radio: string, { places }: Heard, tile: Tile, reading: TileReading): void {
    const { clock, memory, onEvent, autoencoder } = this.#options;
    const { thresholds, spellThresholds } = autoencoder.card.calibration;
    const nowUs = clock.monotonic();
    const { lowMhz, highMhz } = tile;
    const centerMhz = (lowMhz + highMhz) / 2;
    let place = places.get(centerMhz);
    if (place === undefined) {
      place = { spell: new Spell(nowUs), strangest: undefined, isStrange: false };
      places.set(centerMhz, place);
    }
    place.spell.add(reading.isAnomalous);
    if (reading.score > (place.strangest?.score ?? 0)) place.strangest = reading;
    const share = place.spell.shareAt(nowUs);
    if (share === undefined) return;
    const { strangest, isStrange: wasStrange } = place;
    const band = bandOfTile(tile);
    const isStrange = share > spellThresholds[band];
    places.set(centerMhz, { spell: new Spell(nowUs), strangest: undefined, isStrange });
    if (!isStrange || wasStrange || strangest === undefined) return;
    onEvent(radio, {
      kind: 'anomaly.detected',
      severity: 'notice',
      sign: 'bins',
      lowMhz,
      highMhz,
      score: strangest.score,
      threshold: Math.max(0, thresholds[band]),
      seenBefore: memory?.seenWithin(strangest.vector, ALIKE) ?? 0,
    });
  }

  #heardOf(radio: string): Heard {
    let heard = this.#radios.get(radio);
    if (heard === undefined) {
      const {
        clock,
        autoencoder,
        onBatch,
        vectorsPerSecond: most = VECTORS_A_SECOND,
      } = this.#options;
      const batcher = new VectorBatcher({
        clock,
        model: autoencoder.card.modelSha256.slice(0, 16),
        onBatch: (batch) => onBatch(radio, batch),
      });
      heard = {
        assembler: new TileAssembler(
          (tile) => this.#put(radio, tile),
          () => this.#spares.pop() ?? new Float32Array(TILE_VALUES),
        ),
        batcher,
        sample: new VectorSample({
          clock,
          most,
          onVector: ({ vector, ...about }) => batcher.add(vector, about),
        }),
        ordinaryUs: Number.NEGATIVE_INFINITY,
        rememberedUs: Number.NEGATIVE_INFINITY,
        places: new Map(),
      };
      this.#radios.set(radio, heard);
    }
    return heard;
  }

  /** The newest are left out when too many wait: the model is to catch up with what it began. */
  #put(radio: string, tile: Tile): void {
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push({ radio, tile });
    else {
      this.#dropped += 1;
      this.#spare(tile);
    }
  }

  #spare({ values }: Tile): void {
    if (this.#spares.length < SPARES_MAX) this.#spares.push(values);
  }
}
