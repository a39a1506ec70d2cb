/**
 * The segments of a folder, oldest first, and the one each radio writes to. Keeps them together
 * within a number of bytes by removing the oldest. Operations fail as the disk does.
 */
import { codeOf, type RecorderDisk, type SegmentWriter } from './disk.ts';
import { type BlockPlace, indexBytesOf, segmentIndex } from './index-of-segment.ts';
import { HEADER_BYTES_MAX, segmentHeader } from './segment-header.ts';
import { parseSegmentName, segmentName } from './segment-name.ts';

export interface ShelfLimits {
  readonly budgetBytes: number;
  readonly segmentBytes: number;
  /** A segment is closed after that time even when it is not full, so that age follows number. */
  readonly segmentUs: number;
}

interface Instant {
  readonly atUs: number;
  readonly monotonicUs: number;
}

export interface EncodedBlock {
  readonly bytes: Uint8Array;
  readonly firstUs: number;
  readonly lastUs: number;
}

interface Kept {
  readonly number: number;
  readonly name: string;
  bytes: number;
}

interface Open {
  readonly kept: Kept;
  readonly writer: SegmentWriter;
  readonly places: BlockPlace[];
  readonly begunUs: number;
  isSynced: boolean;
}

export class Shelf {
  readonly #disk: RecorderDisk;
  readonly #limits: ShelfLimits;
  readonly #bootId: string;
  #kept: Kept[] = [];
  readonly #open = new Map<string, Open>();
  #next = 1;
  #bytes = 0;
  evicted = 0;

  constructor(disk: RecorderDisk, limits: ShelfLimits, bootId: string) {
    this.#disk = disk;
    this.#limits = limits;
    this.#bootId = bootId;
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#bytes;
  }

  get segments(): number {
    return this.#kept.length;
  }

  /** Takes stock of what earlier runs left, and removes what is over the budget. */
  async load(): Promise<void> {
    const kept: Kept[] = [];
    for (const { name, bytes } of await this.#disk.list()) {
      const parsed = parseSegmentName(name);
      if (parsed !== undefined) kept.push({ number: parsed.number, name, bytes });
    }
    this.#kept = kept.sort((one, other) => one.number - other.number);
    this.#bytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#next = (this.#kept.at(-1)?.number ?? 0) + 1;
    await this.#makeRoom(0);
  }

  /** Adds a block to the radio's segment; begins another one where that is full or old. */
  async add(radio: string, block: EncodedBlock, now: Instant): Promise<void> {
    const { segmentBytes, segmentUs } = this.#limits;
    let open = this.#open.get(radio);
    if (open !== undefined) {
      const isFull = open.kept.bytes + block.bytes.length > segmentBytes;
      if (isFull || now.monotonicUs - open.begunUs >= segmentUs) {
        await this.#close(radio, open);
        open = undefined;
      }
    }
    await this.#makeRoom(block.bytes.length);
    open = this.#open.get(radio) ?? (await this.#begin(radio, now));
    const at = open.kept.bytes;
    open.isSynced = false;
    await this.#write(open, block.bytes);
    open.places.push({
      at,
      bytes: block.bytes.length,
      firstUs: block.firstUs,
      lastUs: block.lastUs,
    });
  }

  async sync(): Promise<void> {
    for (const open of this.#open.values()) {
      if (open.isSynced) continue;
      open.isSynced = true;
      await open.writer.sync();
    }
  }

  /** Closes all segments, each with its index. */
  async close(): Promise<void> {
    for (const [radio, open] of [...this.#open]) await this.#close(radio, open);
  }

  /** Lets go of all open files without writing to them. What they hold stays readable. */
  async abandon(): Promise<void> {
    const opened = [...this.#open.values()];
    this.#open.clear();
    for (const { writer, places, kept } of opened) {
      await writer.close().catch(() => undefined);
      // A full disk is tried again and again; it must not fill up with files that hold nothing.
      if (places.length === 0) await this.#disk.remove(kept.name).catch(() => undefined);
    }
  }

  async #begin(radio: string, now: Instant): Promise<Open> {
    const number = this.#next;
    const name = segmentName(number, radio);
    let writer: SegmentWriter;
    try {
      writer = await this.#disk.create(name);
    } catch (error) {
      // Another process wrote here meanwhile: the next try takes the next number.
      if (codeOf(error) === 'EEXIST') this.#next += 1;
      throw error;
    }
    const kept: Kept = { number, name, bytes: 0 };
    const open: Open = { kept, writer, places: [], begunUs: now.monotonicUs, isSynced: false };
    const header = segmentHeader({
      number,
      radio,
      bootId: this.#bootId,
      startUs: now.atUs,
      startMonotonicUs: now.monotonicUs,
    });
    try {
      await writer.write(header);
    } catch (error) {
      await writer.close().catch(() => undefined);
      await this.#disk.remove(name).catch(() => undefined);
      throw error;
    }
    this.#next += 1;
    kept.bytes = header.length;
    this.#bytes += header.length;
    this.#kept.push(kept);
    this.#open.set(radio, open);
    return open;
  }

  async #close(radio: string, open: Open): Promise<void> {
    this.#open.delete(radio);
    try {
      await this.#write(open, segmentIndex(open.places, open.kept.bytes));
      await open.writer.sync();
    } finally {
      await open.writer.close();
    }
  }

  async #write(open: Open, data: Uint8Array): Promise<void> {
    // Counted before: where it fails, part of it may be there.
    open.kept.bytes += data.length;
    this.#bytes += data.length;
    await open.writer.write(data);
  }

  /** Removes the oldest segments until `wanted` more bytes fit; an open one is closed first. */
  async #makeRoom(wanted: number): Promise<void> {
    while (this.#bytes + this.#reservedBytes() + wanted > this.#limits.budgetBytes) {
      const oldest = this.#kept[0];
      if (oldest === undefined) return;
      for (const [radio, open] of [...this.#open]) {
        if (open.kept === oldest) await this.#close(radio, open);
      }
      try {
        await this.#disk.remove(oldest.name);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
      this.#kept.shift();
      this.#bytes -= oldest.bytes;
      this.evicted += 1;
    }
  }

  /** What is still to come for blocks that are written: indexes, and the header of another segment. */
  #reservedBytes(): number {
    let bytes = HEADER_BYTES_MAX;
    for (const { places } of this.#open.values()) bytes += indexBytesOf(places.length + 1);
    return bytes;
  }
}
