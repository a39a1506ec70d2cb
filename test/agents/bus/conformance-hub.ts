/** What every bus keeps of the buckets and object stores at the hub. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus, BusDone } from '#agents/bus/bus.ts';
import { bytes, outcomes, text, type Until } from './outcomes.ts';

export function hubConformance(world: {
  readonly buses: () => { readonly hub: Bus; readonly ap1: Bus };
  readonly until: Until;
}): void {
  const { buses, until } = world;
  const { value, failure } = outcomes(until);

  test('keys are created once, updated by revision, watched and deleted', async () => {
    const { hub, ap1 } = buses();
    const registry = ap1.keyValue('REGISTRY');
    const watched: string[] = [];
    const atHub = hub.keyValue('REGISTRY');
    const watch = atHub.watch((entry) => watched.push(`${entry.key}=${text(entry.value)}`));
    assert.equal(await failure((done) => registry.get('ap1.here', done)), 'not_found');
    const made = await value<number>((done) => registry.create('ap1.here', bytes('1'), done));
    const twice = (done: BusDone<unknown>) => registry.create('ap1.here', bytes('2'), done);
    assert.equal(await failure(twice), 'conflict');
    const next = await value<number>((done) => registry.update('ap1.here', bytes('3'), made, done));
    assert(next > made);
    const stale = (done: BusDone<unknown>) => registry.update('ap1.here', bytes('4'), made, done);
    assert.equal(await failure(stale), 'conflict');
    const entry = await value<{ value: Uint8Array; revision: number }>((done) =>
      registry.get('ap1.here', done),
    );
    assert.deepEqual([text(entry.value), entry.revision], ['3', next]);
    await value<number>((done) => registry.put('ap1.other', bytes('5'), done));
    assert.deepEqual(await value((done) => atHub.keys(done)), ['ap1.here', 'ap1.other']);
    await value<void>((done) => registry.delete('ap1.here', done));
    assert.equal(await failure((done) => registry.get('ap1.here', done)), 'not_found');
    assert.deepEqual(await value((done) => atHub.keys(done)), ['ap1.other']);
    await until(() => watched.at(-1) === 'ap1.here=', 'the watcher sees the end');
    watch.close();
    assert.deepEqual(watched.slice(-4), ['ap1.here=1', 'ap1.here=3', 'ap1.other=5', 'ap1.here=']);
    await value<void>((done) => registry.delete('ap1.other', done));
  });

  test('objects larger than a message are stored and read back', async () => {
    const { hub, ap1 } = buses();
    const large = new Uint8Array(1_500_000).map((_, index) => index % 251);
    const stored = await value<{ bytes: number }>((done) =>
      ap1.objects('PAYLOADS').put('large', large, done),
    );
    assert.equal(stored.bytes, large.length);
    const read = await value<Uint8Array>((done) => hub.objects('PAYLOADS').get('large', done));
    assert.deepEqual(Buffer.from(read), Buffer.from(large));
    await value<void>((done) => hub.objects('PAYLOADS').delete('large', done));
    const gone = (done: BusDone<unknown>) => hub.objects('PAYLOADS').get('large', done);
    assert.equal(await failure(gone), 'not_found');
  });

  test('objects are stored piece by piece, and not at all when the pieces break off', async () => {
    const { hub, ap1 } = buses();
    const pieces = Array.from({ length: 40 }, (_, index) =>
      new Uint8Array(index * 997).fill(index),
    );
    const stored = await value<{ bytes: number }>((done) =>
      ap1.objects('CAPTURES').putStream('pieces', from(pieces), done),
    );
    const whole = Buffer.concat(pieces);
    assert.equal(stored.bytes, whole.length);
    const read = await value<Uint8Array>((done) => hub.objects('CAPTURES').get('pieces', done));
    assert(whole.equals(read));
    const broken = (done: BusDone<unknown>) =>
      ap1.objects('CAPTURES').putStream('broken', from(pieces, new Error('broke off')), done);
    assert.notEqual(await failure(broken), 'succeeded');
    const none = (done: BusDone<unknown>) => hub.objects('CAPTURES').get('broken', done);
    assert.equal(await failure(none), 'not_found');
  });
}

async function* from(pieces: readonly Uint8Array[], end?: Error): AsyncGenerator<Uint8Array> {
  yield* pieces;
  if (end !== undefined) throw end;
}
