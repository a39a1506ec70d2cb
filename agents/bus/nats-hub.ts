/** Buckets and object stores, which live in the hub's domain. */
import type { JetStreamClient } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { type ObjectStore as NatsObjects, Objm } from '@nats-io/obj';
import type {
  BusDone,
  BusError,
  KeyValue,
  KeyValueEntry,
  Leftovers,
  ObjectStore,
  Subscription,
  Swept,
} from './bus.ts';
import { failed, toBusError } from './nats-errors.ts';

const nothing = new Uint8Array(0);

/** How long a watch that broke off waits before it begins again. */
const AGAIN_MS = 500;

/** Operations that have not ended. */
export type UnderWay = Set<Promise<void>>;

export function openKeyValue(
  client: JetStreamClient,
  bucket: string,
  underWay: UnderWay,
): KeyValue {
  const settle = settling(underWay);
  const open = once<KV>(() => new Kvm(client).open(bucket));
  return {
    get: (key, done) =>
      settle(
        open().then((kv) => kv.get(key)),
        (outcome) => {
          if (!outcome.ok) return done(outcome);
          const entry = outcome.value;
          if (entry === null || entry.operation !== 'PUT') {
            return done(failed('not_found', `no key '${key}'`));
          }
          done({ ok: true, value: { key, value: entry.value, revision: entry.revision } });
        },
      ),
    put: (key, value, done) =>
      settle(
        open().then((kv) => kv.put(key, value)),
        done,
      ),
    create: (key, value, done) =>
      settle(
        open().then((kv) => kv.create(key, value)),
        done,
      ),
    update: (key, value, revision, done) =>
      settle(
        open().then((kv) => kv.update(key, value, revision)),
        done,
      ),
    delete: (key, done) =>
      settle(
        open().then((kv) => kv.delete(key)),
        done,
      ),
    keys: (done) => settle(open().then(listKeys), done),
    watch: (onEntry) => watch(open, onEntry),
  };
}

export function openObjects(
  client: JetStreamClient,
  store: string,
  underWay: UnderWay,
): ObjectStore {
  const settle = settling(underWay);
  const open = once<NatsObjects>(() => new Objm(client).open(store));
  return {
    put: (name, data, done) =>
      settle(
        open()
          .then((objects) => objects.putBlob({ name }, data))
          .then(() => ({ bytes: data.length })),
        done,
      ),
    putStream: (name, chunks, done) =>
      settle(
        open()
          .then((objects) => objects.put({ name }, ReadableStream.from(chunks)))
          .then(({ size }) => ({ bytes: size })),
        done,
      ),
    get: (name, done) =>
      settle(
        open().then((objects) => objects.getBlob(name)),
        (outcome) => {
          if (!outcome.ok) done(outcome);
          else if (outcome.value === null) done(failed('not_found', `no object '${name}'`));
          else done({ ok: true, value: outcome.value });
        },
      ),
    delete: (name, done) =>
      settle(
        open()
          .then((objects) => objects.delete(name))
          .then(() => undefined),
        done,
      ),
    sweep: (before, done) =>
      settle(
        open().then((objects) => sweep(client, objects, store, before)),
        done,
      ),
  };
}

/** Where the pieces of an object are, each put under a name of its own: `$O.<store>.C.<put>`. */
async function sweep(
  client: JetStreamClient,
  objects: NatsObjects,
  store: string,
  before: Leftovers,
): Promise<Swept> {
  const { streams } = await client.jetstreamManager();
  const stream = `OBJ_${store}`;
  const prefix = `$O.${store}.C.`;
  const { state } = await streams.info(stream, { subjects_filter: `${prefix}*` });
  // Asked after the pieces: a put that ends in between is an object by now.
  const whole = new Set((await objects.list()).map(({ nuid }) => nuid));
  const found = Object.entries(state.subjects ?? {})
    .map(([subject, pieces]) => [subject.slice(prefix.length), pieces] as const)
    .filter(([put]) => !whole.has(put));
  const broken = found.filter(([put, pieces]) => before.get(put) === pieces);
  for (const [put] of broken) await streams.purge(stream, { filter: `${prefix}${put}` });
  return { left: new Map(found.filter((one) => !broken.includes(one))), removed: broken.length };
}

async function listKeys(kv: KV): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of await kv.keys()) keys.push(key);
  return keys.sort();
}

/** Watches until it is closed; a watch that breaks off continues after what it has seen. */
function watch(open: () => Promise<KV>, onEntry: (entry: KeyValueEntry) => void): Subscription {
  let isOpen = true;
  let seen = 0;
  let stop = () => {};
  const run = async () => {
    const kv = await open();
    const isFirst = seen === 0;
    const entries = await kv.watch(isFirst ? {} : { resumeFromRevision: seen + 1 });
    stop = () => entries.stop();
    if (!isOpen) return stop();
    for await (const entry of entries) {
      if (!isOpen || entry.revision <= seen) continue;
      seen = entry.revision;
      const isGone = entry.operation !== 'PUT';
      if (isGone && isFirst && !entry.isUpdate) continue;
      const value = isGone ? nothing : entry.value;
      onEntry({ key: entry.key, value, revision: entry.revision });
    }
  };
  const keepRunning = () => {
    run()
      .catch(() => undefined)
      .then(() => {
        if (isOpen) setTimeout(keepRunning, AGAIN_MS).unref();
      });
  };
  keepRunning();
  return {
    close: () => {
      isOpen = false;
      stop();
    },
  };
}

/** Opens at the first use; when that failed, the next use tries again. */
function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/** Keeps what is under way known, so that a bus that is drained can wait for it. */
function settling(underWay: UnderWay) {
  return <Value>(promise: Promise<Value>, done: BusDone<Value>): void => {
    const ended = promise
      .then(
        (value) => done({ ok: true, value }),
        (error: unknown) => done({ ok: false, error: hubError(error) }),
      )
      .finally(() => underWay.delete(ended));
    underWay.add(ended);
  };
}

/** Buckets are at the hub: one that does not answer is one that is not reached. */
function hubError(error: unknown): BusError {
  const { code, message } = toBusError(error);
  return { code: code === 'timed_out' ? 'disconnected' : code, message };
}
