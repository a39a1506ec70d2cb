/** A shard on a thread of its own: `shard-worker.ts` is what runs there. */
import { Worker } from 'node:worker_threads';
import type { NeighbourhoodResult } from '#sim/city/fold.ts';
import type { ShardOrder } from './shard.ts';
import type { WorldWatch } from './site.ts';

/** What the thread tells. All it is ever told is to end early, by any message. */
export type ShardMessage =
  | { readonly kind: 'progress'; readonly tUs: number; readonly events: number }
  | { readonly kind: 'done'; readonly results: readonly NeighbourhoodResult[] };

const worker = new URL('./shard-worker.ts', import.meta.url);

/** Rejects when the thread ends without a result, however that came. */
export function runInThread(
  order: ShardOrder,
  { stop, progress }: WorldWatch,
  file: URL = worker,
): Promise<readonly NeighbourhoodResult[]> {
  const thread = new Worker(file, { workerData: order });
  const end = () => thread.postMessage('stop');
  stop?.addEventListener('abort', end, { once: true });
  if (stop?.aborted) end();
  return new Promise<readonly NeighbourhoodResult[]>((resolve, reject) => {
    thread.on('message', (message: ShardMessage) => {
      if (message.kind === 'done') resolve(message.results);
      else progress?.(message.tUs, message.events);
    });
    thread.on('error', reject);
    thread.on('exit', (code) => {
      reject(new Error(`a thread ended with code ${code} before its neighbourhoods did`));
    });
  }).finally(() => {
    stop?.removeEventListener('abort', end);
    return thread.terminate();
  });
}
