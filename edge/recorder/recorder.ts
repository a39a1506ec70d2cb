/**
 * The flight recorder: keeps the raw spectrum bytes of each radio in segment files, the newest of
 * them up to a number of bytes. Nothing here throws into the loop that listens: where the disk fails
 * or cannot follow, bytes are dropped and counted, `health` says why, and recording goes on by itself
 * once the disk takes it again.
 */
import { type Clock, type Timer, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import { isToken } from '#protocols/ids.ts';
import type { RecorderHealth } from '#protocols/tools/edge-node.ts';
import { type BlockParts, encodeBlock, READ_LINE_BYTES } from './block.ts';
import { BLOCK_BYTES, BlockBuffer } from './block-buffer.ts';
import type { CodecName } from './codec.ts';
import { codeOf, folderDisk, type RecorderDisk } from './disk.ts';
import { type Chunk, type Range, readRecording } from './recording.ts';
import { Shelf } from './shelf.ts';

export interface RecorderOptions {
  readonly folder: string;
  /** Of all segments of all radios; the oldest go first. */
  readonly budgetBytes: number;
  readonly clock: Clock;
  /** The start of the process: instants of the monotonic clock compare within one alone. */
  readonly bootId: string;
  /** Left out, a 64th of the budget, at most 16 MiB. */
  readonly segmentBytes?: number;
  /** `zstd` when left out. */
  readonly codec?: CodecName;
  /** When written blocks are forced to the disk: once a second, or each of them. */
  readonly sync?: 'second' | 'block';
  /** Left out, the files of `folder`. */
  readonly disk?: RecorderDisk;
}

export interface Recorder {
  /** Takes what a driver handed over at `atUs` of the wall clock. Copies it; never throws. */
  append(radio: string, bytes: Uint8Array, atUs: number): void;
  /** What was recorded, oldest first, also what was appended just before. */
  read(range: Range): AsyncIterable<Chunk>;
  /** Returns once all that was appended is written, or is known to be lost. */
  flush(): Promise<void>;
  health(): RecorderHealth;
  /** Writes what is left and the indexes. */
  close(): Promise<void>;
}

const MIB = 1024 * 1024;
/** Packed bytes that wait for the disk at most: about a second of three radios at full pace. */
const PENDING_BYTES_MAX = 8 * MIB;
const SLOW = 'slow_disk';
const FLUSH_US = US_PER_S;
const RETRY_US = 5 * US_PER_S;
/** Age follows number to within that. */
const SEGMENT_US = 600 * US_PER_S;
const LEAST_SEGMENTS = 4;

/** Opens at once; whether the folder can be written to shows in `health`. */
export function openRecorder(options: RecorderOptions): Recorder {
  return new SegmentRecorder(options);
}

class SegmentRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #shelf: Shelf;
  readonly #buffers = new Map<string, BlockBuffer>();
  /** Work on the disk, one after another. */
  #work: Promise<void>;
  #cause: RecorderHealth['cause'] = null;
  /** False from a failure until the next try, and after closing. */
  #accepts = true;
  #isClosed = false;
  #isSyncing = false;
  #timers: Timer[] = [];
  #recordedBytes = 0;
  #lostBytes = 0;
  #pendingBytes = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const limits = { ...limitsOf(options), segmentUs: SEGMENT_US };
    this.#shelf = new Shelf(options.disk ?? folderDisk(options.folder), limits, options.bootId);
    this.#work = this.#guarded(() => this.#shelf.load());
    this.#every(FLUSH_US, () => this.#tick());
  }

  append(radio: string, bytes: Uint8Array, atUs: number): void {
    if (bytes.length === 0) return;
    let buffer = this.#buffers.get(radio);
    const isSound = Number.isFinite(atUs) && (buffer !== undefined || isToken(radio));
    if (!this.#accepts || !isSound) {
      this.#lostBytes += bytes.length;
      return;
    }
    if (buffer === undefined) {
      buffer = new BlockBuffer((parts) => this.#put(radio, parts));
      this.#buffers.set(radio, buffer);
    }
    buffer.add(bytes, { atUs: Math.round(atUs), monotonicUs: this.#options.clock.monotonic() });
  }

  async *read(range: Range): AsyncGenerator<Chunk> {
    await this.flush();
    yield* readRecording(this.#options.folder, range);
  }

  async flush(): Promise<void> {
    for (const buffer of this.#buffers.values()) buffer.flush();
    await this.#work;
  }

  health(): RecorderHealth {
    let clockJumps = 0;
    for (const buffer of this.#buffers.values()) clockJumps += buffer.clockJumps;
    return {
      state: this.#cause === null ? 'recording' : 'stopped',
      cause: this.#cause,
      budgetBytes: this.#options.budgetBytes,
      storedBytes: this.#shelf.bytes,
      segments: this.#shelf.segments,
      evictedSegments: this.#shelf.evicted,
      recordedBytes: this.#recordedBytes,
      lostBytes: this.#lostBytes,
      pendingBytes: this.#pendingBytes,
      clockJumps,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return this.#work;
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    for (const buffer of this.#buffers.values()) buffer.end();
    this.#accepts = false;
    this.#then(() => this.#shelf.close());
    await this.#work;
  }

  #put(radio: string, parts: BlockParts): void {
    const { clock, codec = 'zstd', sync = 'second' } = this.#options;
    const { firstUs, lastUs } = parts;
    const rawBytes = parts.raw.length - parts.reads * READ_LINE_BYTES;
    if (this.#pendingBytes + BLOCK_BYTES > PENDING_BYTES_MAX) {
      this.#lostBytes += rawBytes;
      this.#stop(SLOW, `${this.#pendingBytes} bytes wait for the disk: too slow, or stuck`);
      return;
    }
    const block = { bytes: encodeBlock(parts, codec), firstUs, lastUs };
    const now = { atUs: clock.now(), monotonicUs: clock.monotonic() };
    let isWritten = false;
    this.#pendingBytes += block.bytes.length;
    this.#then(async () => {
      await this.#shelf.add(radio, block, now);
      isWritten = true;
      this.#recordedBytes += rawBytes;
      if (this.#cause?.code !== SLOW || this.#pendingBytes < PENDING_BYTES_MAX / 2) {
        this.#cause = null;
      }
      if (sync === 'block') await this.#shelf.sync();
    }).then(() => {
      this.#pendingBytes -= block.bytes.length;
      if (!isWritten) this.#lostBytes += rawBytes;
    });
  }

  #tick(): void {
    if (!this.#accepts) return;
    for (const buffer of this.#buffers.values()) buffer.flush();
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    this.#then(() => this.#shelf.sync()).then(() => {
      this.#isSyncing = false;
    });
  }

  /** Does it after what is under way; not at all when that failed. */
  #then(task: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(() =>
      this.#accepts || this.#isClosed ? this.#guarded(task) : undefined,
    );
    return this.#work;
  }

  async #guarded(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#fail(error);
      await this.#shelf.abandon();
    }
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#stop(codeOf(error), message);
    if (!this.#accepts) return;
    this.#accepts = false;
    for (const buffer of this.#buffers.values()) this.#lostBytes += buffer.drop();
    if (this.#isClosed) return;
    this.#after(RETRY_US, () => {
      this.#accepts = true;
      this.#then(() => this.#shelf.load());
    });
  }

  /** A cause that lasts keeps the time since when it does. */
  #stop(code: string, message: string): void {
    if (this.#cause?.code === code) return;
    const sinceMs = Math.floor(this.#options.clock.now() / US_PER_MS);
    this.#cause = { code, message, sinceMs };
  }

  #every(periodUs: number, task: () => void): void {
    this.#after(periodUs, () => {
      if (this.#isClosed) return;
      task();
      this.#every(periodUs, task);
    });
  }

  #after(delayUs: number, task: () => void): void {
    const { clock } = this.#options;
    const timer = clock.schedule(clock.monotonic() + delayUs, () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
      task();
    });
    this.#timers.push(timer);
  }
}

function limitsOf({ budgetBytes, segmentBytes, folder }: RecorderOptions) {
  const least = LEAST_SEGMENTS * MIB;
  if (!Number.isSafeInteger(budgetBytes) || budgetBytes < least) {
    throw new InputError(
      `recorder of '${folder}': expected a budget of at least ${least} bytes; ${budgetBytes} came`,
    );
  }
  const most = Math.min(1024 * MIB, Math.floor(budgetBytes / LEAST_SEGMENTS));
  const size = segmentBytes ?? Math.max(MIB, Math.min(16 * MIB, Math.floor(budgetBytes / 64)));
  if (!Number.isSafeInteger(size) || size < 2 * BLOCK_BYTES || size > most) {
    throw new InputError(
      `recorder of '${folder}': expected segments of ${2 * BLOCK_BYTES} to ${most} bytes, a quarter of the budget at most; ${size} came`,
    );
  }
  return { budgetBytes, segmentBytes: size };
}
