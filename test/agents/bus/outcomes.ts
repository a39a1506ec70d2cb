import assert from 'node:assert/strict';
import type { BusDone, BusError } from '#agents/bus/bus.ts';
import type { Outcome } from '#protocols/errors.ts';

export type Until = (isMet: () => boolean, what: string) => Promise<void>;

/** Waits for operations that call back: for what came, or for how they failed. */
export function outcomes(until: Until) {
  async function outcome<Value>(
    start: (done: BusDone<Value>) => void,
  ): Promise<Outcome<Value, BusError>> {
    const came: Outcome<Value, BusError>[] = [];
    start((result) => came.push(result));
    await until(() => came.length > 0, 'the operation calls back');
    assert.equal(came.length, 1);
    return came[0]!;
  }
  return {
    async value<Value>(start: (done: BusDone<Value>) => void): Promise<Value> {
      const result = await outcome(start);
      assert(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.message}`);
      return result.value;
    },
    /** The code of the failure, or `succeeded`. */
    async failure<Value>(start: (done: BusDone<Value>) => void): Promise<string> {
      const result = await outcome(start);
      return result.ok ? 'succeeded' : result.error.code;
    },
  };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
