/** What every store must do, whatever it is made of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboxMessage, Store, StoredActor } from '#agents/store/store.ts';
import type { Address } from '#protocols/ids.ts';

export const light = 'hq/ap1/light-0' as Address;

export function actor(parts: Partial<StoredActor> = {}): StoredActor {
  return {
    address: light,
    role: 'radio',
    machineHash: 'ab'.repeat(32),
    snapshot: {
      status: 'active',
      value: { outer: 'inner' },
      context: { level: 5, gone: undefined, list: [1, -0, null] },
      historyValue: {},
    },
    seq: 3,
    sent: 2,
    random: { 'actor/x': 17 },
    timers: [
      {
        id: 'pause',
        delay: 'pause',
        event: { type: 'xstate.after.pause.x' },
        delayMs: 10,
        dueMonotonicUs: 10_000,
        dueWallUs: 1_700_000_000_000_000,
      },
    ],
    intents: [{ key: `${light}#set#1`, portId: 'set', port: 'set', input: { to: 5 } }],
    takenAtWallUs: 1_700_000_000_000_123,
    bootId: 'boot',
    ...parts,
  };
}

const message = (id: string): OutboxMessage => ({
  id,
  kind: 'append',
  subject: 'airguard.hq.event.ap1.light-0.level.changed',
  data: Uint8Array.of(1, 2, 255),
  headers: { a: 'b' },
});

/** `open` opens the same store again, where it outlives its process. */
export function storeConforms(
  name: string,
  make: () => { store: Store; reopen?: () => Store },
): void {
  const after = (check: (store: Store) => void, made: ReturnType<typeof make>) => {
    check(made.store);
    if (made.reopen === undefined) return;
    made.store.close();
    const again = made.reopen();
    check(again);
    again.close();
  };

  test(`${name} gives back an actor as it was committed`, () => {
    const made = make();
    made.store.commit({ actor: actor() });
    after((store) => {
      assert.deepEqual(store.actor(light), actor());
      assert.equal(store.actor('hq/ap1/nobody' as Address), undefined);
    }, made);
  });

  test(`${name} gives back a packed actor unchanged, and takes its next commit`, () => {
    const { store } = make();
    store.commit({ actor: actor() });
    store.pack?.(light);
    store.pack?.(light);
    assert.deepEqual(store.actor(light), actor());
    store.commit({ actor: actor({ seq: 4 }) });
    assert.equal(store.actor(light)?.seq, 4);
    store.close();
  });

  test(`${name} keeps only what a chart is restored from of a live snapshot`, () => {
    const { store } = make();
    const live = { ...(actor().snapshot as object), machine: {}, _nodes: [], matches: () => true };
    store.commit({ actor: actor({ snapshot: live }) });
    assert.deepEqual(store.actor(light)?.snapshot, actor().snapshot);
    store.close();
  });

  test(`${name} lists actors by address`, () => {
    const made = make();
    for (const one of ['b', 'a', 'c']) {
      made.store.commit({ actor: actor({ address: `hq/ap1/${one}` as Address }) });
    }
    made.store.commit({ removeActor: 'hq/ap1/b' as Address });
    after((store) => {
      const addresses = [...store.actors()].map(({ address }) => address);
      assert.deepEqual(addresses, ['hq/ap1/a', 'hq/ap1/c']);
    }, made);
  });

  test(`${name} keeps the outbox in order until it is sent, each id once`, () => {
    const made = make();
    made.store.commit({ outbox: [message('2'), message('1')] });
    made.store.commit({ outbox: [message('2'), message('3')], sent: ['1'] });
    after((store) => {
      assert.deepEqual([...store.outbox()].map(plain), [message('2'), message('3')]);
    }, made);
  });

  test(`${name} keeps inbox records, and forgets answered ones that expired`, () => {
    const made = make();
    const record = { key: 'k', contentHash: 'h', answer: null, expiresWallUs: 10 };
    const answer = { ok: true, value: { level: 5 } };
    made.store.commit({ inbox: [{ ...record, status: 'working' }] });
    made.store.commit({ inbox: [{ ...record, key: 'l', status: 'done', answer }] });
    made.store.prune(10);
    assert.deepEqual(made.store.inbox('l')?.answer, answer);
    made.store.prune(11);
    after((store) => {
      assert.equal(store.inbox('l'), undefined);
      assert.deepEqual(store.inbox('k'), { ...record, status: 'working' });
    }, made);
  });

  test(`${name} keeps a table for each actor, and facts of the host`, () => {
    const made = make();
    made.store.commit({
      memory: new Map<string, unknown>([
        [`${light} a b`, { n: 1 }],
        [`${light} c`, 2],
        ['hq/ap1/other a', 3],
      ]),
      meta: { chain: { length: 1 }, gone: 1 },
    });
    made.store.commit({ memory: new Map([[`${light} c`, null]]), meta: { gone: null } });
    after((store) => {
      assert.deepEqual([...store.memory(light)], [['a b', { n: 1 }]]);
      assert.deepEqual(store.meta('chain'), { length: 1 });
      assert.equal(store.meta('gone'), undefined);
    }, made);
  });
}

function plain(one: OutboxMessage): OutboxMessage {
  return { ...one, data: Uint8Array.from(one.data) };
}
