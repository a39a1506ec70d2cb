import type { Bus } from './bus.ts';

/**
 * One bus of two connections: streams are read by `reader`, all else is done by `bus`. For a client
 * that answers calls, whose broker would keep the reply subject of every message that it reads.
 */
export function readApart(bus: Bus, reader: Bus): Bus {
  return {
    client: bus.client,
    publish: (...args) => bus.publish(...args),
    subscribe: (...args) => bus.subscribe(...args),
    request: (...args) => bus.request(...args),
    append: (...args) => bus.append(...args),
    consume: (...args) => reader.consume(...args),
    keyValue: (bucket) => bus.keyValue(bucket),
    objects: (store) => bus.objects(store),
    onStatus: (listener) => bus.onStatus(listener),
    // What was read is acknowledged before what follows from it is sent.
    drain: (done) => reader.drain(() => bus.drain(done)),
  };
}
