/** A recorder on a folder of its own, with a clock that a test moves. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecorder, type Recorder, type RecorderOptions } from '#edge/recorder/recorder.ts';
import type { Chunk } from '#edge/recorder/recording.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

export const MIB = 1024 * 1024;
/** Everything a test records. */
export const always = { fromMs: 0, toMs: 8_000_000_000_000 };

export interface Rig {
  readonly folder: string;
  readonly clock: VirtualClock;
  open(options?: Partial<RecorderOptions>): Recorder;
  /** Bytes of all files there. */
  size(): number;
}

/** `context` is a test's, or the hooks of a file. */
export function makeRig(context: { after(clean: () => void): void }): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-recorder-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const clock = new VirtualClock();
  let boots = 0;
  return {
    folder,
    clock,
    open(options = {}) {
      boots += 1;
      return openRecorder({
        folder,
        clock,
        bootId: `boot-${boots}`,
        budgetBytes: 64 * MIB,
        ...options,
      });
    },
    size: () =>
      readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0),
  };
}

export async function gather(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const all: Chunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

export function joined(chunks: readonly Chunk[]): Buffer {
  return Buffer.concat(chunks.map(({ bytes }) => bytes));
}
