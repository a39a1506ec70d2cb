/** What each radio sends, or has sent last. */
import { type EventHeap, eventOf } from './event-heap.ts';
import type { FrameTable } from './frame-table.ts';
import { COLOUR, NONE } from './medium-events.ts';
import { COLOUR_READ_NS, type SpatialReuse } from './spatial-reuse.ts';

export class Transmissions {
  readonly #table: FrameTable;
  readonly #heap: EventHeap;
  readonly #reuse: SpatialReuse | undefined;
  // By node.
  /** By the table of frames. */
  readonly frame: Int32Array;
  readonly to: Int32Array;
  readonly start: Float64Array;
  /** Of its full power. */
  readonly gain: Float64Array;

  constructor(nodes: number, table: FrameTable, heap: EventHeap, reuse: SpatialReuse | undefined) {
    this.#table = table;
    this.#heap = heap;
    this.#reuse = reuse;
    this.frame = new Int32Array(nodes);
    this.to = new Int32Array(nodes).fill(NONE);
    this.start = new Float64Array(nodes);
    this.gain = new Float64Array(nodes).fill(1);
  }

  begin(from: number, frame: number, to: number, now: number): void {
    this.frame[from] = frame;
    this.to[from] = to;
    this.start[from] = now;
    if (this.#reuse === undefined) return;
    this.gain[from] = this.#reuse.gain(from, now);
    if (this.#table.hasColour[frame] === 0 || !this.#reuse.hasColour(from)) return;
    this.#heap.push(now + COLOUR_READ_NS, eventOf(from, COLOUR));
  }
}
