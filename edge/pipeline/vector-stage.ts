/**
 * From sweeps to vectors: tiles go through the autoencoder; vectors of what is strange leave the node,
 * and one a second of each radio besides, so that the ordinary is known too. What stays strange is told
 * as an event, with how often the node has seen the like.
 */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { NodeEvent } from '#protocols/telemetry/events.ts';
import type { VectorBatch } from '#protocols/telemetry/vectors.ts';
import type { Autoencoder, TileReading } from '../detector/autoencoder.ts';
import { type Tile, TileAssembler } from '../detector/tile.ts';
import { VectorBatcher } from '../uplink/vector-batcher.ts';
import type { VectorMemory } from '../uplink/vector-memory.ts';
import type { Batch, Stage } from './stages.ts';

/** Tiles that wait for the model: about two seconds of a radio at full pace. */
const WAITING_MAX = 512;
/** So many strange tiles of one place within a minute are news; one a minute may be chance. */
const STRANGE_TILES = 8;
const MINUTE_US = 60 * US_PER_S;
/** Euclidean over 256 bytes; what counts as the like of what was seen before. */
const ALIKE = 160;

export interface VectorStageOptions {
  readonly autoencoder: Autoencoder;
  readonly clock: Clock;
  readonly memory: VectorMemory | undefined;
  readonly onBatch: (radio: string, batch: VectorBatch) => void;
  readonly onEvent: (radio: string, event: NodeEvent) => void;
}

interface Heard {
  readonly assembler: TileAssembler;
  readonly batcher: VectorBatcher;
  /** When the last ordinary vector left. */
  ordinaryUs: number;
  rememberedUs: number;
  /** By centre: strange tiles of this minute. */
  readonly strange: Map<number, { sinceUs: number; tiles: number; isTold: boolean }>;
}

export class VectorStage implements Stage {
  readonly name = 'vectors';
  readonly #options: VectorStageOptions;
  readonly #radios = new Map<string, Heard>();
  #waiting: { readonly radio: string; readonly tile: Tile }[] = [];
  #isBusy = false;
  #dropped = 0;
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

  async close(): Promise<void> {
    for (const { batcher } of this.#radios.values()) batcher.flush();
    this.#options.memory?.close();
    await this.#options.autoencoder.close();
  }

  #work(): void {
    if (this.#isBusy || this.#waiting.length === 0) return;
    const taken = this.#waiting;
    this.#waiting = [];
    this.#isBusy = true;
    this.#options.autoencoder
      .encode(taken.map(({ tile }) => tile))
      .then((readings) => {
        this.#isBusy = false;
        readings.forEach((reading, place) => {
          const { radio, tile } = taken[place]!;
          this.#note(radio, tile, reading);
        });
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
    if (reading.isAnomalous || isDue) {
      heard.batcher.add(reading.vector, { centerMhz, score: reading.score });
      if (!reading.isAnomalous) heard.ordinaryUs = nowUs;
    }
    if (!reading.isAnomalous) return;
    this.#count(radio, heard, tile, reading);
    if (nowUs - heard.rememberedUs < US_PER_S) return;
    heard.rememberedUs = nowUs;
    this.#remember(reading.vector, centerMhz);
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

  #count(radio: string, { strange }: Heard, tile: Tile, { score, vector }: TileReading): void {
    const { clock, memory, onEvent, autoencoder } = this.#options;
    const nowUs = clock.monotonic();
    const centerMhz = (tile.lowMhz + tile.highMhz) / 2;
    let counted = strange.get(centerMhz);
    if (counted === undefined || nowUs - counted.sinceUs > MINUTE_US) {
      counted = { sinceUs: nowUs, tiles: 0, isTold: false };
      strange.set(centerMhz, counted);
    }
    counted.tiles += 1;
    if (counted.tiles < STRANGE_TILES || counted.isTold) return;
    counted.isTold = true;
    onEvent(radio, {
      kind: 'anomaly.detected',
      severity: 'notice',
      lowMhz: tile.lowMhz,
      highMhz: tile.highMhz,
      score: Math.max(0, score),
      threshold: Math.max(0, Math.min(...Object.values(autoencoder.card.calibration.thresholds))),
      seenBefore: memory?.seenWithin(vector, ALIKE) ?? 0,
    });
  }

  #heardOf(radio: string): Heard {
    let heard = this.#radios.get(radio);
    if (heard === undefined) {
      const { clock, autoencoder, onBatch } = this.#options;
      heard = {
        assembler: new TileAssembler((tile) => this.#put(radio, tile)),
        batcher: new VectorBatcher({
          clock,
          model: autoencoder.card.modelSha256.slice(0, 16),
          onBatch: (batch) => onBatch(radio, batch),
        }),
        ordinaryUs: Number.NEGATIVE_INFINITY,
        rememberedUs: Number.NEGATIVE_INFINITY,
        strange: new Map(),
      };
      this.#radios.set(radio, heard);
    }
    return heard;
  }

  /** The newest are left out when too many wait: the model is to catch up with what it began. */
  #put(radio: string, tile: Tile): void {
    if (this.#waiting.length >= WAITING_MAX) this.#dropped += 1;
    else this.#waiting.push({ radio, tile });
  }
}
