/**
 * The sweeps of a driver's reads, one read after another: what a read leaves over waits for the next.
 * What is missing between them is estimated on the way.
 */
import { LossMeter } from './loss.ts';
import { SweepCursor } from './sweep-cursor.ts';
import type { Ending } from './tlv-framing.ts';

type OnSweep = (cursor: SweepCursor) => void;

export class SweepStream {
  /** Stands on the sweep at hand while `onSweep` runs; counts what came. */
  readonly cursor = new SweepCursor();
  readonly loss = new LossMeter();
  #tail: Uint8Array = new Uint8Array(0);

  /** Takes the bytes of the next read; calls `onSweep` on each sweep they complete. */
  push(bytes: Uint8Array, onSweep: OnSweep): void {
    const data = this.#tail.length === 0 ? bytes : join(this.#tail, bytes);
    this.#read(data, 'read', onSweep);
    this.#tail = new Uint8Array(data.subarray(this.cursor.end));
  }

  /** Ends the stream: what is left over was cut short, or is damaged and held up what follows it. */
  end(onSweep: OnSweep): void {
    this.#read(this.#tail, 'last', onSweep);
    this.#tail = new Uint8Array(0);
  }

  #read(data: Uint8Array, ending: Ending, onSweep: OnSweep): void {
    const { cursor } = this;
    cursor.load(data, data.length, ending);
    while (cursor.next()) {
      this.loss.note(cursor.fields);
      onSweep(cursor);
    }
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
