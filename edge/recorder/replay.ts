/**
 * Plays what was recorded of one radio, at any speed, as the stream of a driver: what comes out is
 * what the driver handed over then, in whole sweeps and at the distances of then. Time in which no
 * process recorded takes none.
 */
import { statSync } from 'node:fs';
import type { Clock } from '#protocols/clock.ts';
import type { SpectrumStream } from '#protocols/driver.ts';
import { parseDurationMs } from '#protocols/duration.ts';
import { InputError } from '#protocols/errors.ts';
import { type Chunk, listSegments, noCounts, type ReadingCounts, readBlocks } from './recording.ts';
import { WholeSweeps } from './whole-sweeps.ts';

export interface ReplayOptions {
  readonly folder: string;
  readonly radio: string;
  /** Milliseconds since 1970, or left out for all there is. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** How many times as fast as it was recorded; `Infinity` for as fast as it is read. */
  readonly speed: number;
}

/** Read at once at most; the rest follows with the next read. */
const READ_BYTES_MAX = 4 * 1024 * 1024;

export class Replay implements SpectrumStream {
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #startUs: number;
  readonly #chunks: Iterator<Chunk>;
  readonly #whole = new WholeSweeps();
  readonly counts: ReadingCounts = noCounts();
  #next: Chunk | undefined;
  #before: Chunk | undefined;
  /** How far into the recording the next chunk lies. */
  #atUs = 0;
  sweeps = 0;
  /** When the newest of what was handed over was heard, by the wall clock of then. */
  lastUs = 0;

  constructor(options: ReplayOptions, clock: Clock) {
    const { folder, radio, fromMs = 0, toMs = Number.POSITIVE_INFINITY, speed } = options;
    this.#clock = clock;
    this.#speed = speed;
    this.#startUs = clock.monotonic();
    this.#chunks = flat(readBlocks(folder, { radio, fromMs, toMs }, this.counts));
    this.#advance();
  }

  /** True once all has been handed over. */
  get isOver(): boolean {
    return this.#next === undefined;
  }

  /** Recorded bytes that held no whole sweep, or no block. */
  get skippedBytes(): number {
    return this.#whole.skippedBytes + this.counts.skippedBytes;
  }

  /** When the next bytes are due, by the clock's `monotonic`; undefined when none are left. */
  get dueUs(): number | undefined {
    return this.#next === undefined ? undefined : this.#startUs + this.#atUs / this.#speed;
  }

  /** What has fallen due since the last read. */
  read(): Uint8Array {
    const sweeps = this.take();
    return Buffer.concat(sweeps);
  }

  /** The same, a sweep an entry. */
  take(): Uint8Array[] {
    const nowUs = this.#clock.monotonic();
    const due: Uint8Array[] = [];
    let bytes = 0;
    while (this.#next !== undefined && (this.dueUs ?? 0) <= nowUs && bytes < READ_BYTES_MAX) {
      for (const sweep of this.#whole.of(this.#next)) due.push(sweep);
      bytes += this.#next.bytes.length;
      this.lastUs = this.#next.atUs;
      this.#advance();
    }
    if (this.#next === undefined) this.#whole.end();
    this.sweeps += due.length;
    return due;
  }

  close(): void {
    this.#chunks.return?.();
    this.#next = undefined;
  }

  #advance(): void {
    const { value, done } = this.#chunks.next();
    this.#next = done === true ? undefined : value;
    if (this.#next === undefined) return;
    const isSameBoot = this.#before?.bootId === this.#next.bootId;
    if (this.#before !== undefined && isSameBoot) {
      this.#atUs += Math.max(0, this.#next.monotonicUs - this.#before.monotonicUs);
    }
    this.#before = this.#next;
  }
}

function* flat(blocks: Iterable<readonly Chunk[]>): Generator<Chunk> {
  for (const chunks of blocks) yield* chunks;
}

const forms =
  'capture:FOLDER?radio=radio-0, with &at=2026-11-21T17:00:00Z, &for=10m and &speed=4 or max as wanted';

/** Whether an address names a folder of recordings, not a file. */
export function isReplayAddress(address: string): boolean {
  const [path = ''] = address.slice('capture:'.length).split('?', 1);
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Reads the address of a recording, or says what is wrong with it. */
export function parseReplayAddress(address: string): ReplayOptions {
  const wrong = (came: string) =>
    new InputError(`driver address '${address}': expected ${forms}; ${came}`);
  const [head = '', query = ''] = address.split('?', 2);
  const folder = head.slice('capture:'.length);
  const parts = Object.fromEntries(new URLSearchParams(query));
  const { radio, at, for: length, speed = '1', ...others } = parts;
  const [other] = Object.keys(others);
  if (other !== undefined) throw wrong(`'${other}' came`);
  const radios = [...new Set(listSegments(folder).map((segment) => segment.radio))].sort();
  if (radio === undefined || !radios.includes(radio)) {
    const there = radios.length === 0 ? 'holds no recording' : `has ${radios.join(', ')}`;
    throw wrong(`'${radio ?? ''}' came as radio, and '${folder}' ${there}`);
  }
  const fromMs = at === undefined ? undefined : Date.parse(at);
  if (Number.isNaN(fromMs)) throw wrong(`'${at}' came as at`);
  const lengthMs = length === undefined ? undefined : parseDurationMs(length);
  if (length !== undefined && (lengthMs === undefined || fromMs === undefined)) {
    throw wrong(`'${length}' came as for${fromMs === undefined ? ', without at' : ''}`);
  }
  const factor = speed === 'max' ? Number.POSITIVE_INFINITY : Number(speed);
  if (!(factor > 0)) throw wrong(`'${speed}' came as speed`);
  return {
    folder,
    radio,
    speed: factor,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(fromMs === undefined || lengthMs === undefined ? {} : { toMs: fromMs + lengthMs }),
  };
}
