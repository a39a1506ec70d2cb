/** Where a shard's thread begins. */
import { parentPort, workerData } from 'node:worker_threads';
import { runShard, type ShardOrder } from './shard.ts';
import type { ShardMessage } from './shard-thread.ts';

if (parentPort === null) throw new Error('this runs on a thread of `airguard sim` alone');
const port = parentPort;
const tell = (message: ShardMessage) => port.postMessage(message);
const stop = new AbortController();
port.on('message', () => stop.abort());

const results = await runShard(
  // Our own order, of our own version.
  workerData as ShardOrder,
  { stop: stop.signal, progress: (tUs, events) => tell({ kind: 'progress', tUs, events }) },
);
tell({ kind: 'done', results });
port.close();
