/**
 * A live process's view of its supervisor, where it has one: what it tells it, and when to end. It
 * ends when it is asked to, on Ctrl-C when run by hand, and when its supervisor is gone.
 */
import { Asked, type Told } from './messages.ts';

export interface Parent {
  readonly isThere: boolean;
  tell(message: Told): void;
  /** Aborted when it is time to end. */
  readonly stop: AbortSignal;
  /** Lets the process end by itself. */
  leave(): void;
}

export function meetParent(interrupted: AbortSignal): Parent {
  const ending = new AbortController();
  const isThere = process.send !== undefined;
  const end = () => ending.abort();
  if (interrupted.aborted) end();
  interrupted.addEventListener('abort', end);
  if (isThere) {
    process.on('message', (message) => {
      if (Asked.safeParse(message).success) end();
    });
    process.once('disconnect', end);
    if (!process.connected) end();
  }
  return {
    isThere,
    stop: ending.signal,
    tell: (message) => {
      // It may leave at any time; what it does not hear is lost with it.
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    leave: () => {
      process.removeListener('disconnect', end);
      if (process.connected) process.disconnect();
    },
  };
}
