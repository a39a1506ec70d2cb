/**
 * The twin of a running cloud: it reckons on a thread of its own, so that the cloud goes on hearing.
 * The thread is there from the first question on.
 */
import { Worker } from 'node:worker_threads';
import type { PortDone } from '#agents/body.ts';
import type { TwinAnswer, TwinParts } from '#agents/twin.ts';

const file = new URL('./twin-worker.ts', import.meta.url);

export interface TwinThread extends TwinParts {
  close(): void;
}

export function openTwinThread(): TwinThread {
  let thread: Worker | undefined;
  return {
    reckon: {
      kind: 'work',
      run(question, _place, done: PortDone<unknown>) {
        const worker = thread ?? begin();
        const failed = (message: string) => {
          if (thread === worker) thread = undefined;
          ended();
          done({ ok: false, error: { code: 'unavailable', message } });
        };
        const onMessage = (answer: TwinAnswer) => {
          ended();
          done(answer);
        };
        const onError = (error: Error) => failed(error.message);
        const onExit = (code: number) => failed(`its thread ended with code ${code}`);
        const ended = () => {
          worker.off('message', onMessage);
          worker.off('error', onError);
          worker.off('exit', onExit);
        };
        worker.on('message', onMessage);
        worker.on('error', onError);
        worker.on('exit', onExit);
        worker.postMessage(question);
        // What is being reckoned cannot be told to stop, but its thread can be ended.
        return () => {
          ended();
          if (thread === worker) thread = undefined;
          void worker.terminate();
        };
      },
    },
    close() {
      void thread?.terminate();
      thread = undefined;
    },
  };

  function begin(): Worker {
    thread = new Worker(file);
    // A cloud that has ended does not wait for it.
    thread.unref();
    return thread;
  }
}
